"""Which judges read one person's answers, and asking them whether the models of now may."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.agreements.offers import offer_for
from evenhand.hiring.agreements.services import ask_again, live_link, may_be_asked
from evenhand.hiring.errors import HiringError
from evenhand.hiring.judging.standing import standing_of
from evenhand.hiring.models import Application, VerdictRow
from evenhand.hiring.openings.mailing import is_without_mail
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.scoring.readers import readers_of
from evenhand.web.report.readers import read_by, why_not_active

from .access import actor, me, own_application, staff_page


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def readers(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say who read or will read, and why; a POST asks the person by mail."""
    application, now = own_application(request, application_id), timezone.now()
    if request.method == "POST":
        _ask(request, application, now)
        return redirect("application-judges", application.pk)
    note_view(application, what="judges", by=actor(request), now=now)
    sitting, opening = application.sitting, application.opening
    found, offer = readers_of(sitting), offer_for(sitting)
    given = VerdictRow.objects.filter(answer__sitting=sitting).order_by("judge")
    judges = list(given.values_list("judge", flat=True).distinct())
    context = {
        "opening": opening,
        "application": application,
        "sitting": sitting,
        "read_by": read_by(found, judges),
        "why": why_not_active(found),
        "reader": standing_of(application.pack_id, opening.organisation_id).reader,
        "offer": offer,
        "may_ask": may_be_asked(application, offer) and live_link(application) is not None,
        "without_mail": is_without_mail(),
    }
    return render(request, "staff/readers.html", context)


def _ask(request: HttpRequest, application: Application, now: datetime) -> None:
    if is_without_mail():
        # It would be recorded as asked, which is done once, and reach nobody.
        messages.error(request, _("E-mail is not set up, so nobody was asked."))
        return
    try:
        ask_again(application=application, by=me(request), now=now)
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The question is on its way by e-mail."))

"""The link that a candidate takes in place of the one that the hiring side handed over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import MailNotSent, SittingError
from evenhand.hiring.openings.links import link_of, replace_own_link, token_of
from evenhand.hiring.openings.mailing import is_without_mail, send_link
from evenhand.hiring.openings.models import Invitation
from evenhand.hiring.sittings.models import Sitting
from evenhand.web.sitting.seat import Seat, seated


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def own_link(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show the link to keep; a POST makes a new one, which nobody of the hiring side is shown."""
    if seat.sitting.state == Sitting.State.READY:
        return redirect("sitting-start", seat.token)
    if request.method != "POST":
        context = {"seat": seat, "link": link_of(seat.invitation), "mailed": not is_without_mail()}
        return render(request, "sitting/own_link.html", context)
    try:
        made = replace_own_link(application=seat.sitting.application, now=seat.now)
    except SittingError as error:
        messages.error(request, str(error))
        return redirect("sitting-link", seat.token)
    messages.success(request, _("This is your new link. The one before no longer works."))
    if not is_without_mail():
        _mail(request, made, seat)
    return redirect("sitting-link", token_of(made))


def _mail(request: HttpRequest, made: Invitation, seat: Seat) -> None:
    try:
        send_link(invitation=made, actor=f"candidate:{made.application_id}", now=seat.now)
    except MailNotSent:
        messages.warning(request, _("It could not be sent to you by e-mail: copy it now."))

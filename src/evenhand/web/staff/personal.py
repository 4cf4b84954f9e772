"""What a recruiter does when a candidate asks for their data, or for its end."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.hiring.decisions.queries import are_figures_hidden
from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Application, Sitting
from evenhand.hiring.openings.erasing import REASONS, Leaving, erase_now
from evenhand.hiring.privacy.exporting import personal_data
from evenhand.hiring.record.viewing import note_view
from evenhand.web.decisions.cards import interviews_to_come
from evenhand.web.personal_data import as_file, as_page, left_out
from evenhand.web.report.views import hidden_page

from .access import actor, me, own_application, staff_page
from .retention import gone_lines

REASON_WORDS = dict(
    zip(
        REASONS,
        (
            gettext_lazy("they ask for it"),
            gettext_lazy("they withdrew"),
            gettext_lazy("they were added by mistake"),
            gettext_lazy("they are in the opening twice"),
        ),
        strict=True,
    )
)


class EraseForm(forms.Form):
    """Why somebody is erased, and that it is meant."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=(("", gettext_lazy("Choose …")), *REASON_WORDS.items()),
        help_text=gettext_lazy("It stands in the record, which is never erased."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I know that this cannot be undone."),
        label_suffix="",
        error_messages={"required": gettext_lazy("Tick this box if you mean it.")},
    )


@staff_page
@require_safe
@never_cache
def data(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show all that is kept about one person, as a page to read."""
    application = own_application(request, application_id)
    refused = _refused(request, application)
    if refused is not None:
        return refused
    found = _found(request, application, "personal data")
    context = {
        "opening": application.opening,
        "application": application,
        "parts": as_page(found),
        "left_out": left_out(found),
        "found": found,
    }
    return render(request, "privacy/data.html", context)


@staff_page
@require_safe
@never_cache
def data_file(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Return all that is kept about one person as a JSON file."""
    application = own_application(request, application_id)
    refused = _refused(request, application)
    return refused or as_file(_found(request, application, "personal data.json"))


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erase(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say what goes, and erase one person once that is confirmed."""
    application, now = own_application(request, application_id), timezone.now()
    opening = application.opening
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            erase_now(application=application, reason=reason, by=me(request), now=now)
        except HiringError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("Erased. The record says that it was done, and why."))
            return redirect("opening", opening.pk)
    note_view(application, what="erasing", by=actor(request), now=now)
    context = {
        "opening": opening,
        "application": application,
        "form": form,
        "to_come": interviews_to_come(application),
        "gone": gone_lines([Leaving(application, now)], me(request)),
    }
    status = 422 if form.errors else 200
    return render(request, "privacy/erase.html", context, status=status)


def _refused(request: HttpRequest, application: Application) -> HttpResponse | None:
    """Return a page that says why, for who is yet to interview or lean, and while they write."""
    if are_figures_hidden(me(request), application):
        return hidden_page(request, application)
    if application.sitting.state == Sitting.State.STARTED:
        messages.info(request, _("They are writing. When they have handed in, their data is here."))
        return redirect("opening", application.opening_id)
    return None


def _found(request: HttpRequest, application: Application, what: str) -> dict[str, object]:
    now = timezone.now()
    note_view(application, what=what, by=actor(request), now=now)
    return personal_data(application, now)

"""Recording that a candidate withdraws who told the hiring side so, by telephone for instance."""

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
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Opening
from evenhand.hiring.openings.mailing import is_without_mail
from evenhand.hiring.openings.withdrawing import TOLD, record_withdrawal
from evenhand.hiring.record.viewing import note_view
from evenhand.web.decisions.cards import interviews_to_come

from .access import actor, me, own_application, staff_page

TOLD_WORDS = dict(
    zip(
        TOLD,
        (
            gettext_lazy("they said so on the telephone"),
            gettext_lazy("they wrote so, in an e-mail or a message"),
            gettext_lazy("they said so in person"),
        ),
        strict=True,
    )
)


class WithdrawalForm(forms.Form):
    """How it was told."""

    told = forms.ChoiceField(
        label=gettext_lazy("How do you know?"),
        choices=(("", gettext_lazy("Choose …")), *TOLD_WORDS.items()),
        help_text=gettext_lazy(
            "It stands in the record, with your account. Why they withdraw is theirs, and is not "
            "asked."
        ),
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Say what follows, and record that somebody withdraws once it is said how they told it."""
    application, now = own_application(request, application_id), timezone.now()
    opening = application.opening
    if application.withdrawn_at is not None:
        return _already(request, opening)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data["told"]
        try:
            if not record_withdrawal(application=application, told=told, by=me(request), now=now):
                return _already(request, opening)
        except HiringError as error:
            messages.error(request, str(error))
        else:
            _say(request)
        return redirect("opening", opening.pk)
    note_view(application, what="withdrawing", by=actor(request), now=now)
    context = {
        "opening": opening,
        "application": application,
        "form": form,
        "to_come": interviews_to_come(application),
    }
    status = 422 if form.errors else 200
    return render(request, "staff/withdraw.html", context, status=status)


def _already(request: HttpRequest, opening: Opening) -> HttpResponse:
    messages.info(request, _("They have withdrawn already."))
    return redirect("opening", opening.pk)


def _say(request: HttpRequest) -> None:
    if is_without_mail():
        said = _(
            "It is recorded. E-mail is not set up, so tell them yourself; their personal link "
            "takes it back."
        )
        messages.warning(request, said)
    else:
        messages.success(
            request, _("It is recorded, and they are told by e-mail how to take it back.")
        )

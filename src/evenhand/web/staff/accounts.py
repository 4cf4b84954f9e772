"""Accounts of a team, looked after by an admin: duty, a new password link, closing, reopening."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Duty, Opening, User
from evenhand.hiring.people.closing import (
    change_duty,
    check_closable,
    close_account,
    reopen_account,
)
from evenhand.hiring.people.passwords import make_link
from evenhand.web.permissions import RULES

from .access import may_call, me, own_opening, staff_page
from .confirming import confirm
from .team import TeamForm, team_page


class DutyForm(forms.Form):
    """What somebody may do in the organisation."""

    duty = forms.TypedChoiceField(
        label=gettext_lazy("Duty in the organisation"), choices=Duty.choices, coerce=Duty
    )


@staff_page
@require_POST
def duty(request: HttpRequest, opening_id: UUID, user_id: int) -> HttpResponse:
    """Give somebody another duty."""
    opening, user = _account(request, opening_id, user_id)
    form = DutyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the duties."))
        return _back(request, opening, user)
    try:
        ended = change_duty(
            email=user.email, duty=form.cleaned_data["duty"], now=timezone.now(), by=me(request)
        )
    except HiringError as error:
        messages.error(request, str(error))
    else:
        said = _("%(email)s is %(duty)s now.")
        to = form.cleaned_data["duty"].label
        messages.success(request, said % {"email": user.email, "duty": to})
        if ended:
            said = _("Keys of the API that they had made, and that ended: %(n)s.")
            messages.warning(request, said % {"n": ended})
    return _back(request, opening, user)


@staff_page
@require_POST
@never_cache
def password(request: HttpRequest, opening_id: UUID, user_id: int) -> HttpResponse:
    """Make a link by which somebody chooses another password, and show it this once."""
    opening, user = _account(request, opening_id, user_id)
    try:
        link = make_link(email=user.email, now=timezone.now(), by=me(request))
    except HiringError as error:
        messages.error(request, str(error))
        return redirect("team", opening.pk)
    return team_page(request, opening, TeamForm(), new_links={user.pk: link})


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def close(request: HttpRequest, opening_id: UUID, user_id: int) -> HttpResponse:
    """Say what ends with an account, and close it."""
    opening, user = _account(request, opening_id, user_id)
    hindered = ""
    try:
        if request.method == "POST":
            closed = close_account(email=user.email, now=timezone.now(), by=me(request))
            messages.success(request, _("The account of %(who)s is closed.") % {"who": user.email})
            alone = _("%(title)s: nobody recruits here now. Add somebody on its team page.")
            for title in closed.orphaned:
                messages.warning(request, alone % {"title": title})
            return _back(request, opening, user)
        check_closable(user)
    except HiringError as error:
        hindered = str(error)
    return confirm(
        request,
        heading=_("Close the account of %(who)s?") % {"who": user.email},
        lines=[
            _(
                "They can sign in no more. Where they are signed in, their calendar feed and the "
                "keys of the API that they made end at once, and do not come back."
            ),
            _(
                "What they have done stays, and so do their roles and the interviews planned with "
                "them: cancel those, or plan them with somebody else. The account can be reopened."
            ),
        ],
        button=_("Close this account"),
        back=reverse("team", args=[opening.pk]),
        hindered=hindered,
    )


@staff_page
@require_POST
def reopen(request: HttpRequest, opening_id: UUID, user_id: int) -> HttpResponse:
    """Let somebody in again whose account was closed."""
    opening, user = _account(request, opening_id, user_id)
    try:
        reopen_account(email=user.email, now=timezone.now(), by=me(request))
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(who)s can sign in again.") % {"who": user.email})
    return redirect("team", opening.pk)


def _account(request: HttpRequest, opening_id: UUID, user_id: int) -> tuple[Opening, User]:
    """Return an opening and somebody of its team, or answer that there is none."""
    opening = own_opening(request, opening_id)
    team = User.objects.filter(
        organisation=opening.organisation_id, memberships__opening=opening
    ).distinct()
    return opening, get_object_or_404(team, pk=user_id)


def _back(request: HttpRequest, opening: Opening, user: User) -> HttpResponse:
    """Lead back to the team, and who has just shut themselves out of it, home."""
    own = me(request)
    if user.pk == own.pk:
        own.refresh_from_db()
        if not may_call(own, RULES["team"]):
            return redirect("home")
    return redirect("team", opening.pk)

"""The team of an opening: who has which role, somebody more, somebody less."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import HiringError
from evenhand.hiring.models import Duty, Membership, Opening, Role, User
from evenhand.hiring.openings.team import (
    add_to_team,
    is_new,
    remove_from_team,
    roles_in,
    welcome_link,
)

from .access import me, own_opening, staff_page


class TeamForm(forms.Form):
    """Somebody with a role."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.TypedChoiceField(
        label=gettext_lazy("Role"), choices=Role.choices, coerce=Role, initial=Role.INTERVIEWER
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def team(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show who has which role in an opening, and give somebody one."""
    opening = own_opening(request, opening_id)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_to_team(opening=opening, **form.cleaned_data, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, _("Added to the team."))
            return redirect("team", opening.pk)
    return team_page(request, opening, form)


@staff_page
@require_POST
def remove(request: HttpRequest, opening_id: UUID, membership_id: int) -> HttpResponse:
    """Take a role away."""
    opening = own_opening(request, opening_id)
    membership = get_object_or_404(Membership, pk=membership_id, opening=opening)
    try:
        remove_from_team(membership=membership, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed from the team."))
    if membership.user_id == me(request).pk:
        # Who has taken their own role away may have nothing more to see here.
        return redirect("home")
    return redirect("team", opening.pk)


def team_page(
    request: HttpRequest,
    opening: Opening,
    form: TeamForm,
    new_links: Mapping[int, str] = MappingProxyType({}),
) -> HttpResponse:
    """Return the page of a team.

    Args:
        request: what was asked for.
        opening: whose team it is.
        form: for somebody more.
        new_links: links to a new password that were made just now, by whose they are.
    """
    viewer = me(request)
    memberships = opening.memberships.select_related("user").order_by("user", "role")
    lines, seen = [], set()
    for one in memberships:
        # Who has two roles has two lines, and one account: it is looked after beside the first.
        first = one.user_id not in seen
        seen.add(one.user_id)
        links = welcome_link(one.user, viewer), new_links.get(one.user_id, "") if first else ""
        lines.append((one, _state_of(one.user), *links, first))
    context = {
        "opening": opening,
        "form": form,
        "lines": lines,
        "duties": Duty.choices,
        "recruits": Role.RECRUITER in roles_in(viewer, opening),
    }
    return render(request, "staff/team.html", context, status=422 if form.errors else 200)


def _state_of(user: User) -> str:
    if not user.is_active:
        return _("closed")
    return _("not opened yet") if is_new(user) else _("open")

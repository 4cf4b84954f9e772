"""Holding everybody on the hiring side to `evenhand.web.permissions`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PackGone
from evenhand.hiring.models import Application, Duty, Membership, Opening, Role, User
from evenhand.web.permissions import RULES, Rule

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def staff_page(view: View) -> View:
    """Open a view to those whom its rule names; the outermost decorator of every staff view.

    Which of their openings it may be called about is up to `own_opening` and `own_application`. The
    mark that it leaves tells the example's sign-in which pages are meant for it.
    """

    @wraps(view)
    def held_to_rule(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.REQUIRE_MFA and _name(request) != "account" and not is_mfa_enabled(me(request)):
            if _is_form(request):
                messages.warning(
                    request,
                    _("Set up a second factor first: nothing of what you sent was saved."),
                )
            return redirect("account")
        if not may_call(me(request), rule_of(request)):
            # What an address names is not there for those who may not see it.
            raise Http404 if kwargs else PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except PackGone as error:
            return render(request, "staff/pack_gone.html", {"fault": str(error)}, status=503)

    guarded = login_required(held_to_rule)

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _is_form(request) and not request.user.is_authenticated:
            messages.warning(
                request, _("You were signed out before you sent this, so nothing of it was saved.")
            )
        return guarded(request, *args, **kwargs)

    told.for_staff = True  # type: ignore[attr-defined]
    return cast(View, told)


def _is_form(request: HttpRequest) -> bool:
    # A script that saves by itself keeps its text, and says so on its own page.
    return request.method == "POST" and request.content_type != "application/json"


def rule_of(request: HttpRequest) -> Rule:
    """Return the rule of the route that was called; one that is missing lets nobody in."""
    return RULES.get(_name(request), Rule())


def me(request: HttpRequest) -> User:
    """Return who is signed in, on a view that nobody else reaches.

    Raises:
        TypeError: The view lacks `staff_page`.
    """
    if not isinstance(request.user, User):
        raise TypeError("this view is not for visitors: put staff_page on it")
    return request.user


def actor(request: HttpRequest) -> str:
    """Return who is signed in, as the record names them."""
    return f"user:{me(request).pk}"


def openings_of(user: User, roles: Iterable[Role] = tuple(Role)) -> QuerySet[Opening]:
    """Return the openings in which a person has one of these roles."""
    held = Membership.objects.filter(user=user, role__in=list(roles))
    return Opening.objects.select_related("pack").filter(
        organisation=user.organisation_id, pk__in=held.values("opening")
    )


def openings_open_to(request: HttpRequest) -> QuerySet[Opening]:
    """Return the openings that who is signed in may call this page about."""
    return openings_under(me(request), rule_of(request))


def openings_under(user: User, rule: Rule) -> QuerySet[Opening]:
    """Return the openings that somebody may call the pages of a rule about."""
    held = Membership.objects.filter(user=user, role__in=list(rule.roles))
    allowed = Q(pk__in=held.values("opening"))
    if user.duty == Duty.ADMIN and user.duty in rule.duties:
        allowed = Q()
    return Opening.objects.select_related("pack").filter(allowed, organisation=user.organisation_id)


def own_opening(request: HttpRequest, opening_id: UUID) -> Opening:
    """Return an opening that this page may be called about, or answer that there is none."""
    return get_object_or_404(openings_open_to(request), pk=opening_id)


def own_application(request: HttpRequest, application_id: UUID) -> Application:
    """Return an application that this page may be called about, or answer that there is none."""
    applications = Application.objects.select_related("opening", "pack", "candidate", "sitting")
    return get_object_or_404(applications, pk=application_id, opening__in=openings_open_to(request))


def _name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""


def may_call(user: User, rule: Rule) -> bool:
    """Return whether a rule lets somebody call a page at all; about what is up to the page."""
    if rule.everybody or user.duty in rule.duties:
        return True
    return Membership.objects.filter(user=user, role__in=list(rule.roles)).exists()

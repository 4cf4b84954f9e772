"""Letting a call in by its key, and holding the key to the rule of the route."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from evenhand.hiring.decisions.queries import is_locked, may_see_figures
from evenhand.hiring.keys.services import let_in
from evenhand.hiring.models import ApiKey, Application, Opening, Role
from evenhand.web.staff.access import rule_of

from .errors import Refused


class KeyAuth(HttpBearer):
    """`Authorization: Bearer KEY`; no session and no cookie lets a call in."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """Return the key, which may call this route.

        Raises:
            KeyUnknown, KeySpent: it lets nothing in, or not in this minute.
            AuthorizationError: its rights are not for this route.
        """
        key = let_in(token, timezone.now())
        if key.role not in rule_of(request).keys:
            raise AuthorizationError(
                message=_("The rights of this key (%(role)s) are not for this call.")
                % {"role": key.get_role_display()}
            )
        return key


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key that a call was let in by."""
    key: Any = request.auth  # type: ignore[attr-defined]  # set by ninja
    if not isinstance(key, ApiKey):
        raise TypeError("this operation lacks its key: the API lets nobody in without one")
    return key


def openings_for(request: HttpRequest) -> QuerySet[Opening]:
    """Return the openings that a call may be about: those of its key's organisation."""
    return Opening.objects.select_related("pack").filter(organisation=key_of(request).organisation)


def opening_for(request: HttpRequest, opening_id: UUID) -> Opening:
    """Return an opening of the key's organisation, or answer that there is none."""
    return get_object_or_404(openings_for(request), pk=opening_id)


def application_for(request: HttpRequest, application_id: UUID) -> Application:
    """Return an application in an opening of the key's organisation; else there is none."""
    applications = Application.objects.select_related(
        "opening__pack", "pack", "candidate", "sitting"
    )
    return get_object_or_404(applications, pk=application_id, opening__in=openings_for(request))


def check_figures(request: HttpRequest, application: Application) -> None:
    """Refuse a decider's key what a decider is to see after their lean alone.

    A key states no lean, so that nothing of the figures is for it before the decision is locked.
    Nor does a key of any rights tell its maker what pages still keep from them.

    Raises:
        Refused: it is not.
    """
    key = key_of(request)
    if not may_see_figures(key.made_by, application):
        raise Refused(
            409,
            _(
                "Whoever made this key is to decide on this person, or to interview them, and has "
                "yet to state a lean or lock a scorecard. Use a key that somebody else made."
            ),
        )
    if key.role == Role.DECIDER and not is_locked(application):
        raise Refused(
            409, _("A decider's key is shown this once a decision on the application is locked.")
        )

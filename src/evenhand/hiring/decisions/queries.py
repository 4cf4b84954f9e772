"""What was decided, and whose figures somebody may be shown yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from evenhand.hiring.decisions.models import FINAL, Decision, Lean
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.models import Application, Opening, Role
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.people.models import User

_HELD = (Interview.State.LOCKED, Interview.State.CANCELLED)


def shown_to(user: User, opening: Opening) -> QuerySet[Application]:
    """Return the applications of an opening whose figures a member of its team may be shown.

    A decider, whatever else they are, first states a lean; an interviewer first locks their card.
    """
    shown = Application.objects.filter(opening=opening).exclude(
        pk__in=Interview.objects.filter(interviewer=user)
        .exclude(state__in=_HELD)
        .values("application")
    )
    if Role.DECIDER in roles_in(user, opening):
        shown = shown.filter(pk__in=Lean.objects.filter(decider=user).values("application"))
    return shown


def may_see_figures(user: User, application: Application) -> bool:
    """Return whether a member of the team may be shown the figures of an application."""
    return shown_to(user, application.opening).filter(pk=application.pk).exists()


def has_card_open(user: User, application: Application) -> bool:
    """Return whether a person interviews a candidate themselves and has not locked their card."""
    own = Interview.objects.filter(application=application, interviewer=user)
    return own.exclude(state__in=_HELD).exists()


def lean_of(user: User, application: Application) -> Lean | None:
    """Return what a person leaned to, if they have stated it."""
    return Lean.objects.filter(application=application, decider=user).first()


def decision_on(application: Application) -> Decision | None:
    """Return the decision that counts, if there is one."""
    return decisions_on([application]).get(application.pk)


def decisions_on(applications: Iterable[Application]) -> dict[object, Decision]:
    """Return the decisions that count, by the application's id."""
    found = Decision.objects.filter(
        application__in=list(applications), replaced_at__isnull=True
    ).select_related("by")
    return {one.application_id: one for one in found}


def is_locked(application: Application) -> bool:
    """Return whether a decision was made that shows who somebody is; a revision hides nobody."""
    return Decision.objects.filter(application=application, outcome__in=FINAL).exists()

"""Who may rate a contested answer: people who know nothing of that candidate but the answer.

A drawn answer asks its raters not to rate what they know. Of a contested one that is made sure of:
by role, by what the record says somebody has looked at, and by whom they interview.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from evenhand.hiring.anchors.models import Anchor, AnchorRating
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.models import Application, Membership, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of

BLIND: Final = frozenset((Role.INTERVIEWER, Role.AUDITOR))
"""Roles that come without a list of everybody's levels."""
ANSWER: Final = "answer"
"""What the record calls the look at an answer that is to be rated."""


def has_met(user: User, application: Application) -> bool:
    """Return whether somebody knows more of a candidate than an answer that they were to rate."""
    roles = set(
        Membership.objects.filter(opening=application.opening_id, user=user).values_list(
            "role", flat=True
        )
    )
    if not roles or not roles <= BLIND:
        return True
    interviews = Interview.objects.filter(application=application, interviewer=user)
    return interviews.exists() or _has_looked(user, application)


def met_among(user: User, applications: Iterable[Application]) -> set[uuid.UUID]:
    """Return the ids of those of these candidates whom somebody may not rate blindly."""
    return {one.pk for one in applications if has_met(user, one)}


def raters_for(anchor: Anchor) -> list[User]:
    """Return who in the team could still rate a contested answer."""
    application = anchor.answer.sitting.application
    rated = AnchorRating.objects.filter(anchor__answer=anchor.answer_id).values("rater")
    team = User.objects.filter(
        is_active=True, memberships__opening=application.opening_id, memberships__role__in=BLIND
    ).exclude(pk__in=rated)
    return [user for user in team.distinct() if not has_met(user, application)]


def _has_looked(user: User, application: Application) -> bool:
    """Return whether the record has a look at this candidate's data, alone or in a list."""
    seen: Mapping[str, str] = {
        "application.viewed": subject_of(application),
        "opening.viewed": f"opening:{application.opening_id}",
    }
    looks = LedgerEntry.objects.filter(
        subject__in=list(seen.values()), action__in=list(seen), actor=f"user:{user.pk}"
    ).values_list("action", "facts")
    for action, facts in looks:
        if action == "application.viewed" and facts.get("what") != ANSWER:
            return True
        if str(application.pk) in facts.get("applications", ()):
            return True
    return False

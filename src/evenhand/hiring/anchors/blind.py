"""Who may rate an answer: people who know nothing of that candidate but the answer.

It is the same for a drawn answer and a contested one, and nobody is merely asked to keep to it: it
goes by role, by what the record says somebody has looked at, and by whom they interview.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from evenhand.hiring.anchors.models import Anchor, AnchorRating
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.judging.models import GateFlip
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.openings.models import Application, Membership, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of

BLIND: Final = frozenset((Role.INTERVIEWER, Role.AUDITOR))
"""Roles that come without a list of everybody's names or levels: who may be asked to rate."""
ANSWER: Final = "answer"
"""What the record calls the look at an answer that is to be rated."""


def has_met(user: User, application: Application) -> bool:
    """Return whether somebody knows more of a candidate than an answer that they were to rate."""
    return bool(met_among(user, [application]))


def met_among(user: User, applications: Iterable[Application]) -> set[uuid.UUID]:
    """Return the ids of those of these candidates whom somebody may not rate blindly."""
    people = list(applications)
    by_role = _known_by_role(user, people)
    left = [one for one in people if one.pk not in by_role]
    if not left:
        return by_role
    interviewed = Interview.objects.filter(application__in=left, interviewer=user)
    return by_role | set(interviewed.values_list("application", flat=True)) | _seen(user, left)


def raters_for(anchor: Anchor) -> list[User]:
    """Return who in the team could still rate an answer."""
    application = anchor.answer.sitting.application
    rated = AnchorRating.objects.filter(anchor__answer=anchor.answer_id).values("rater")
    team = User.objects.filter(
        is_active=True, memberships__opening=application.opening_id, memberships__role__in=BLIND
    ).exclude(pk__in=rated)
    return [user for user in team.distinct() if not has_met(user, application)]


def _known_by_role(user: User, people: Sequence[Application]) -> set[uuid.UUID]:
    """Return those in whose opening somebody has no role, or one that is not blind."""
    roles: dict[uuid.UUID, set[str]] = defaultdict(set)
    held = Membership.objects.filter(user=user, opening__in={one.opening_id for one in people})
    for opening, role in held.values_list("opening", "role"):
        roles[opening].add(role)
    return {one.pk for one in people if not roles[one.opening_id] or roles[one.opening_id] - BLIND}


def _seen(user: User, people: Sequence[Application]) -> set[uuid.UUID]:
    """Return those whose data somebody has looked at, alone or in a list, by the record.

    Looks by a program count for whoever made its key.
    """
    alone = {subject_of(one): one.pk for one in people}
    ids = {str(one.pk): one.pk for one in people}
    runs = GateFlip.objects.filter(application__in=people).values_list("run", flat=True)
    lists = {
        *(f"opening:{one.opening_id}" for one in people),
        *(f"gaterun:{run}" for run in runs),
    }
    keys = ApiKey.objects.filter(made_by=user).values_list("pk", flat=True)
    looks = LedgerEntry.objects.filter(
        subject__in=[*alone, *lists],
        action__in=("application.viewed", "opening.viewed", "gaterun.viewed"),
        actor__in=(f"user:{user.pk}", *(f"key:{key}" for key in keys)),
    ).values_list("subject", "facts")
    seen = set()
    for subject, facts in looks.iterator():
        if subject not in alone:
            seen |= {ids[one] for one in facts.get("applications", ()) if one in ids}
        elif facts.get("what") != ANSWER:
            seen.add(alone[subject])
    return seen

"""Who had looked at a person's figures before they were to judge them, by the record of views.

A decider is shown no figure before their lean and an interviewer none before their card is locked
(`hidden_from`), but may have been a recruiter or an auditor before they were either. They may lean
and rate all the same, and what they say is not taken for something that was said without sight of a
figure: the record, the pages and the files say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Min

from evenhand.hiring.decisions.models import Lean
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.judging.models import GateFlip
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.openings.models import Application, Membership, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.ledger import utc_text

WITHOUT_FIGURES: Final = frozenset(
    (
        "accommodation", "application.api", "candidates.api", "erasing", "evidence",
        "feedback list", "interview", "interviews", "judges", "opinion", "retention", "scorecard",
        "withdrawing",
    )
)  # fmt: skip
"""What looks at pages that show nothing made of a person's answers are called in the record. Every
other look counts, whatever the page had of them at that moment."""


def figures_seen(user: User, application: Application) -> bool:
    """Return whether somebody was shown figures of a person while nothing hid them, by the record.

    A look counts from the moment of the first estimate or locked scorecard on, and not while
    the figures were hidden from them: from when they became a decider of the opening until their
    lean, and while they had yet to lock a scorecard of their own on this person. Looks by a program
    count for whoever made its key.
    """
    begun = _first_figure(application)
    if begun is None:
        return False
    runs = GateFlip.objects.filter(application=application).values_list("run", flat=True)
    keys = ApiKey.objects.filter(made_by=user).values_list("pk", flat=True)
    looks = LedgerEntry.objects.filter(
        subject__in=(
            subject_of(application),
            f"opening:{application.opening_id}",
            *{f"gaterun:{run}" for run in runs},
        ),
        action__in=("application.viewed", "opening.viewed", "gaterun.viewed"),
        actor__in=(f"user:{user.pk}", *(f"key:{key}" for key in keys)),
        at__gte=utc_text(begun),
    ).values_list("at", "action", "facts")
    hidden = list(_hidden(user, application))
    return any(
        _shows(application, action, facts)
        and not any(since <= at and (until is None or at < until) for since, until in hidden)
        for at, action, facts in looks.iterator()
    )


def leant_after_figures(applications: Iterable[UUID]) -> set[tuple[UUID, int]]:
    """Return (application, decider) of the leans that the record says were stated after figures."""
    subjects = {f"application:{one}": one for one in applications}
    stated = LedgerEntry.objects.filter(action="lean.stated", subject__in=list(subjects))
    return {
        (subjects[subject], int(actor.removeprefix("user:")))
        for subject, actor, facts in stated.values_list("subject", "actor", "facts")
        if facts.get("figures_seen")
    }


def locked_after_figures(interviews: Iterable[UUID]) -> set[UUID]:
    """Return the interviews whose card the record says was locked by who had seen figures."""
    subjects = {f"interview:{one}": one for one in interviews}
    locked = LedgerEntry.objects.filter(action="card.locked", subject__in=list(subjects))
    return {
        subjects[subject]
        for subject, facts in locked.values_list("subject", "facts")
        if facts.get("figures_seen")
    }


def _first_figure(application: Application) -> datetime | None:
    moments = (
        application.estimates.aggregate(at=Min("estimated_at"))["at"],
        application.interviews.aggregate(at=Min("locked_at"))["at"],
    )
    return min((at for at in moments if at is not None), default=None)


def _hidden(user: User, application: Application) -> Iterable[tuple[str, str | None]]:
    decides = Membership.objects.filter(
        opening=application.opening_id, user=user, role=Role.DECIDER
    )
    leant = Lean.objects.filter(application=application, decider=user).first()
    for since in decides.values_list("since", flat=True):
        yield utc_text(since), utc_text(leant.stated_at) if leant else None
    own = Interview.objects.filter(application=application, interviewer=user)
    for planned, locked, cancelled in own.values_list("planned_at", "locked_at", "cancelled_at"):
        until = locked or cancelled
        yield utc_text(planned), utc_text(until) if until else None


def _shows(application: Application, action: str, facts: Mapping[str, Any]) -> bool:
    if facts.get("what") in WITHOUT_FIGURES:
        return False
    return action == "application.viewed" or str(application.pk) in facts.get("applications", ())

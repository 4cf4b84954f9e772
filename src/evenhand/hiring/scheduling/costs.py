"""What a loop costs in interviewers' minutes, against the two and a half hours it was planned with.

The plan is what the three rounds take on the clock: 45 + 60 + 45 minutes. In the written round no
interviewer sits beside the candidate, so what is counted here are the live rounds alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from evenhand.hiring.interviews.models import LIVE_ROUNDS, Interview
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.packs import pack_of

PLANNED: Final = 150
"""Minutes of senior engineers' time per candidate: the two and a half hours of the plan."""
SAME_GO: Final = timedelta(hours=4)
"""A card that was locked later than this after its interview began was not written in one go: how
long it took is not known."""


@dataclass(frozen=True)
class Held:
    """One interview that was begun.

    Attributes:
        opening: where.
        application: with whom.
        round: of `LIVE_ROUNDS`.
        month: its first day, in the time zone of the pages.
        set_aside: minutes that were planned for it.
        taken: minutes from its beginning to the locked scorecard; None where not known.
    """

    opening: UUID
    application: UUID
    round: str
    month: date
    set_aside: int
    taken: float | None


@dataclass(frozen=True)
class Spent:
    """Interviewers' minutes over some interviews.

    Attributes:
        interviews: how many were begun.
        candidates: with how many people.
        set_aside: minutes that were planned for them.
        taken: minutes that they took, scorecard included; where not known, what was planned.
        known: of how many it is known.
        hires: people decided on to advance meanwhile.
    """

    interviews: int
    candidates: int
    set_aside: int
    taken: float
    known: int
    hires: int

    @property
    def per_candidate(self) -> float | None:
        """Return the minutes set aside per person met; None where nobody was met."""
        return self.set_aside / self.candidates if self.candidates else None

    @property
    def taken_per_candidate(self) -> float | None:
        """Return the minutes taken per person met; None where nobody was met."""
        return self.taken / self.candidates if self.candidates else None

    @property
    def per_hire(self) -> float | None:
        """Return the minutes taken per hire, those of everybody else included; None without one."""
        return self.taken / self.hires if self.hires else None


@dataclass(frozen=True)
class Plan:
    """What a pack sets aside: minutes of the written round, and of the live rounds by name."""

    written: int
    live: tuple[tuple[str, int], ...]

    @property
    def interviewers(self) -> int:
        """Return the minutes of interviewers: those of the live rounds."""
        return sum(minutes for _, minutes in self.live)

    @property
    def clock(self) -> int:
        """Return the minutes that the rounds take on the candidate's clock."""
        return self.written + self.interviewers


def held_in(openings: Collection[Opening]) -> list[Held]:
    """Return every interview that was begun, also one that was called off after that."""
    rows = Interview.objects.filter(
        application__opening__in=openings, begun_at__isnull=False
    ).values_list(
        "application__opening", "application", "round", "begun_at", "locked_at", "minutes"
    )
    return [
        Held(opening, application, round_, _month(begun_at), minutes, _taken(begun_at, locked_at))
        for opening, application, round_, begun_at, locked_at, minutes in rows
        if begun_at is not None
    ]


def spent(held: Iterable[Held], hires: int = 0) -> Spent:
    """Add interviews up."""
    all_ = list(held)
    return Spent(
        interviews=len(all_),
        candidates=len({one.application for one in all_}),
        set_aside=sum(one.set_aside for one in all_),
        taken=sum(one.set_aside if one.taken is None else one.taken for one in all_),
        known=sum(one.taken is not None for one in all_),
        hires=hires,
    )


def whole_loops(held: Iterable[Held]) -> Spent:
    """Add up the people who had every live round: whom the plan is about."""
    by_person: dict[UUID, list[Held]] = defaultdict(list)
    for one in held:
        by_person[one.application].append(one)
    whole = [
        rounds for rounds in by_person.values() if {one.round for one in rounds} == set(LIVE_ROUNDS)
    ]
    return spent(one for rounds in whole for one in rounds)


def plans_of(openings: Sequence[Opening]) -> list[Plan]:
    """Return the plans of the packs of these openings, each once.

    Raises:
        PackGone: a pack is missing from the pack store.
    """
    plans = []
    for hash_ in {one.pack_id for one in openings}:
        pack = pack_of(hash_)
        live = tuple((pack.round(one).name, pack.round(one).minutes) for one in LIVE_ROUNDS)
        plans.append(Plan(pack.round("async").minutes, live))
    return sorted(set(plans), key=lambda plan: (plan.clock, plan.live))


def coming(openings: Collection[Opening]) -> int:
    """Return the minutes of interviews that are planned and not begun."""
    planned = Interview.objects.filter(
        application__opening__in=openings, state=Interview.State.PLANNED
    )
    return sum(planned.values_list("minutes", flat=True))


def _month(moment: datetime) -> date:
    return timezone.localtime(moment).date().replace(day=1)


def _taken(begun_at: datetime, locked_at: datetime | None) -> float | None:
    if locked_at is None or locked_at - begun_at > SAME_GO:
        return None
    return (locked_at - begun_at).total_seconds() / 60

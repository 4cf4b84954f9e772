"""How much interviewing each person does, and who of those who are free does least."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from evenhand.hiring.interviews.models import LIVE_ROUNDS, Interview
from evenhand.hiring.openings.models import Membership, Opening, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.scheduling.free import busy, outside, over_the_week, span, week_of
from evenhand.hiring.scheduling.models import PoolEntry

LATELY: Final = timedelta(days=28)
HELD: Final = (Interview.State.BEGUN, Interview.State.LOCKED)


@dataclass(frozen=True)
class Load:
    """Minutes of interviews of one person, in all openings; as set aside, not as they took.

    Attributes:
        done_week: held in the week of the pages' time zone that is running.
        planned_week: planned in it and not held.
        done_lately: held in the last 28 days.
        ahead: planned from now on, with a time or without.
    """

    done_week: int = 0
    planned_week: int = 0
    done_lately: int = 0
    ahead: int = 0

    @property
    def weight(self) -> int:
        """What is weighed where work is spread: what was done lately and what is coming."""
        return self.done_lately + self.ahead

    @property
    def words(self) -> str:
        """Say it in one line, for where an interviewer is picked."""
        return _(
            "this week %(done_week)s min done, %(planned_week)s min planned · last four weeks "
            "%(done_lately)s min done · %(ahead)s min ahead"
        ) % asdict(self)


@dataclass(frozen=True)
class PoolLine:
    """One interviewer of an opening.

    Attributes:
        user: who.
        entry: what they can be asked for; None where nothing was said, which is: for anything.
        load: what they have done and have before them.
        busy: what they have at the time that was asked about, in words; empty where they are free.
        notes: what else speaks against that time or round, a line each.
    """

    user: User
    entry: PoolEntry | None
    load: Load
    busy: str = ""
    notes: tuple[str, ...] = ()

    @property
    def rounds(self) -> tuple[str, ...]:
        """The rounds that they take."""
        return LIVE_ROUNDS if self.entry is None else tuple(self.entry.rounds)

    @property
    def is_free(self) -> bool:
        """Return whether nothing speaks against asking them."""
        return not self.busy and not self.notes


def load_of(users: Iterable[User], now: datetime) -> dict[int, Load]:
    """Return the load of each of these people, in one query."""
    monday, next_monday = week_of(now, timezone.get_current_timezone())
    found = {one.pk: Load() for one in users}
    lately = Q(starts_at__gte=min(now - LATELY, monday))
    interviews = (
        Interview.objects.filter(lately | Q(starts_at=None), interviewer__in=list(found))
        .exclude(state=Interview.State.CANCELLED)
        .values_list("interviewer", "starts_at", "begun_at", "minutes", "state")
    )
    for who, starts_at, begun_at, minutes, state in interviews:
        held, at = state in HELD, starts_at or begun_at
        this_week = at is not None and monday <= at < next_monday
        load = found[who]
        found[who] = replace(
            load,
            done_week=load.done_week + (minutes if held and this_week else 0),
            planned_week=load.planned_week + (minutes if not held and this_week else 0),
            done_lately=load.done_lately
            + (minutes if held and at is not None and at >= now - LATELY else 0),
            ahead=load.ahead + (minutes if not held and (at is None or at >= now) else 0),
        )
    return found


def pool_of(opening: Opening, now: datetime) -> list[PoolLine]:
    """Return the interviewers of an opening with their load, by name."""
    members = Membership.objects.filter(opening=opening, role=Role.INTERVIEWER)
    users = list(
        User.objects.filter(pk__in=members.values("user"), is_active=True).prefetch_related(
            Prefetch(
                "pool_entries",
                PoolEntry.objects.filter(opening=opening)
                .select_related("user")
                .prefetch_related("windows"),
                to_attr="entry_here",
            )
        )
    )
    loads = load_of(users, now)
    lines = [PoolLine(one, next(iter(one.entry_here), None), loads[one.pk]) for one in users]
    return sorted(lines, key=lambda line: (str(line.user).lower(), line.user.pk))


def suggest(
    opening: Opening, *, round: str, minutes: int, starts_at: datetime | None, now: datetime
) -> list[PoolLine]:
    """Return who takes a round, best first: free before not, then who has and had least to do.

    It is a list to choose from; a person chooses, and may choose anybody.

    Args:
        opening: whose pool.
        round: of `LIVE_ROUNDS`.
        minutes: how long the interview is.
        starts_at: when; None asks about the load alone.
        now: the moment.
    """
    lines = [line for line in pool_of(opening, now) if round in line.rounds]
    if starts_at is not None:
        taken = busy((line.user for line in lines), starts_at, minutes)
        lines = [_at(line, taken.get(line.user.pk), starts_at, minutes) for line in lines]
    return sorted(lines, key=lambda line: (bool(line.busy), bool(line.notes), line.load.weight))


def _at(line: PoolLine, taken: Interview | None, starts_at: datetime, minutes: int) -> PoolLine:
    notes = (
        (outside(line.entry, starts_at, minutes), over_the_week(line.entry, starts_at))
        if line.entry is not None
        else ()
    )
    return replace(
        line, busy=span(taken) if taken else "", notes=tuple(note for note in notes if note)
    )

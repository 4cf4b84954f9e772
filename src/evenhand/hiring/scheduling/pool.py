"""The interviewer pool of an opening: every write to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FieldError
from evenhand.hiring.interviews.models import LIVE_ROUNDS
from evenhand.hiring.openings.models import Membership, Opening, Role
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record
from evenhand.hiring.scheduling.models import PoolEntry, PoolWindow


@dataclass(frozen=True)
class Hours:
    """When somebody can be asked, by the clock of a time zone.

    Attributes:
        time_zone: IANA name.
        windows: from when to when, by weekday (0 is Monday); none at all means at any time.
    """

    time_zone: str
    windows: Mapping[int, tuple[time, time]]


def set_terms(
    *,
    opening: Opening,
    user: User,
    rounds: Iterable[str],
    most_a_week: int | None,
    by: User,
    now: datetime,
) -> PoolEntry:
    """Say which rounds an interviewer takes, and how many interviews a week at most.

    Raises:
        FieldError: they are no interviewer of this opening, or it is no live round.
    """
    chosen = [one for one in LIVE_ROUNDS if one in set(rounds)]
    if set(rounds) - set(LIVE_ROUNDS):
        raise FieldError(_("Choose among the rounds: %(all)s.") % {"all": ", ".join(LIVE_ROUNDS)})
    if most_a_week is not None and most_a_week < 1:
        raise FieldError(_("At least one interview a week, or leave it empty for no limit."))
    with transaction.atomic():
        entry = _entry(opening, user)
        PoolEntry.objects.filter(pk=entry.pk).update(rounds=chosen, most_a_week=most_a_week)
        facts = {"user": user.pk, "rounds": chosen, "most_a_week": most_a_week}
        _note("pool.changed", opening, by, facts, now)
    entry.rounds, entry.most_a_week = chosen, most_a_week
    return entry


def set_hours(*, opening: Opening, user: User, hours: Hours, by: User, now: datetime) -> PoolEntry:
    """Say in which hours an interviewer can be asked; the hours before are replaced.

    Raises:
        FieldError: they are no interviewer of this opening, there is no such time zone, or hours
            end before they begin.
    """
    try:
        ZoneInfo(hours.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FieldError(
            _("There is no time zone %(name)s. Write one such as Europe/Berlin.")
            % {"name": hours.time_zone}
        ) from None
    for begins, ends in hours.windows.values():
        if begins >= ends:
            raise FieldError(_("Hours must end after they begin."))
    with transaction.atomic():
        entry = _entry(opening, user)
        # The update takes the row's lock: two people who set hours do so one after the other.
        PoolEntry.objects.filter(pk=entry.pk).update(time_zone=hours.time_zone)
        PoolWindow.objects.filter(entry=entry).delete()
        PoolWindow.objects.bulk_create(
            PoolWindow(entry=entry, weekday=day, begins=begins, ends=ends)
            for day, (begins, ends) in sorted(hours.windows.items())
        )
        said = {
            str(day): f"{begins:%H:%M}-{ends:%H:%M}"
            for day, (begins, ends) in sorted(hours.windows.items())
        }
        facts = {"user": user.pk, "time_zone": hours.time_zone, "windows": said}
        _note("pool.hours_changed", opening, by, facts, now)
    entry.time_zone = hours.time_zone
    return entry


def _entry(opening: Opening, user: User) -> PoolEntry:
    if not Membership.objects.filter(opening=opening, user=user, role=Role.INTERVIEWER).exists():
        raise FieldError(
            _("%(who)s is no interviewer of this opening. Add them on the team page first.")
            % {"who": user}
        )
    return PoolEntry.objects.get_or_create(
        opening=opening,
        user=user,
        defaults={"rounds": list(LIVE_ROUNDS), "time_zone": settings.TIME_ZONE},
    )[0]


def _note(
    action: str, opening: Opening, by: User, facts: Mapping[str, object], now: datetime
) -> None:
    record(action, f"opening:{opening.pk}", actor=f"user:{by.pk}", facts=facts, now=now)

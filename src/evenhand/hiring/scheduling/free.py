"""Whether somebody is free at a time: what is there already, what they asked to be kept free of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.moments import in_words
from evenhand.hiring.people.models import User
from evenhand.hiring.scheduling.models import PoolEntry

TAKES_TIME: Final = (Interview.State.PLANNED, Interview.State.BEGUN)
LONGEST: Final = timedelta(minutes=32_767)
"""What the column `minutes` can hold: nothing that began before this is still going on."""


def end_of(interview: Interview) -> datetime:
    """Return when an interview that has a time is over, by plan."""
    if interview.starts_at is None:
        raise ValueError("an interview without a time has no end")
    return interview.starts_at + timedelta(minutes=interview.minutes)


def overlapping(
    of: Q, starts_at: datetime, minutes: int, *, but: Interview | None = None
) -> list[Interview]:
    """Return the planned and begun interviews that share a minute with this span, first one first.

    One that ends as another begins shares none.

    Args:
        of: whose, such as `Q(interviewer=...)`.
        starts_at: aware.
        minutes: how long.
        but: the interview that is being moved.
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    near: QuerySet[Interview] = Interview.objects.filter(
        of, state__in=TAKES_TIME, starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST
    )
    if but is not None:
        near = near.exclude(pk=but.pk)
    found = near.select_related("application__opening", "interviewer").order_by("starts_at", "pk")
    return [one for one in found if end_of(one) > starts_at]


def busy(users: Iterable[User], starts_at: datetime, minutes: int) -> dict[int, Interview]:
    """Return, for each of these people who is not free, what they have then."""
    found = overlapping(Q(interviewer__in=list(users)), starts_at, minutes)
    return {one.interviewer_id: one for one in reversed(found)}


def outside(entry: PoolEntry, starts_at: datetime, minutes: int) -> str:
    """Return in one line why a time is outside somebody's hours; empty where it is not.

    Hours are of their own clock, so 09:00 stays 09:00 when the clocks change.
    """
    windows = list(entry.windows.all())
    if not windows:
        return ""
    zone = ZoneInfo(entry.time_zone)
    begin = starts_at.astimezone(zone)
    end = (starts_at + timedelta(minutes=minutes)).astimezone(zone)
    for one in windows:
        same_day = begin.weekday() == one.weekday and begin.date() == end.date()
        if same_day and one.begins <= begin.time() and end.time() <= one.ends:
            return ""
    return _("%(who)s did not offer this time: it is %(when)s for them.") % {
        "who": entry.user,
        "when": moment(starts_at, zone),
    }


def over_the_week(entry: PoolEntry, starts_at: datetime, but: Interview | None = None) -> str:
    """Return in one line that somebody's week is full; empty where it is not."""
    if entry.most_a_week is None:
        return ""
    first, after = week_of(starts_at, ZoneInfo(entry.time_zone))
    there = Interview.objects.filter(
        interviewer=entry.user_id, starts_at__gte=first, starts_at__lt=after
    ).exclude(state=Interview.State.CANCELLED)
    if but is not None:
        there = there.exclude(pk=but.pk)
    count = there.count()
    if count < entry.most_a_week:
        return ""
    return ngettext(
        "%(who)s has %(count)s interview in that week already, and asked for at most %(most)s.",
        "%(who)s has %(count)s interviews in that week already, and asked for at most %(most)s.",
        count,
    ) % {"who": entry.user, "count": count, "most": entry.most_a_week}


def week_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the Monday 00:00 before a moment and the one after it, by the clocks of a zone."""
    day = moment.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    return (
        datetime.combine(monday, time.min, tzinfo=zone),
        datetime.combine(monday + timedelta(days=7), time.min, tzinfo=zone),
    )


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """Return a moment in words with the name of its time zone; that of the pages by default."""
    here = timezone.get_current_timezone() if zone is None else zone
    said = in_words(at, "l, j F Y, H:i", here)
    return f"{said} ({zone_name(here)})"


def span(interview: Interview, zone: tzinfo | None = None) -> str:
    """Return from when to when an interview is, in words with the name of the time zone."""
    if interview.starts_at is None:
        return _("no time yet")
    here = timezone.get_current_timezone() if zone is None else zone
    begin = timezone.localtime(interview.starts_at, here)
    end = timezone.localtime(end_of(interview), here)
    return _("%(begin)s to %(end)s (%(zone)s)") % {
        "begin": in_words(begin, "l, j F Y, H:i", here),
        "end": in_words(end, "H:i" if end.date() == begin.date() else "j F, H:i", here),
        "zone": zone_name(here),
    }


def zone_name(zone: tzinfo) -> str:
    """Return the IANA name of a zone."""
    return str(getattr(zone, "key", zone))

"""iCalendar (RFC 5545) and its invitations and cancellations (RFC 5546), written by `icalendar`.

Times are written in UTC: an interview happens once, so it needs no rule of a time zone, and a
calendar shows it in its owner's own. The UID is the interview's id (RFC 7986, 5.3), the same in
invitations, cancellations, files and feeds, so that a calendar holds each interview once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]

PRODUCT: Final = "-//Evenhand//Interviews//EN"
ALARM: Final = timedelta(minutes=15)
"""How long before the beginning a calendar is asked to remind its owner."""
SUMMARY_MOST: Final = 200


@dataclass(frozen=True)
class Person:
    """Somebody in a calendar entry."""

    name: str
    email: str


@dataclass(frozen=True)
class Meeting:
    """One entry of a calendar.

    Attributes:
        uid: stays the same for as long as it is the same meeting.
        sequence: grows with each change (RFC 5545, 3.8.7.4).
        starts_at: aware.
        minutes: how long it lasts.
        title: one line; what is none is made one.
        text: lines of plain text.
        place: one line, may be empty.
        organizer: who answers; None in a feed.
        attendee: the one person whom this copy is for; None in a feed.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    title: str
    text: str = ""
    place: str = ""
    organizer: Person | None = None
    attendee: Person | None = None


def to_ics(meetings: Sequence[Meeting], *, method: Method, now: datetime) -> bytes:
    """Return a calendar of these meetings, lines folded at 75 octets.

    Args:
        meetings: one for an invitation or a cancellation, any number for PUBLISH.
        method: REQUEST invites, CANCEL cancels, PUBLISH tells.
        now: when it is written (DTSTAMP).
    """
    # Here and not above: it is slow to import, and no other command should wait for it.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for one in meetings:
        calendar.add_component(_event(one, method, now))
    written: bytes = calendar.to_ical()
    return written


def one_line(text: str) -> str:
    """Return text in one line, without characters that show nothing and may hide something."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def _event(one: Meeting, method: Method, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.starts_at.astimezone(UTC) + timedelta(minutes=one.minutes))
    event.add("summary", one_line(one.title)[:SUMMARY_MOST])
    event.add("sequence", one.sequence)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    # Calendars are shared with colleagues; who is interviewed when is not theirs to read.
    event.add("class", "PRIVATE")
    if one.text:
        event.add("description", _lines(one.text))
    if place := one_line(one.place):
        event.add("location", place)
    if one.organizer:
        event.add("organizer", _address(one.organizer))
    if one.attendee:
        event.add("attendee", _attendee(one.attendee), encode=False)
    if method != "CANCEL":
        _add_alarm(event, one)
    return event


def _add_alarm(event: Event, one: Meeting) -> None:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", one_line(one.title)[:SUMMARY_MOST])
    alarm.add("trigger", -ALARM)
    event.add_component(alarm)


def _address(person: Person) -> vCalAddress:
    from icalendar import vCalAddress, vText

    # A mailto address (RFC 6068, 2): what is not of a plain local part or domain is encoded.
    address = vCalAddress(f"mailto:{quote(one_line(person.email), safe='@+!$*')}")
    # A parameter has no escape for either (RFC 5545, 3.2), and readers differ on them.
    if name := one_line(person.name).replace('"', "'").replace("\\", "/"):
        address.params["CN"] = vText(name)
    return address


def _attendee(person: Person) -> vCalAddress:
    from icalendar import vText

    address = _address(person)
    for name, value in (
        ("CUTYPE", "INDIVIDUAL"),
        ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "NEEDS-ACTION"),
        ("RSVP", "TRUE"),
    ):
        address.params[name] = vText(value)
    return address


def _lines(text: str) -> str:
    """Return text without control characters other than ends of lines (RFC 5545, 3.1)."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unified if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})

"""What is written is read back as it was meant, whatever people type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from evenhand.hiring.scheduling.calendar import Meeting, Person, one_line, to_ics

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ORGANIZER = Person("Alice Ashby", "alice@example.org")
NASTY = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("\r\n\t,;:\\\"'^ \x00\x07\u2028\u202e"),
    ),
    max_size=300,
)
"""Any text, and oftener what has a meaning in iCalendar."""


def meeting(**changes: Any) -> Meeting:
    given: dict[str, Any] = {
        "uid": "0b7d0a1c-5b62-4c7a-9f6f-0d4a6f2b1c11", "sequence": 1,
        "starts_at": datetime(2026, 3, 3, 10, 0, tzinfo=UTC), "minutes": 60,
        "title": "Interview, final round, Candidate 3", "organizer": ORGANIZER,
        "attendee": Person("Ivan", "ivan@example.org"),
    }  # fmt: skip
    return Meeting(**{**given, **changes})


def event_of(one: Meeting, method: Any = "REQUEST") -> Any:
    written = to_ics([one], method=method, now=NOW)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    return event


def lines_of(written: bytes) -> list[str]:
    """Unfold by hand, as RFC 5545, 3.1 says; the library is not asked."""
    return written.decode().replace("\r\n ", "").rstrip("\r\n").split("\r\n")


NAMES = {
    "BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "METHOD", "UID", "DTSTAMP", "DTSTART", "DTEND",
    "SUMMARY", "SEQUENCE", "STATUS", "TRANSP", "CLASS", "DESCRIPTION", "LOCATION", "ORGANIZER",
    "ATTENDEE", "ACTION", "TRIGGER",
}  # fmt: skip


@given(title=NASTY, place=NASTY, text=NASTY, name=NASTY)
def test_nothing_that_is_typed_adds_a_property_or_a_long_line(
    title: str, place: str, text: str, name: str
) -> None:
    one = meeting(
        title=title, place=place, text=text, attendee=Person(name, "ivan@example.org"),
        organizer=Person(name, "alice@example.org"),
    )  # fmt: skip
    written = to_ics([one], method="REQUEST", now=NOW)
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert b"\r" not in written.replace(b"\r\n", b"")
    found = [line.partition(":")[0].partition(";")[0] for line in lines_of(written)]
    assert set(found) <= NAMES
    once = {"UID", "DTSTART", "SEQUENCE", "ORGANIZER", "ATTENDEE", "METHOD", "ACTION"}
    assert all(found.count(name) == 1 for name in once)


@given(title=NASTY, place=NASTY, name=NASTY)
def test_a_title_a_place_and_a_name_come_back_in_one_line(
    title: str, place: str, name: str
) -> None:
    person = Person(name, "ivan@example.org")
    event = event_of(meeting(title=title, place=place, attendee=person))
    assert str(event["summary"]) == one_line(title)[:200]
    assert str(event.get("location", "")) == one_line(place)
    assert event["attendee"].params.get("CN", "") == one_line(name).replace('"', "'").replace(
        "\\", "/"
    )
    assert str(event["attendee"]) == "mailto:ivan@example.org"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=400))
def test_a_text_comes_back_word_for_word(text: str) -> None:
    body = f"First; second, \\n third.\n\n{text}"
    assert str(event_of(meeting(text=body))["description"]) == body


@given(
    local=st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    fold=st.integers(0, 1),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
    minutes=st.integers(1, 240),
)
def test_a_moment_comes_back_as_the_same_moment_on_any_side_of_a_change_of_clocks(
    local: datetime, fold: int, zone: str, minutes: int
) -> None:
    moment = local.replace(microsecond=0, fold=fold, tzinfo=ZoneInfo(zone))
    event = event_of(meeting(starts_at=moment, minutes=minutes))
    begin, end = event["dtstart"].dt, event["dtend"].dt
    assert begin == moment.astimezone(UTC)
    assert end - begin == timedelta(minutes=minutes)


def test_an_invitation_says_what_rfc_5546_asks_of_a_request() -> None:
    written = to_ics([meeting(sequence=4)], method="REQUEST", now=NOW)
    assert lines_of(written) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Evenhand//Interviews//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "SUMMARY:Interview\\, final round\\, Candidate 3",
        "DTSTART:20260303T100000Z",
        "DTEND:20260303T110000Z",
        "DTSTAMP:20260302T090000Z",
        "UID:0b7d0a1c-5b62-4c7a-9f6f-0d4a6f2b1c11",
        "SEQUENCE:4",
        "ATTENDEE;CN=Ivan;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIP"
        "ANT;RSVP=TRUE:mailto:ivan@example.org",
        "CLASS:PRIVATE",
        'ORGANIZER;CN="Alice Ashby":mailto:alice@example.org',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Interview\\, final round\\, Candidate 3",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_cancellation_has_the_same_uid_and_frees_the_time() -> None:
    event = event_of(meeting(sequence=5), "CANCEL")
    assert str(event["uid"]) == str(event_of(meeting())["uid"])
    assert (str(event["status"]), str(event["transp"])) == ("CANCELLED", "TRANSPARENT")
    assert event["sequence"] == 5
    assert event.walk("VALARM") == []


def test_a_feed_of_nothing_is_still_a_calendar() -> None:
    calendar = Calendar.from_ical(to_ics([], method="PUBLISH", now=NOW))
    assert calendar["method"] == "PUBLISH"
    assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("a+b@example.org", "mailto:a+b@example.org"),
        ("o'neil@example.org", "mailto:o%27neil@example.org"),
        ("a?b=c&d@example.org", "mailto:a%3Fb%3Dc%26d@example.org"),
        ("a@example.org\r\nATTENDEE:x", "mailto:a@example.org%20ATTENDEE%3Ax"),
    ],
)
def test_an_address_is_a_mailto_address_and_nothing_more(address: str, uri: str) -> None:
    assert str(event_of(meeting(attendee=Person("", address)))["attendee"]) == uri

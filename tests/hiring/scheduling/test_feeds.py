"""A calendar feed: read by who has its address, until it is taken back, and without a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from evenhand.hiring.errors import FeedUnknown
from evenhand.hiring.interviews.services import cancel_interview
from evenhand.hiring.models import CalendarFeed, Interview, LedgerEntry, User
from evenhand.hiring.scheduling.feeds import address_of, feed_of, make_feed, read_feed, revoke_feed
from evenhand.hiring.scheduling.services import schedule


def token(feed: CalendarFeed) -> str:
    return address_of(feed).rpartition("/")[2].removesuffix(".ics")


@pytest.fixture
def feed(ivan: User, now: datetime) -> CalendarFeed:
    return make_feed(user=ivan, now=now)


@pytest.fixture
def set_(interview: Interview, alice: User, now: datetime) -> Interview:
    at = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    return schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)


def test_it_holds_times_places_rounds_and_numbers_and_no_name(
    feed: CalendarFeed, set_: Interview, now: datetime
) -> None:
    written = read_feed(token(feed), now)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["summary"]) == "Interview, final round, Candidate 1"
    assert str(event["location"]) == "Room 7"
    assert str(event["uid"]) == str(set_.pk)
    assert not any(word in written for word in (b"Charlie", b"charlie", b"@", b"score"))


def test_it_holds_ones_own_interviews_alone(petra: User, set_: Interview, now: datetime) -> None:
    written = read_feed(token(make_feed(user=petra, now=now)), now)
    assert Calendar.from_ical(written).walk("VEVENT") == []


def test_what_was_called_off_and_what_is_long_over_is_not_in_it(
    feed: CalendarFeed, set_: Interview, alice: User, now: datetime
) -> None:
    assert b"VEVENT" in read_feed(token(feed), now + timedelta(days=90))
    assert b"VEVENT" not in read_feed(token(feed), now + timedelta(days=92))
    cancel_interview(interview=set_, by=alice, now=now)
    assert b"VEVENT" not in read_feed(token(feed), now)


def test_a_new_address_ends_the_one_before(ivan: User, feed: CalendarFeed, now: datetime) -> None:
    newer = make_feed(user=ivan, now=now)
    assert read_feed(token(newer), now)
    with pytest.raises(FeedUnknown):
        read_feed(token(feed), now)
    assert feed_of(ivan) == newer
    actions = LedgerEntry.objects.filter(action__startswith="feed.").order_by("seq")
    assert [one.action for one in actions] == ["feed.made", "feed.revoked", "feed.made"]


def test_one_that_was_taken_back_does_not_open(
    ivan: User, feed: CalendarFeed, now: datetime
) -> None:
    assert revoke_feed(user=ivan, now=now)
    assert not revoke_feed(user=ivan, now=now)
    with pytest.raises(FeedUnknown, match="not in use"):
        read_feed(token(feed), now)


def test_whose_account_is_closed_has_no_feed(ivan: User, feed: CalendarFeed, now: datetime) -> None:
    User.objects.filter(pk=ivan.pk).update(is_active=False)
    with pytest.raises(FeedUnknown):
        read_feed(token(feed), now)


def test_an_address_that_was_changed_does_not_open(feed: CalendarFeed, now: datetime) -> None:
    real = token(feed)
    for wrong in ("", "x", real[:-1], f"x{real}", real.split(".")[0], real.replace(".", "..")):
        with pytest.raises(FeedUnknown):
            read_feed(wrong, now)


def test_an_address_is_kept_nowhere(feed: CalendarFeed) -> None:
    kept = str(list(CalendarFeed.objects.values())) + str(list(LedgerEntry.objects.values()))
    assert token(feed) not in kept

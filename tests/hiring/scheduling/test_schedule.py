"""Setting a time: what is refused in one clear line, what is asked back, and what is kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from tests.hiring.scheduling.conftest import Plan, interviewer

from evenhand.hiring.errors import ChangedMeanwhile, HiringError, ScheduleError, ToConfirm
from evenhand.hiring.interviews.services import begin_interview, cancel_interview
from evenhand.hiring.models import Application, Interview, LedgerEntry, Opening, Organisation, User
from evenhand.hiring.openings import services as openings
from evenhand.hiring.scheduling.pool import Hours, set_hours, set_terms
from evenhand.hiring.scheduling.services import PLACE_MOST, schedule


@pytest.fixture
def at(now: datetime) -> datetime:
    """Tuesday, 3 March 2026, 10:00 UTC."""
    return datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_a_time_is_kept_with_its_entry(
    interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    schedule(interview=interview, starts_at=at, place=" Room  7 ", by=alice, now=now)
    interview.refresh_from_db()
    assert (interview.starts_at, interview.place, interview.sequence) == (at, "Room 7", 1)
    entry = LedgerEntry.objects.get(action="interview.scheduled")
    assert entry.actor == f"user:{alice.pk}"
    assert entry.facts == {
        "starts_at": "2026-03-03T10:00:00+00:00", "minutes": 60, "sequence": 1, "confirmed": False,
    }  # fmt: skip


def test_setting_what_is_set_changes_nothing(
    interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    first = schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    again = schedule(interview=first, starts_at=at, place="", by=alice, now=now)
    assert again.sequence == 1
    assert LedgerEntry.objects.filter(action="interview.scheduled").count() == 1


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_time_that_is_over_is_refused(
    interview: Interview, alice: User, now: datetime, minutes: int
) -> None:
    with pytest.raises(ScheduleError, match=r"Monday, 2 March 2026, .* is over"):
        schedule(
            interview=interview, starts_at=now - timedelta(minutes=minutes), place="", by=alice,
            now=now,
        )  # fmt: skip


@pytest.mark.parametrize("offset", [-59, -15, 0, 15, 59])
def test_an_interviewer_is_in_one_place_at_a_time(
    interview: Interview, dora: Application, ivan: User, plan: Plan, alice: User, at: datetime,
    now: datetime, offset: int,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    other = plan(dora, ivan)
    with pytest.raises(ScheduleError) as refused:
        schedule(
            interview=other, starts_at=at + timedelta(minutes=offset), place="", by=alice, now=now
        )
    assert str(refused.value) == (
        "Ivan has an interview then: final round, Candidate 1, Tuesday, 3 March 2026, 10:00 to "
        "11:00 (UTC). Choose another time."
    )
    other.refresh_from_db()
    assert (other.starts_at, other.sequence) == (None, 0)


@pytest.mark.parametrize("offset", [-60, 60])
def test_an_interview_may_begin_as_another_ends(
    interview: Interview, dora: Application, ivan: User, plan: Plan, alice: User, at: datetime,
    now: datetime, offset: int,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    moved = at + timedelta(minutes=offset)
    assert schedule(interview=plan(dora, ivan), starts_at=moved, place="", by=alice, now=now)


def test_a_candidate_is_in_one_place_at_a_time_and_is_not_named(
    interview: Interview, application: Application, petra: User, plan: Plan, alice: User,
    at: datetime, now: datetime,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    other = plan(application, petra, "peer")
    with pytest.raises(ScheduleError, match="The candidate has an interview then: final") as error:
        schedule(interview=other, starts_at=at, place="", by=alice, now=now)
    assert "Charlie" not in str(error.value)


def test_of_another_opening_no_more_is_told_than_that_there_is_one(
    opening: Opening, interview: Interview, alice: User, ivan: User, plan: Plan, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    other = openings.create_opening(
        title="Secret project", pack=opening.pack, bar=3, contact_name="A", link_days=1,
        contact_email="a@example.org", keep_days=30, by=alice, now=now,
    )  # fmt: skip
    interviewer(other, "Ivan", now)
    someone = openings.add_candidate(
        opening=other, name="Eve", email="eve@example.org", by=alice, now=now
    )
    schedule(interview=plan(someone, ivan), starts_at=at, place="", by=alice, now=now)
    with pytest.raises(ScheduleError, match="final round in another opening, Tuesday") as error:
        schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    assert not any(word in str(error.value) for word in ("Secret", "Eve", "Candidate 1"))


def test_nobody_learns_that_a_candidate_is_interviewed_by_another_organisation(
    opening: Opening, interview: Interview, alice: User, plan: Plan, at: datetime, now: datetime
) -> None:
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    zoe = User.objects.create_user("zoe@example.net", "correct horse 9", organisation=elsewhere)
    theirs = openings.create_opening(
        title="Theirs", pack=opening.pack, bar=3, contact_name="Z", link_days=1,
        contact_email="z@example.net", keep_days=30, by=zoe, now=now,
    )  # fmt: skip
    same = openings.add_candidate(
        opening=theirs, name="Charlie Cole", email="charlie@example.org", by=zoe, now=now
    )
    assert same.candidate.email == interview.application.candidate.email
    schedule(
        interview=plan(same, interviewer(theirs, "Zed", now)), starts_at=at, place="", by=zoe,
        now=now,
    )  # fmt: skip
    assert schedule(interview=interview, starts_at=at, place="", by=alice, now=now)


def test_what_was_called_off_takes_no_time(
    interview: Interview, dora: Application, ivan: User, plan: Plan, alice: User, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    cancel_interview(interview=interview, by=alice, now=now)
    assert schedule(interview=plan(dora, ivan), starts_at=at, place="", by=alice, now=now)


def test_what_was_begun_takes_its_time_and_is_not_moved(
    interview: Interview, dora: Application, ivan: User, plan: Plan, alice: User, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    begin_interview(interview=interview, by=ivan, now=at)
    with pytest.raises(ScheduleError, match="Ivan has an interview then"):
        schedule(interview=plan(dora, ivan), starts_at=at, place="", by=alice, now=now)
    with pytest.raises(ScheduleError, match="has begun"):
        schedule(interview=interview, starts_at=at + timedelta(days=1), place="", by=alice, now=now)


def test_of_two_who_set_it_at_once_the_second_is_told_what_is_set(
    interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)
    later = at + timedelta(hours=3)
    with pytest.raises(ChangedMeanwhile, match=r"meanwhile, to Tuesday, 3 March 2026, 10:00"):
        schedule(interview=interview, starts_at=later, place="", by=alice, now=now, seen=0)
    interview.refresh_from_db()
    assert (interview.starts_at, interview.place) == (at, "Room 7")


def test_what_was_called_off_meanwhile_is_not_set(
    interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    seen = Interview.objects.get(pk=interview.pk)
    cancel_interview(interview=interview, by=alice, now=now)
    with pytest.raises(ChangedMeanwhile, match="called off"):
        schedule(interview=seen, starts_at=at, place="", by=alice, now=now)


def test_a_place_that_is_too_long_is_refused_and_one_that_hides_something_is_cleaned(
    interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    with pytest.raises(ScheduleError, match="300"):
        schedule(interview=interview, starts_at=at, place="x" * (PLACE_MOST + 1), by=alice, now=now)
    done = schedule(
        interview=interview, starts_at=at, place="Room\r\nBcc: a@b.c\u202e\x00", by=alice, now=now
    )
    assert done.place == "Room Bcc: a@b.c"


def offer(opening: Opening, who: User, by: User, now: datetime, zone: str) -> None:
    """Tuesdays, nine to eleven."""
    nine_to_eleven = (datetime(2026, 1, 1, 9).time(), datetime(2026, 1, 1, 11).time())  # noqa: DTZ001
    hours = Hours(zone, {1: nine_to_eleven})
    set_hours(opening=opening, user=who, hours=hours, by=by, now=now)


def test_outside_their_hours_is_asked_back_and_can_be_confirmed(
    opening: Opening, interview: Interview, ivan: User, alice: User, at: datetime, now: datetime
) -> None:
    offer(opening, ivan, alice, now, "America/New_York")
    with pytest.raises(ToConfirm) as asked:
        schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    assert asked.value.lines == [
        "Ivan did not offer this time: it is Tuesday, 3 March 2026, 05:00 (America/New_York) for "
        "them."
    ]
    interview.refresh_from_db()
    assert interview.starts_at is None
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now, confirmed=True)
    assert LedgerEntry.objects.get(action="interview.scheduled").facts["confirmed"] is True


@pytest.mark.parametrize(
    ("day", "hour_in_utc"), [(24, 8), (31, 7)], ids=["before the clocks change", "after"]
)
def test_hours_are_those_of_their_clock_when_clocks_change(
    opening: Opening, interview: Interview, ivan: User, alice: User, now: datetime, day: int,
    hour_in_utc: int,
) -> None:  # fmt: skip
    # In Berlin the clocks go forward on 29 March 2026; both are Tuesdays.
    offer(opening, ivan, alice, now, "Europe/Berlin")
    nine = datetime(2026, 3, day, hour_in_utc, tzinfo=UTC)
    assert nine.astimezone(ZoneInfo("Europe/Berlin")).hour == 9
    for outside in (nine - timedelta(minutes=1), nine + timedelta(hours=1, minutes=1)):
        with pytest.raises(ToConfirm):
            schedule(interview=interview, starts_at=outside, place="", by=alice, now=now)
    assert schedule(interview=interview, starts_at=nine, place="", by=alice, now=now)


def test_a_full_week_is_asked_back_and_the_interview_itself_does_not_fill_it(
    opening: Opening, interview: Interview, dora: Application, ivan: User, plan: Plan,
    alice: User, at: datetime, now: datetime,
) -> None:  # fmt: skip
    set_terms(opening=opening, user=ivan, rounds=["final"], most_a_week=1, by=alice, now=now)
    first = schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    moved = at + timedelta(hours=2)
    schedule(interview=first, starts_at=moved, place="", by=alice, now=now)
    other = plan(dora, ivan)
    sunday, monday = (datetime(2026, 3, day, 10, tzinfo=UTC) for day in (8, 9))
    with pytest.raises(ToConfirm, match="has 1 interview in that week already"):
        schedule(interview=other, starts_at=sunday, place="", by=alice, now=now)
    assert schedule(interview=other, starts_at=monday, place="", by=alice, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_recruiters_who_ask_one_interviewer_at_once_do_not_both_get_them(
    interview: Interview, dora: Application, ivan: User, plan: Plan, alice: User, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    other, ready = plan(dora, ivan), threading.Barrier(2)
    results: list[str] = []

    def attempt(one: Interview) -> None:
        ready.wait()
        try:
            schedule(interview=one, starts_at=at, place="", by=alice, now=now)
            results.append("set")
        except HiringError:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(one,)) for one in (interview, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "set"]
    assert Interview.objects.filter(starts_at=at).count() == 1

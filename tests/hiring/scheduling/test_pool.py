"""The pool: what somebody takes, how much they do, and who could be asked."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from tests.hiring.scheduling.conftest import Plan

from evenhand.hiring.errors import FieldError
from evenhand.hiring.interviews.services import cancel_interview
from evenhand.hiring.models import Application, Interview, LedgerEntry, Opening, PoolEntry, User
from evenhand.hiring.scheduling.load import Load, load_of, pool_of, suggest
from evenhand.hiring.scheduling.pool import Hours, set_hours, set_terms
from evenhand.hiring.scheduling.services import schedule

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_terms_and_hours_are_kept_with_their_entries(
    opening: Opening, ivan: User, alice: User, now: datetime
) -> None:
    set_terms(opening=opening, user=ivan, rounds=["peer"], most_a_week=3, by=alice, now=now)
    hours = Hours("Europe/Berlin", {0: (time(9), time(12)), 4: (time(13), time(17, 30))})
    set_hours(opening=opening, user=ivan, hours=hours, by=ivan, now=now)
    entry = PoolEntry.objects.get()
    assert (entry.rounds, entry.most_a_week, entry.time_zone) == (["peer"], 3, "Europe/Berlin")
    assert [one.words for one in entry.windows.all()] == ["Mon 09:00–12:00", "Fri 13:00–17:30"]
    changed = LedgerEntry.objects.get(action="pool.hours_changed")
    assert changed.actor == f"user:{ivan.pk}"
    assert changed.facts["windows"] == {"0": "09:00-12:00", "4": "13:00-17:30"}


def test_new_hours_replace_those_before_and_leave_the_terms(
    opening: Opening, ivan: User, alice: User, now: datetime
) -> None:
    set_terms(opening=opening, user=ivan, rounds=["peer"], most_a_week=3, by=alice, now=now)
    for day in (0, 1):
        hours = Hours("UTC", {day: (time(9), time(12))})
        set_hours(opening=opening, user=ivan, hours=hours, by=ivan, now=now)
    entry = PoolEntry.objects.get()
    assert [one.weekday for one in entry.windows.all()] == [1]
    assert (entry.rounds, entry.most_a_week) == (["peer"], 3)


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        (Hours("Mars/Olympus", {}), "There is no time zone Mars/Olympus"),
        (Hours("../../etc/passwd", {}), "There is no time zone"),
        (Hours("UTC", {0: (time(12), time(9))}), "must end after they begin"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    opening: Opening, ivan: User, now: datetime, hours: Hours, message: str
) -> None:
    with pytest.raises(FieldError, match=message):
        set_hours(opening=opening, user=ivan, hours=hours, by=ivan, now=now)
    assert not PoolEntry.objects.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"rounds": ["async"]}, "Choose among the rounds: final, peer"),
        ({"most_a_week": 0}, "At least one interview a week"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    opening: Opening, ivan: User, alice: User, now: datetime, given: dict[str, Any], message: str
) -> None:
    terms = {"rounds": ["peer"], "most_a_week": None, **given}
    with pytest.raises(FieldError, match=message):
        set_terms(opening=opening, user=ivan, by=alice, now=now, **terms)


def test_who_is_no_interviewer_is_in_no_pool(opening: Opening, alice: User, now: datetime) -> None:
    with pytest.raises(FieldError, match="Alice is no interviewer of this opening"):
        set_terms(opening=opening, user=alice, rounds=[], most_a_week=None, by=alice, now=now)
    assert pool_of(opening, now) == []


def held(one: Interview, begun_at: datetime) -> None:
    Interview.objects.filter(pk=one.pk).update(
        state="locked", starts_at=begun_at, begun_at=begun_at,
        locked_at=begun_at + timedelta(hours=1),
    )  # fmt: skip


def test_load_is_counted_by_week_and_by_four_weeks(
    application: Application, dora: Application, ivan: User, plan: Plan, alice: User,
    now: datetime,
) -> None:  # fmt: skip
    # `now` is Monday, 2 March, 09:00.
    held(plan(application, ivan, "final", 60), now - timedelta(hours=1))
    held(plan(application, ivan, "peer", 45), now - timedelta(days=20))
    schedule(
        interview=plan(dora, ivan, "final", 30), starts_at=TUESDAY, place="", by=alice, now=now
    )
    plan(dora, ivan, "peer", 15)
    assert load_of([ivan], now)[ivan.pk] == Load(
        done_week=60, planned_week=30, done_lately=105, ahead=45
    )
    assert load_of([ivan], now + timedelta(days=27))[ivan.pk] == Load(
        done_week=0, planned_week=0, done_lately=60, ahead=15
    )


def test_what_was_called_off_is_no_load(
    interview: Interview, ivan: User, alice: User, now: datetime
) -> None:
    cancel_interview(interview=interview, by=alice, now=now)
    assert load_of([ivan], now)[ivan.pk] == Load()


def test_load_takes_one_query_however_many_people(
    interview: Interview, ivan: User, petra: User, now: datetime,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    with django_assert_num_queries(1):
        load_of([ivan, petra], now)


def asked(opening: Opening, now: datetime, at: datetime | None = TUESDAY) -> list[str]:
    lines = suggest(opening, round="final", minutes=60, starts_at=at, now=now)
    return [f"{line.user}{'' if line.is_free else ' ?'}" for line in lines]


def test_of_those_who_are_free_the_least_loaded_comes_first(
    opening: Opening, dora: Application, interview: Interview, ivan: User, petra: User,
    now: datetime,
) -> None:  # fmt: skip
    assert asked(opening, now) == ["Petra", "Ivan"]
    assert asked(opening, now, None) == ["Petra", "Ivan"]


def test_who_is_not_free_comes_last_however_little_they_do(
    opening: Opening, application: Application, dora: Application, interview: Interview,
    ivan: User, petra: User, plan: Plan, alice: User, now: datetime,
) -> None:  # fmt: skip
    one = plan(dora, petra, "final", 30)
    schedule(interview=one, starts_at=TUESDAY, place="", by=alice, now=now)
    assert asked(opening, now) == ["Ivan", "Petra ?"]
    assert asked(opening, now, TUESDAY + timedelta(minutes=30)) == ["Petra", "Ivan"]
    (_ivan, line) = suggest(opening, round="final", minutes=60, starts_at=TUESDAY, now=now)
    assert line.busy == "Tuesday, 3 March 2026, 10:00 to 10:30 (UTC)"


def test_who_did_not_offer_the_time_comes_after_those_who_did(
    opening: Opening, interview: Interview, ivan: User, petra: User, now: datetime
) -> None:
    hours = Hours("UTC", {1: (time(14), time(16))})
    set_hours(opening=opening, user=petra, hours=hours, by=petra, now=now)
    assert asked(opening, now) == ["Ivan", "Petra ?"]


def test_who_does_not_take_the_round_is_not_suggested(
    opening: Opening, ivan: User, petra: User, alice: User, now: datetime
) -> None:
    set_terms(opening=opening, user=petra, rounds=["peer"], most_a_week=None, by=alice, now=now)
    assert asked(opening, now) == ["Ivan"]

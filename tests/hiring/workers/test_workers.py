"""Heartbeats: who is silent, by whose clock, and who may take over."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections

from evenhand.hiring.models import Worker
from evenhand.hiring.workers.services import (
    SILENT_AFTER,
    Silent,
    Watch,
    beat,
    note_unknown,
    sign_off,
    take_over,
)

pytestmark = pytest.mark.django_db
MINUTE = SILENT_AFTER.total_seconds()


class Clock:
    """A steady clock that goes on when it is told to."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_worker_is_silent_once_its_count_stood_still_for_a_minute(
    clock: Clock, now: datetime
) -> None:
    watch = Watch("me", clock)
    beat("other", now)
    assert watch.silent() == []
    clock.seconds += MINUTE - 1
    assert watch.silent() == []
    clock.seconds += 1
    assert watch.silent() == [Silent("other", 0)]


def test_a_beat_gives_it_another_minute(clock: Clock, now: datetime) -> None:
    watch = Watch("me", clock)
    beat("other", now)
    watch.silent()
    clock.seconds += MINUTE - 1
    beat("other", now)
    assert watch.silent() == []
    clock.seconds += MINUTE - 1
    assert watch.silent() == []


@pytest.mark.parametrize("hours", [-24, 24])
def test_a_clock_that_is_wrong_on_either_machine_changes_nothing(
    clock: Clock, now: datetime, hours: int
) -> None:
    watch = Watch("me", clock)
    for _ in range(3):
        beat("other", now + timedelta(hours=hours))
        assert watch.silent() == []
        clock.seconds += MINUTE - 1


def test_nobody_takes_over_from_themselves(clock: Clock, now: datetime) -> None:
    watch = Watch("me", clock)
    beat("me", now)
    watch.silent()
    clock.seconds += 10 * MINUTE
    assert watch.silent() == []


def test_who_beats_again_at_the_last_moment_keeps_its_work(now: datetime) -> None:
    beat("other", now)
    beat("other", now)
    handed: list[str] = []
    assert not take_over(Silent("other", 0), handed.append)
    assert handed == []
    assert Worker.objects.filter(pk="other").exists()


def test_a_hand_over_that_breaks_off_leaves_the_row_for_the_next(now: datetime) -> None:
    beat("other", now)

    def fail(_worker: str) -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        take_over(Silent("other", 0), fail)
    handed: list[str] = []
    assert take_over(Silent("other", 0), handed.append)
    assert handed == ["other"]
    assert not take_over(Silent("other", 0), handed.append)


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_try_at_once_one_takes_over(now: datetime) -> None:
    beat("other", now)
    handed: list[str] = []
    start = threading.Barrier(4)

    def attempt() -> None:
        start.wait()
        take_over(Silent("other", 0), handed.append)
        connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert handed == ["other"]


def test_who_holds_work_and_is_not_known_gets_a_minute_too(clock: Clock, now: datetime) -> None:
    watch = Watch("me", clock)
    beat("other", now)
    note_unknown(["other", "stranger"], now)
    assert Worker.objects.get(pk="other").pid  # its own row is left alone
    watch.silent()
    clock.seconds += MINUTE
    beat("other", now)
    assert watch.silent() == [Silent("stranger", 0)]


def test_a_worker_whose_row_was_taken_away_is_back_with_its_next_beat(now: datetime) -> None:
    beat("other", now)
    sign_off("other")
    beat("other", now)
    assert Worker.objects.get(pk="other").beats == 0

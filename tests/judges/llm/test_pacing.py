from itertools import pairwise
from random import Random

import pytest
from tests.judges.llm.conftest import FakeClock

from evenhand.judges.llm.pacing import LONGEST_WAIT, Pace, Rest, wait_before


def test_waits_are_drawn_between_nothing_and_a_ceiling_that_doubles():
    random = Random(3)
    for retry, ceiling in [(1, 1.0), (2, 2.0), (3, 4.0), (9, LONGEST_WAIT)]:
        waits = [wait_before(retry, None, random) for _ in range(400)]
        assert 0 <= min(waits) < 0.1 * ceiling
        assert 0.9 * ceiling < max(waits) <= ceiling


def test_a_wait_that_was_asked_for_is_never_cut_short():
    waits = [wait_before(1, 20.0, Random(seed)) for seed in range(50)]
    assert all(20.0 <= wait <= 21.0 for wait in waits)
    assert len(set(waits)) == 50


def test_requests_keep_the_number_a_minute():
    clock = FakeClock()
    pace = Pace(4, 30, clock)
    started = []
    for _ in range(4):
        with pace.turn():
            started.append(clock.now())
    assert [round(b - a, 6) for a, b in pairwise(started)] == [2.0] * 3


def test_a_wait_that_one_request_was_told_holds_for_all():
    clock = FakeClock()
    pace = Pace(4, None, clock)
    pace.hold(9.0)
    with pace.turn():
        assert clock.slept == [9.0]


def test_a_place_is_given_back_after_an_error():
    pace = Pace(1, None, FakeClock())
    with pytest.raises(KeyError), pace.turn():
        raise KeyError
    with pace.turn():
        pass


def test_one_success_among_failures_keeps_a_judge_from_resting():
    rest = Rest(FakeClock())
    for given_up in (True, True, False, True, True):
        rest.note(given_up=given_up)
        assert not rest.resting
    rest.note(given_up=True)
    assert rest.resting

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random

import pytest
from tests.judges.llm.conftest import FakeClock
from tests.support import PATIENCE

from evenhand.judges.llm.pacing import LONGEST_WAIT, REST, Pace, Rest, wait_before


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


def given_up(rest: Rest, *names: str, **how: bool) -> None:
    for name in names:
        assert rest.admits(name, patient=False)
        rest.note(name, given_up=True, **how)
        rest.leave(name)


def test_a_provider_that_says_now_is_not_asked_at_once_for_ever():
    waits = [wait_before(9, 0.0, Random(seed)) for seed in range(400)]
    assert max(waits) > 0.9 * LONGEST_WAIT


def test_one_success_among_failures_keeps_a_judge_from_resting():
    rest = Rest(FakeClock())
    given_up(rest, "a", "b")
    rest.note("c", given_up=False)
    given_up(rest, "d", "e", "f")
    assert not rest.admits("g", patient=False)


def test_one_failure_that_is_enough_lets_a_judge_rest():
    rest = Rest(FakeClock())
    given_up(rest, "a", at_once=True)
    assert not rest.admits("b", patient=True)


def test_the_first_rest_is_waited_for_and_no_other_of_the_row():
    clock = FakeClock()
    rest = Rest(clock)
    given_up(rest, "a", "b", "c", may_pass=True)
    assert rest.admits("d", patient=True)
    assert clock.slept == [REST]
    rest.note("d", given_up=True, may_pass=True)
    rest.leave("d")
    assert not rest.admits("e", patient=True)
    assert clock.slept == [REST]
    clock.sleep(REST)
    assert rest.admits("f", patient=True)


def test_a_call_that_set_out_before_a_rest_makes_it_no_longer():
    clock = FakeClock()
    rest = Rest(clock)
    given_up(rest, "a", "b", "c", may_pass=True)
    clock.sleep(REST / 2)
    rest.note("late", given_up=True)
    assert rest.admits("d", patient=True)
    assert clock.now() == 100 + REST


@pytest.mark.parametrize("heals", [True, False])
def test_after_a_rest_one_call_is_made_alone_and_the_others_go_by_it(heals):
    clock = FakeClock()
    rest = Rest(clock)
    given_up(rest, "a", "b", "c", may_pass=True)
    clock.sleep(REST)
    assert rest.admits("probe", patient=True)
    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(rest.admits, str(n), patient=True) for n in range(4)]
        assert not any(one.done() for one in others)
        rest.note("probe", given_up=not heals, may_pass=True)
        rest.leave("probe")
        assert [one.result(PATIENCE) for one in others] == [heals] * 4


def test_a_call_that_tells_nothing_leaves_its_place_to_the_next():
    clock = FakeClock()
    rest = Rest(clock)
    given_up(rest, "a", "b", "c")
    clock.sleep(REST)
    assert rest.admits("probe", patient=True)
    rest.leave("probe")
    assert rest.admits("next", patient=True)

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.break_even import BreakEven, Machine, break_even
from evenhand.judges.llm.values import Tokens


def test_a_machine_pays_from_its_cost_over_the_cost_of_a_candidate():
    # 300 a month against 0.5 a candidate; 20 s of reading and 20 s of writing for two of them,
    # in half of a month of 2,592,000 s.
    machine = Machine(Decimal(300_000_000), reads=2000, writes=200, share=0.5)
    found = break_even(machine, Decimal(1_000_000), Tokens(40_000, 0, 4_000), 2)
    assert found == BreakEven(600.0, 1_296_000 * 2 / 40)
    assert found.pays


def test_a_machine_too_slow_for_the_candidates_that_would_pay_for_it_does_not_pay():
    machine = Machine(Decimal(300_000_000), reads=20, writes=0.2, share=0.5)
    assert not break_even(machine, Decimal(1_000_000), Tokens(40_000, 0, 4_000), 2).pays


def test_against_calls_that_cost_nothing_no_machine_pays():
    found = break_even(Machine(Decimal(1), 1, 1, 1), Decimal(0), Tokens(10, 0, 10), 1)
    assert found.from_candidates is None
    assert not found.pays


def test_what_was_cached_is_not_read_again():
    found = break_even(Machine(Decimal(1), 1, 1, 1), Decimal(1), Tokens(10, 10, 0), 1)
    assert found.at_most is None


@pytest.mark.parametrize("wrong", [{"reads": 0}, {"writes": -1}, {"share": 0}, {"share": 1.1}])
def test_a_machine_that_cannot_be_is_refused(wrong):
    with pytest.raises(JudgeError, match="machine"):
        Machine(**{"micros": Decimal(1), "reads": 1.0, "writes": 1.0, "share": 1.0, **wrong})


@given(st.integers(1, 10**12), st.integers(1, 10**9), st.integers(1, 1000))
def test_twice_the_price_of_calls_halves_the_candidates_that_pay(cost, micros, candidates):
    machine, tokens = Machine(Decimal(cost), 1, 1, 1), Tokens(1, 0, 1)
    once = break_even(machine, Decimal(micros), tokens, candidates).from_candidates
    twice = break_even(machine, Decimal(2 * micros), tokens, candidates).from_candidates
    assert once == pytest.approx(2 * twice)

"""The rule behind a recommendation: what it says, and what it can never do."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from evenhand.hiring.decisions.recommending import (
    HOUR,
    Advises,
    Costs,
    Known,
    Look,
    recommend,
)

ORDER: list[Advises] = ["not_advance", "look_closer", "advance"]
MIRROR = dict(zip(ORDER, reversed(ORDER), strict=True))
WIDE = 1.645

chances = st.floats(0.001, 0.999)
prices = st.floats(0.05, 20)
looks = st.none() | st.builds(Look, st.floats(5, 120), st.floats(0, 0.95))
shares = st.floats(0, 1)


def known(p: float, reliability: float = 0.8) -> Known:
    z = float(ndtri(p))
    side = "above" if z > WIDE else "below" if z < -WIDE else "open"
    return Known(p, side, reliability)


@given(chances, chances, prices, prices, looks, shares)
def test_the_likelier_person_is_never_advised_against_first(
    one: float, other: float, a: float, r: float, look: Look | None, reliability: float
) -> None:
    low, high = sorted((one, other))
    said = [recommend(known(p, reliability), Costs(a, r), look).advises for p in (low, high)]
    assert ORDER.index(said[0]) <= ORDER.index(said[1])


@given(chances, prices, prices, looks, shares)
def test_swapping_the_costs_mirrors_the_advice(
    p: float, a: float, r: float, look: Look | None, reliability: float
) -> None:
    first = recommend(known(p, reliability), Costs(a, r), look)
    second = recommend(known(1 - p, reliability), Costs(r, a), look)
    # On a knife's edge between two acts rounding decides.
    three = [first.advance, first.not_advance, first.look_closer or 9]
    assume(min(abs(x - y) for x in three for y in three if x is not y) > 1e-6)
    assume(abs(abs(float(ndtri(p))) - WIDE) > 1e-6)
    assert second.advises == MIRROR[first.advises]
    assert math.isclose(first.advance, second.not_advance, rel_tol=1e-9)


@given(chances, prices, prices, looks)
def test_only_the_relation_of_the_costs_counts(
    p: float, a: float, r: float, look: Look | None
) -> None:
    once = recommend(known(p), Costs(a, r), look)
    twice = recommend(known(p), Costs(2 * a, 2 * r), look)
    assert once.advises == twice.advises
    assert math.isclose(once.advance, twice.advance, rel_tol=1e-9)


@given(chances, prices, prices, looks)
def test_where_enough_is_known_the_least_expected_cost_is_advised(
    p: float, a: float, r: float, look: Look | None
) -> None:
    said = recommend(known(p), Costs(a, r), look)
    cost = {"advance": said.advance, "not_advance": said.not_advance}
    if said.look_closer is not None:
        cost["look_closer"] = said.look_closer
    if said.because == "cheapest":
        assert cost[said.advises] <= min(cost.values()) + 1e-6


def test_advancing_is_cheaper_from_a_over_a_plus_r_up() -> None:
    costs = Costs(false_advance=3, false_reject=1)
    assert costs.threshold == 0.75
    assert recommend(known(0.76), costs).advises == "advance"
    assert recommend(known(0.74), costs).advises == "not_advance"
    # 3 / 2 and 1 / 2 wrong decisions by the unit, so .24 * 1.5 and .76 * .5.
    said = recommend(known(0.76), costs)
    assert (round(said.advance, 3), round(said.not_advance, 3)) == (0.36, 0.38)


def test_the_saving_is_that_of_the_normal_integral() -> None:
    # At even odds and even costs the wrong side after the look has chance T-like
    # 1/2 - asin(sqrt(s)) / pi: the correlation of sign before and after is sqrt(s).
    look = Look(minutes=60, narrowing=0.36)
    said = recommend(known(0.5), Costs(), look)
    wrong = 0.5 - math.asin(0.6) / math.pi
    assert said.look_closer == pytest.approx(wrong + HOUR, abs=1e-4)


def test_an_interview_that_tells_nothing_is_never_worth_its_minutes() -> None:
    assert recommend(known(0.55), Costs(), Look(60, 0.0)).advises == "advance"


def test_a_longer_interview_that_tells_the_same_is_worth_less() -> None:
    short, long = (recommend(known(0.82), Costs(), Look(m, 0.4)) for m in (10, 120))
    assert (short.advises, long.advises) == ("look_closer", "advance")


def test_thin_evidence_speaks_only_with_its_whole_interval() -> None:
    assert recommend(known(0.9, reliability=0.3), Costs()).because == "thin"
    assert recommend(known(0.96, reliability=0.3), Costs()).advises == "advance"
    # Below the bar by the whole interval, and still the dearer error by far to turn away.
    dear = Costs(false_advance=1, false_reject=100)
    assert recommend(known(0.04, reliability=0.3), dear).advises == "look_closer"


def test_a_tie_is_said_to_be_one() -> None:
    said = recommend(Known(0.5, "open", 0.9), Costs())
    assert (said.advises, said.because) == ("look_closer", "tie")


def test_the_grid_is_fine_enough_for_probabilities_to_average_to_themselves() -> None:
    from evenhand.hiring.decisions.recommending import _STEPS, _WEIGHTS

    z, share = 0.7, 0.4
    after = ndtr((z + math.sqrt(share) * _STEPS) / math.sqrt(1 - share))
    assert float(after @ _WEIGHTS) == pytest.approx(float(ndtr(z)), abs=1e-9)

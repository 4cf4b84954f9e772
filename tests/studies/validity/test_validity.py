"""Correlations, restricted range, what one adds to another, and a claim that is tested."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LinearRegression

from evenhand.studies.validity import Predictor, lines_of, validity
from evenhand.studies.validity.adding import added
from evenhand.studies.validity.correlating import correlation, restriction, unrestricted

values = st.floats(-100, 100).map(lambda x: round(x, 2))
triples = st.lists(st.tuples(values, values, values), min_size=8, max_size=40)


def named(numbers: np.ndarray) -> dict[str, float]:
    return {f"c{k}": float(one) for k, one in enumerate(numbers)}


def world(n: int, *, r: float, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return score, signal (which only chance ties to the outcome) and outcome."""
    rng = np.random.default_rng(seed)
    score, signal, error = rng.normal(size=(3, n))
    return score, signal, r * score + math.sqrt(1 - r * r) * error


@given(triples)
def test_r_is_scipys_and_within_its_interval(rows: list[tuple[float, float, float]]) -> None:
    x, y, _ = np.array(rows).T
    found = correlation(x, y, 0.9)
    if found.value is None:
        assert np.ptp(x) == 0 or np.ptp(y) == 0
        return
    if min(x.std(), y.std()) > 1e-3:
        assert math.isclose(found.value, stats.pearsonr(x, y).statistic, abs_tol=1e-6)
    assert -1 - 1e-9 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 1 + 1e-9


def test_with_normal_errors_the_interval_is_about_fishers() -> None:
    score, _, outcome = world(4000, r=0.5)
    found = correlation(score, outcome, 0.9)
    theirs = stats.pearsonr(score, outcome).confidence_interval(0.9)
    assert found.low == pytest.approx(theirs.low, abs=2e-3)
    assert found.high == pytest.approx(theirs.high, abs=2e-3)


def test_the_range_is_worked_out_by_hand() -> None:
    everyone, hired = np.array([1.0, 2, 3, 4, 5]), np.array([3.0, 4, 5])
    # Standard deviations sqrt(2.5) and 1.
    assert restriction(everyone, hired) == pytest.approx(math.sqrt(2.5))
    assert restriction(hired, hired) is None
    # .3 x 2 / sqrt(1 + .09 x 3) = .5324.
    found = unrestricted(correlation(*world(200, r=0.3)[::2], 0.9), 2.0)
    assert found.low < found.value < found.high
    r = correlation(*world(200, r=0.3)[::2], 0.9).value
    assert found.value == pytest.approx(2 * r / math.sqrt(1 + 3 * r * r))


@given(triples)
def test_what_is_added_is_the_change_in_r_squared(rows: list[tuple[float, float, float]]) -> None:
    a, b, y = np.array(rows).T
    found = added(a, b, y, confidence=0.9, seed=0)
    if found.value is None or min(a.std(), b.std(), y.std()) < 1:
        return
    alone = LinearRegression().fit(a[:, None], y).score(a[:, None], y)
    design = np.column_stack([a, b])
    both = LinearRegression().fit(design, y).score(design, y)
    assert found.value == pytest.approx(both - alone, abs=1e-6)
    assert 0 <= found.low <= found.value <= found.high <= 1 + 1e-9


def test_a_score_that_tells_adds_to_a_signal_that_does_not_and_not_the_other_way_round() -> None:
    score, signal, outcome = world(200, r=0.6)
    result = validity(
        Predictor("score", "overall", named(score)),
        [Predictor("coding_test", "HackerRank", named(signal))],
        named(outcome),
        name="rating",
    )
    (one,) = result.compared
    assert one.score_adds.low > 0.15
    assert one.signal_adds.low == 0
    assert one.signal_adds.high < 0.1
    said = "\n".join(lines_of(result))
    assert "coding_test HackerRank (200 people)" in said
    assert "everyone has an outcome" in said


@pytest.mark.parametrize(
    ("people", "r", "adds"), [(29, False, False), (30, True, False), (60, True, True)]
)
def test_too_few_are_not_told(people: int, r: bool, adds: bool) -> None:
    score, signal, outcome = world(people, r=0.5)
    result = validity(
        Predictor("score", "overall", named(score)),
        [Predictor("pedigree", "tier", named(signal))],
        named(outcome),
        name="rating",
    )
    assert (result.found[0].r.value is not None) == r
    assert (result.compared[0].score_adds.value is not None) == adds
    assert any("too few to say" in line for line in lines_of(result)) == (not adds)


def test_people_chosen_by_their_score_are_said_to_be_a_restricted_range() -> None:
    score, _, outcome = world(1200, r=0.5)
    hired = {name: y for name, y in named(outcome).items() if score[int(name[1:])] > 0.5}
    result = validity(Predictor("score", "overall", named(score)), [], hired, name="rating")
    (one,) = result.found
    assert one.u > 1.5
    assert one.r.value < one.corrected.value
    assert one.corrected.low < 0.5 < one.corrected.high
    assert any("if people were chosen by this alone" in line for line in lines_of(result))


def test_the_claim_of_80_percent_is_tested_only_where_it_can_be() -> None:
    score, _, outcome = world(400, r=0.42)
    one = Predictor("score", "overall", named(score))
    assert validity(one, [], named(outcome), name="rating").claim == "untested"
    assert validity(one, [], named(outcome), name="rating", reliability=0.6).claim == "rejected"
    true = validity(one, [], named(world(400, r=math.sqrt(0.8))[2]), name="rating", reliability=1)
    assert true.claim == "open"
    few = validity(one, [], dict(list(named(outcome).items())[:20]), name="r", reliability=0.6)
    assert few.claim == "untested"

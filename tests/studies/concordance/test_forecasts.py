"""Brier score, calibration line and groups, decision curve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss

from evenhand.studies.concordance.brier import brier
from evenhand.studies.concordance.calibration import groups, line
from evenhand.studies.concordance.curve import decision_curve
from evenhand.studies.concordance.values import student

tenths = st.integers(0, 10).map(lambda n: n / 10)
rows = st.lists(st.tuples(tenths, st.booleans()), min_size=4, max_size=60)


def arrays(them: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    p, yes = np.array(them, dtype=float).T
    return p, yes, np.arange(len(p))


def sample(n: int, slope: float = 1.0, level: float = 0.0, seed: int = 3) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    eta = rng.normal(0, 1.5, n)
    return expit(eta), (rng.random(n) < expit(level + slope * eta)).astype(float), np.arange(n)


@given(rows)
def test_the_brier_score_is_the_sum_of_its_parts(them: list[tuple[float, bool]]) -> None:
    p, yes, of = arrays(them)
    found = brier(p, yes, of, 0.9)
    theirs = brier_score_loss(yes.astype(int), p) if len(set(yes)) == 2 else ((p - yes) ** 2).mean()
    assert math.isclose(found.score.value, theirs, abs_tol=1e-12)
    joined = found.miscalibration - found.discrimination + found.null
    assert math.isclose(found.score.value, joined, abs_tol=1e-12)
    assert found.miscalibration > -1e-12
    assert found.discrimination > -1e-12
    assert found.score.low <= found.score.value <= found.score.high


def test_a_forecast_of_the_share_has_no_skill_and_a_right_one_all() -> None:
    yes = np.array([1.0] * 6 + [0.0] * 14)
    assert brier(np.full(20, 0.3), yes, np.arange(20), 0.9).skill.value == pytest.approx(0)
    assert brier(yes, yes, np.arange(20), 0.9).skill.value == 1


def test_the_line_is_where_the_likelihood_is_highest_and_its_ends_where_it_has_fallen() -> None:
    p, yes, of = sample(120, slope=0.6, level=0.4)
    x = logit(p)

    def lost(ab: np.ndarray) -> float:
        eta = ab[0] + ab[1] * x
        return float(np.logaddexp(0, eta).sum() - yes @ eta)

    best = minimize(lost, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    found = line(p, yes, of, 0.9)
    assert found.slope.value == pytest.approx(best.x[1], abs=1e-5)
    for end in (found.slope.low, found.slope.high):
        at_end = min(lost(np.array([a, end])) for a in np.linspace(-3, 3, 20_001))
        # Half the square of Student's t for the rarer kind.
        fall = stats.t.ppf(0.95, min(yes.sum(), 120 - yes.sum()) - 1) ** 2
        assert at_end - best.fun == pytest.approx(fall / 2, abs=1e-4)
    held = minimize(lambda a: lost(np.array([a[0], 1.0])), [0.0], method="Nelder-Mead")
    assert found.intercept.value == pytest.approx(held.x[0], abs=1e-3)


def test_a_p_that_parts_all_yeses_from_all_noes_has_no_slope_and_says_so() -> None:
    p = np.linspace(0.05, 0.95, 40)
    for yes in (p > 0.5, p < 0.5):
        found = line(p, yes.astype(float), np.arange(40), 0.9)
        assert (found.slope.value, found.slope.why) == (None, "separated")
        assert found.intercept.value is not None


def test_one_p_for_all_has_no_slope_and_few_have_no_line() -> None:
    yes = (np.arange(40) % 2).astype(float)
    assert line(np.full(40, 0.6), yes, np.arange(40), 0.9).slope.why == "no_spread"
    few = line(np.linspace(0.1, 0.9, 40), (np.arange(40) < 9).astype(float), np.arange(40), 0.9)
    assert (few.slope.why, few.intercept.why) == ("too_few", "")
    fewer = line(np.linspace(0.1, 0.9, 40), (np.arange(40) < 4).astype(float), np.arange(40), 0.9)
    assert fewer.intercept.why == "too_few"


def test_p_of_0_and_1_are_taken_as_nearly_so() -> None:
    p, yes, of = sample(80)
    p[:3], yes[:3] = (0.0, 1.0, 1.0), (1, 0, 1)
    assert math.isfinite(line(p, yes, of, 0.9).slope.value)


def test_decisions_told_twice_leave_the_interval_as_wide() -> None:
    p, yes, of = sample(100)
    once = line(p, yes, of, 0.9).slope
    twice = line(np.repeat(p, 2), np.repeat(yes, 2), np.repeat(of, 2), 0.9).slope
    assert twice.value == pytest.approx(once.value)
    assert twice.half == pytest.approx(once.half, rel=0.2)


@given(rows)
def test_every_candidate_is_in_one_group_within_its_interval(
    them: list[tuple[float, bool]],
) -> None:
    p, yes, of = arrays(them)
    found = groups(p, yes, of, 0.9)
    assert sum(one.candidates for one in found) == len(p)
    assert [one.said for one in found] == sorted(one.said for one in found)
    for one in found:
        assert 0 <= one.low <= one.happened + 1e-12
        assert one.happened - 1e-12 <= one.high <= 1


def test_net_benefit_is_worked_out_by_hand() -> None:
    p, yes = np.array([0.1, 0.3, 0.6, 0.9]), np.array([0.0, 1.0, 0.0, 1.0])
    at = {one.threshold: one for one in decision_curve(p, yes, np.arange(4), 0.9)}
    # From .5: one right, one in vain of four: 1/4 - 1/4 x .5/.5 = 0. Of all: 2/4 - 2/4 = 0.
    assert (at[0.5].net, at[0.5].everyone) == (0.0, 0.0)
    # From .25: two right, one in vain: 2/4 - 1/4 x 1/3 = .41667. Of all: 2/4 - 2/4 x 1/3 = .33333.
    assert at[0.25].net == pytest.approx(5 / 12)
    assert at[0.25].everyone == pytest.approx(1 / 3)
    assert at[0.25].low is at[0.25].high is None, "three people are too few to say how far off"


@given(rows)
def test_where_all_are_above_the_threshold_the_score_is_advancing_all(
    them: list[tuple[float, bool]],
) -> None:
    p, yes, of = arrays(them)
    first = decision_curve(np.maximum(p, 0.05), yes, of, 0.9)[0]
    assert math.isclose(first.net, first.everyone, abs_tol=1e-12)


def test_net_benefit_has_an_interval_from_five_people_on() -> None:
    p, yes, of = sample(60)
    for one in decision_curve(p, yes, of, 0.9):
        enough = (p >= one.threshold).sum() >= 5
        assert (one.low is not None) == enough
        assert not enough or one.low <= one.net <= one.high


def test_what_rests_on_few_yeses_is_wider_than_what_rests_on_many() -> None:
    few, many = np.arange(40) < 5, np.arange(40) < 20
    assert student(0.9, few, np.arange(40)) > student(0.9, many, np.arange(40)) > 1.64


def test_the_intercept_is_told_from_forty_candidates_on() -> None:
    p, yes, of = sample(60)
    assert line(p, yes, of, 0.9).intercept.why == ""
    assert line(p[:39], yes[:39], of[:39], 0.9).intercept.why == "too_few"

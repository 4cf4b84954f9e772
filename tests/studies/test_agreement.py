"""Each statistic against a value worked out by hand, against another's code, and at its edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.linear_model import LinearRegression
from sklearn.metrics import cohen_kappa_score, mean_squared_error, r2_score

from evenhand.studies.agreement import (
    bias,
    bootstrap,
    coverage,
    human_ceiling,
    kappa_by_band,
    kendall_tau_b,
    mean_width,
    partial_correlation,
    pearson,
    quadratic_kappa,
    repeat_sd,
    rmse,
    spearman,
)

halves = st.integers(2, 10).map(lambda n: n / 2)
pairs = st.lists(st.tuples(halves, halves), min_size=3, max_size=40)


def arrays(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.array(rows, dtype=float).T
    return a, b


def same(ours: float, theirs: float) -> bool:
    return (math.isnan(ours) and math.isnan(theirs)) or math.isclose(ours, theirs, abs_tol=1e-9)


def test_kappa_by_hand():
    # In halves: (2, 4), (6, 6), (8, 10). Squared differences 4, 0, 4: their mean is 8/3.
    # All nine pairs: 2 with 4, 6, 10: 4 + 16 + 64; 6: 4 + 0 + 16; 8: 16 + 4 + 4; their mean 128/9.
    # kappa = 1 - (8/3) / (128/9) = 1 - 24/128.
    a, b = np.array([1.0, 3.0, 4.0]), np.array([2.0, 3.0, 5.0])
    assert math.isclose(quadratic_kappa(a, b), 1 - 24 / 128)


def test_partial_correlation_by_hand():
    # r_ab = 0.8, r_ah = 0.6, r_bh = 0.5 gives (0.8 - 0.3) / sqrt(0.64 * 0.75).
    wanted = np.array([[1.0, 0.8, 0.6], [0.8, 1.0, 0.5], [0.6, 0.5, 1.0]])
    noise = np.random.default_rng(0).normal(size=(50, 3))
    noise -= noise.mean(0)
    white = np.linalg.qr(noise)[0]
    a, b, h = (white @ np.linalg.cholesky(wanted).T).T
    assert math.isclose(partial_correlation(a, b, h), 0.5 / math.sqrt(0.48), abs_tol=1e-12)


def test_level_and_length_that_go_together_through_the_truth_alone_have_none_left():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=20_000)
    level, length = (truth + rng.normal(size=20_000) for _ in range(2))
    assert pearson(level, length) > 0.4
    assert abs(partial_correlation(level, length, truth)) < 0.02


def test_coverage_and_width_by_hand():
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    low, high = np.array([1.0, 2.1, 2.0, 3.0]), np.array([2.0, 3.0, 3.0, 3.9])
    # The first lies on its lower end, the third on its upper one; the others are outside.
    assert coverage(truth, low, high) == 0.5
    assert math.isclose(mean_width(low, high), (1 + 0.9 + 1 + 0.9) / 4)


def test_bias_and_repeat_by_hand():
    first, second = np.array([3.0, 2.0, 4.0]), np.array([2.0, 2.0, 5.0])
    assert bias(first, second) == 0.0
    # Differences 1, 0, -1: the sum of squares is 2, over twice three.
    assert math.isclose(repeat_sd(first, second), math.sqrt(2 / 6))


def test_the_ceiling_of_raters_by_hand():
    ratings = [("a", "x", 1.0), ("a", "y", 2.0), ("b", "x", 4.0), ("b", "y", 4.0), ("c", "x", 3.0)]
    found = human_ceiling(ratings)
    # Pairs (1, 2) and (4, 4); c has one rater. Both orders: 1 2 4 4 with 2 1 4 4.
    # Off the mean 2.75: -1.75 1.25 -0.75 1.25 with -0.75 1.25 -1.75 1.25.
    # Sum of squares 6.75, of products 1.3125 + 1.5625 + 1.3125 + 1.5625 = 5.75.
    assert found.pairs == 2
    assert math.isclose(found.r, 5.75 / 6.75)
    assert set(found.by_band) == {"low", "middle", "high"}


def test_a_band_holds_its_lower_end_and_the_last_one_holds_five():
    at = np.array([1.0, 2.0, 2.5, 3.0, 3.5, 5.0])
    b = at + np.array([0.5, 0, 0, 0, 0, -0.5])
    found = kappa_by_band(at, b, at)
    for band, rows in {"low": [0, 1], "middle": [2, 3], "high": [4, 5]}.items():
        assert found[band] == quadratic_kappa(at[rows], b[rows])


@settings(deadline=None)
@given(pairs)
def test_kappa_is_that_of_scikit_learn(rows):
    a, b = arrays(rows)
    if len(set(a) | set(b)) > 1:
        labels = np.arange(2, 11)
        theirs = cohen_kappa_score(a * 2, b * 2, weights="quadratic", labels=labels)
        assert same(quadratic_kappa(a, b), theirs)


@settings(deadline=None)
@given(pairs)
def test_r_and_rmse_are_those_of_scikit_learn(rows):
    a, b = arrays(rows)
    assert same(rmse(a, b), math.sqrt(mean_squared_error(b, a)))
    if len(set(a)) > 1 and len(set(b)) > 1:
        line = LinearRegression().fit(a[:, None], b)
        assert math.isclose(pearson(a, b) ** 2, r2_score(b, line.predict(a[:, None])), abs_tol=1e-9)


@settings(deadline=None)
@given(pairs)
def test_partial_correlation_is_that_of_what_regression_leaves(rows):
    a, b = arrays(rows)
    held = np.arange(len(a)) % 3 + a / 7
    rest = [v - LinearRegression().fit(held[:, None], v).predict(held[:, None]) for v in (a, b)]
    if min(r.std() for r in rest) > 1e-6:
        assert math.isclose(partial_correlation(a, b, held), pearson(*rest), abs_tol=1e-9)


@settings(deadline=None)
@given(pairs)
def test_rank_correlations_are_those_of_scipy(rows):
    a, b = arrays(rows)
    if len(set(a)) > 1 and len(set(b)) > 1:
        assert same(spearman(a, b), stats.spearmanr(a, b).statistic)
        assert same(kendall_tau_b(a, b), stats.kendalltau(a, b).statistic)


@settings(deadline=None)
@given(pairs)
def test_agreement_knows_no_order_of_answers_and_no_first_rater(rows):
    a, b = arrays(rows)
    for statistic in (pearson, rmse, quadratic_kappa, spearman, kendall_tau_b):
        assert same(statistic(a, b), statistic(b, a))
        assert same(statistic(a, b), statistic(a[::-1], b[::-1]))


@pytest.mark.parametrize("statistic", [pearson, quadratic_kappa, spearman, kendall_tau_b])
def test_where_nothing_varies_there_is_no_agreement_to_speak_of(statistic):
    assert math.isnan(statistic(np.full(4, 3.0), np.full(4, 3.0)))
    assert math.isnan(statistic(np.array([]), np.array([])))


def test_of_no_answer_every_figure_is_not_a_number():
    none = np.array([])
    figures = (rmse(none, none), bias(none, none), repeat_sd(none, none))
    assert all(
        math.isnan(x) for x in (*figures, coverage(none, none, none), mean_width(none, none))
    )
    assert math.isnan(human_ceiling([]).r)
    assert math.isnan(bootstrap(lambda rows: math.nan, np.array([], dtype=str), seed=1).low)


def test_the_interval_of_a_mean_over_authors_is_about_that_of_theory():
    # 40 authors with two equal answers each: the sd of the mean is sd / sqrt(40), not sqrt(80).
    value = np.repeat(np.random.default_rng(3).normal(size=40), 2)
    authors = np.repeat([f"d{n}" for n in range(40)], 2)
    found = bootstrap(lambda rows: float(value[rows].mean()), authors, seed=4, draws=2000)
    theory = 1.645 * value.std() / math.sqrt(40)
    assert found.value == value.mean()
    assert abs((found.high - found.low) / 2 - theory) < 0.15 * theory


def test_the_same_seed_gives_the_same_interval():
    value, authors = np.arange(9.0), np.repeat(["a", "b", "c"], 3)
    first, again, other = (
        bootstrap(lambda rows: float(value[rows].mean()), authors, seed=seed, draws=20)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_an_interval_lies_round_its_value_for_a_real_statistic():
    rng = np.random.default_rng(5)
    truth = rng.normal(3, 1, 60)
    level, authors = truth + rng.normal(0, 0.5, 60), np.repeat([f"d{n}" for n in range(20)], 3)
    found = bootstrap(lambda rows: pearson(level[rows], truth[rows]), authors, seed=6)
    assert found.low < found.value < found.high

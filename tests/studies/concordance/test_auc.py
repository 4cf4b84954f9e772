"""The AUC, its interval and tau-b: by definition, against others' code, and with ties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score, roc_curve

from evenhand.studies.concordance.auc import (
    auc,
    auc_with_interval,
    delong_variance,
    newcombe,
    placements,
    roc,
    tau_b_with_interval,
)

tenths = st.integers(0, 10).map(lambda n: n / 10)
rows = st.lists(st.tuples(tenths, st.booleans()), min_size=4, max_size=40).filter(
    lambda them: len({yes for _, yes in them}) == 2
)


def arrays(them: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    score, yes = zip(*them, strict=True)
    return np.array(score, dtype=float), np.array(yes, dtype=bool)


@given(rows)
def test_the_auc_is_scikit_learns_ties_and_all(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    assert math.isclose(auc(score, yes), roc_auc_score(yes, score), abs_tol=1e-12)


@given(rows)
def test_placements_are_counted_pair_by_pair(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    found = placements(score, yes)
    for k in range(len(score)):
        others = score[yes != yes[k]]
        right = (others < score[k]) if yes[k] else (others > score[k])
        expected = right.mean() + (others == score[k]).mean() / 2
        assert math.isclose(found[k], expected, abs_tol=1e-12)


@given(rows)
def test_the_variance_is_delongs_by_its_definition(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    above, below = score[yes], score[~yes]
    if min(len(above), len(below)) < 2:
        return
    kernel = (above[:, None] > below) + 0.5 * (above[:, None] == below)
    by_definition = kernel.mean(axis=1).var(ddof=1) / len(above) + kernel.mean(axis=0).var(
        ddof=1
    ) / len(below)
    found = delong_variance(score, yes, np.arange(len(score)))
    assert math.isclose(found, by_definition, abs_tol=1e-12)


@given(rows, st.sampled_from([0.8, 0.9, 0.95]))
def test_an_interval_holds_its_figure_and_stays_within_0_and_1(
    them: list[tuple[float, bool]], confidence: float
) -> None:
    score, yes = arrays(them)
    figure = auc_with_interval(score, yes, np.arange(len(score)), confidence)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
    assert figure.low < figure.high


@given(rows)
def test_turning_everything_round_turns_the_interval_round(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    of = np.arange(len(score))
    one = auc_with_interval(score, yes, of, 0.9)
    other = auc_with_interval(-score, yes, of, 0.9)
    assert math.isclose(one.low, 1 - other.high, abs_tol=1e-6)


def test_all_in_order_is_no_certainty() -> None:
    score, yes = np.arange(20.0), np.arange(20) >= 10
    figure = auc_with_interval(score, yes, np.arange(20), 0.95)
    assert figure.value == figure.high == 1
    # The lowest A that 1 is not too far from, looked for step by step.
    grid = np.linspace(0.5, 1, 500_001)[:-1]
    sd2 = grid * (1 - grid) * (1 + 9 * (1 - grid) / (2 - grid) + 9 * grid / (1 + grid)) / 100
    expected = grid[(1 - grid) ** 2 <= stats.norm.ppf(0.975) ** 2 * sd2].min()
    assert figure.low == pytest.approx(expected, abs=2e-6)
    assert newcombe(0.0, 10, 10, 1.96)[0] == 0


def test_a_score_that_says_the_same_of_all_has_an_auc_of_a_half() -> None:
    score, yes = np.full(30, 0.4), np.arange(30) % 3 == 0
    area = auc_with_interval(score, yes, np.arange(30), 0.9)
    assert area.value == 0.5
    assert area.low < 0.4 < 0.6 < area.high
    assert tau_b_with_interval(score, yes, np.arange(30), area, 0.9).why == "no_spread"


def test_the_same_decisions_told_twice_are_no_more_evidence() -> None:
    rng = np.random.default_rng(4)
    score = rng.random(60)
    yes = rng.random(60) < score
    once = delong_variance(score, yes, np.arange(60))
    twice = delong_variance(np.repeat(score, 2), np.repeat(yes, 2), np.repeat(np.arange(60), 2))
    assert twice == pytest.approx(once)


def test_a_yes_and_a_no_on_every_candidate_make_an_auc_of_a_half_with_no_error() -> None:
    # The one's placement undoes the other's, whoever the candidates are.
    score, yes, of = np.repeat(np.arange(12.0), 2), np.arange(24) % 2 == 0, np.repeat(range(12), 2)
    assert auc(score, yes) == 0.5
    assert delong_variance(score, yes, of) == pytest.approx(0, abs=1e-12)


@given(rows)
def test_tau_b_is_scipys_and_within_its_interval(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    area = auc_with_interval(score, yes, np.arange(len(score)), 0.9)
    found = tau_b_with_interval(score, yes, np.arange(len(score)), area, 0.9)
    theirs = stats.kendalltau(score, yes).statistic
    if math.isnan(theirs):
        assert found.why == "no_spread"
        return
    assert math.isclose(found.value, theirs, abs_tol=1e-9)
    assert -1 <= found.low <= found.value <= found.high <= 1


@given(rows)
def test_the_curve_is_scikit_learns(them: list[tuple[float, bool]]) -> None:
    score, yes = arrays(them)
    points = roc(score, yes)
    fpr, tpr, _ = roc_curve(yes, score, drop_intermediate=False)
    assert np.allclose([(x, y) for _, x, y in points], np.column_stack([fpr, tpr]))

"""The printed formulas give what they give: also where the print says otherwise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.measure import MeasureError
from evenhand.measure.reference import aggregate, of_levels, refusal, triple

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("truth", "falsity", "printed", "computed"),
    [
        (0.75, 0.15, 0.20, 0.644),
        (0.82, 0.10, 0.16, 0.564),
        (0.82, 0.06, 0.15, 0.569),
        (0.55, 0.40, 0.35, 0.733),
    ],
)
def test_the_printed_formula_does_not_give_the_printed_examples(
    truth: float, falsity: float, printed: float, computed: float
) -> None:
    assert refusal(truth, falsity) == pytest.approx(computed, abs=5e-4)
    assert refusal(truth, falsity) > printed + 0.3


@pytest.mark.parametrize(("score", "expected"), [(0.50, 0.707), (0.74, 0.62), (0.90, 0.42)])
def test_judges_who_agree_perfectly_leave_much_refusal(score: float, expected: float) -> None:
    found = triple([score] * 3)
    assert found.refusal == pytest.approx(math.sqrt(2 * score * (1 - score)), abs=1e-12)
    assert found.refusal == pytest.approx(expected, abs=5e-3)
    assert found.asks


@pytest.mark.parametrize(("score", "asks"), [(0.967, True), (0.969, False), (0.031, False)])
def test_only_scores_near_the_ends_escape_the_follow_up(score: float, asks: bool) -> None:
    assert triple([score] * 3).asks is asks


@given(SCORES)
def test_the_agreement_cancels_from_the_score(scores: list[float]) -> None:
    if 1 - float(max(scores)) > 1e-3 or max(scores) > 1e-3:
        mean = sum(scores) / len(scores)
        assert triple(scores).score == pytest.approx(100 * mean, abs=1e-5)


@given(st.lists(SCORES, min_size=1, max_size=5))
def test_an_aggregate_keeps_the_constraint(rows: list[list[float]]) -> None:
    found = aggregate([triple(row) for row in rows])
    total = found.truth**2 + found.falsity**2 + found.refusal**2
    assert total == pytest.approx(1, abs=1e-9)


def test_weights_pull_the_aggregate() -> None:
    low, high = triple([0.2]), triple([0.8])
    assert aggregate([low, high], [0, 1]) == high
    assert aggregate([low, high]).score == pytest.approx(50)


def test_the_half_width_is_refusal_times_the_scaling() -> None:
    assert triple([0.5]).half_width() == pytest.approx(15 * math.sqrt(0.5))
    assert triple([0.5]).half_width(10) == pytest.approx(10 * math.sqrt(0.5))


def test_levels_are_mapped_in_proportion() -> None:
    assert of_levels([3, 3]) == triple([0.5, 0.5])


@pytest.mark.parametrize(
    "bad",
    [
        lambda: triple([]),
        lambda: triple([1.2]),
        lambda: triple([math.nan]),
        lambda: refusal(0.9, 0.9),
        lambda: refusal(-0.1, 0.5),
        lambda: aggregate([]),
        lambda: aggregate([triple([0.5])], [0.0]),
        lambda: aggregate([triple([0.5])], [1, 1]),
    ],
)
def test_what_has_no_triple_is_refused_in_one_line(bad: object) -> None:
    with pytest.raises(MeasureError, match=r"^reference: [^\n]+$"):
        bad()  # type: ignore[operator]

"""One judge that was talked round is left out and named; whoever is honest is left alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    MeasureError,
    Rating,
    RatingTable,
    default_components,
    estimate,
    without_outliers,
)
from evenhand.measure.moderation import Moderation

JUDGES = ("a", "b", "c")
COLD = default_components(["evaluation"], JUDGES)


def read(levels: dict[str, float], candidate: str = "ana", task: str = "q1") -> list[Rating]:
    return [
        Rating(candidate, "evaluation", task, "async", judge, "model", level)
        for judge, level in levels.items()
    ]


def test_the_one_judge_far_above_is_left_out_and_named() -> None:
    kept, found = without_outliers(read({"a": 1.5, "b": 5.0, "c": 1.6}), COLD)
    assert [r.rater for r in kept] == ["a", "c"]
    (one,) = found
    assert (one.candidate, one.task, one.dimension, one.rater) == ("ana", "q1", "evaluation", "b")
    assert one.z > 3
    assert "b gave ana 5.0 on evaluation, task q1" in one.says()


def test_the_z_is_that_of_a_regression_worked_by_hand() -> None:
    levels = {"a": 2.0, "b": 4.5, "c": 2.5}
    unit, loading = 0.75**2, 0.95
    signal = (1 + 0.35 + 0.25 + 0.15 + 0.25) * unit  # ability, luck, difficulty, style, shared
    judge = COLD.judge("a")
    # The two others lie .5 apart: one degree of freedom against the six that are usual.
    ambiguity = (6 + (0.5**2 / 2) / judge.noise) / 7
    error = judge.noise * ambiguity + judge.severity_variance
    spread = loading**2 * signal + error * np.eye(2)
    cross = np.full(2, loading**2 * signal)
    y = np.array([2.0 - 3, 2.5 - 3])
    mean = cross @ np.linalg.solve(spread, y)
    sd = np.sqrt(loading**2 * signal + error - cross @ np.linalg.solve(spread, cross))
    (one,) = without_outliers(read(levels), COLD, limit=1.0)[1]
    assert one.z == pytest.approx((1.5 - mean) / sd)


def test_a_judge_far_below_is_never_left_out() -> None:
    ratings = read({"a": 5.0, "b": 1.0, "c": 5.0})
    assert without_outliers(ratings, COLD) == (ratings, [])


def test_of_two_judges_nobody_is_the_outlier() -> None:
    ratings = read({"a": 1.0, "b": 5.0})
    assert without_outliers(ratings, COLD) == (ratings, [])


def test_people_are_never_left_out() -> None:
    ratings = [*read({"a": 1.0, "b": 1.0}), *read({"c": 1.0})]
    person = Rating("ana", "evaluation", "q1", "async", "kim", "human", 5.0)
    kept, found = without_outliers([*ratings, person], COLD)
    assert person in kept
    assert not found


def test_ambiguity_is_read_off_the_others_alone() -> None:
    loose = replace(COLD, moderation=Moderation(0.5, 1.0, 0.0))
    wild = {"a": 1.2, "b": 4.8, "c": 1.3}
    assert [one.rater for one in without_outliers(read(wild), loose)[1]] == ["b"]


def test_where_the_others_disagree_nobody_is_far_above_them() -> None:
    ratings = read({"a": 5.0, "b": 1.0, "c": 4.6})
    assert without_outliers(ratings, COLD) == (ratings, [])


def test_no_ratings_and_one_candidate_without_judges_pass() -> None:
    assert without_outliers([], COLD) == ([], [])
    person = [Rating("ana", "evaluation", "q1", "final", "kim", "human", 5.0)]
    assert without_outliers(person, COLD) == (person, [])


def test_a_table_loses_the_same_rows() -> None:
    ratings = [*read({"a": 1.5, "b": 5.0, "c": 1.6}), *read({"a": 4, "b": 4, "c": 4}, "ben")]
    kept, found = without_outliers(ratings, COLD)
    table, told = without_outliers(RatingTable.of(ratings), COLD)
    assert told == found
    assert estimate(table, COLD) == estimate(kept, COLD)


@settings(deadline=None)
@given(
    st.lists(st.tuples(*(st.floats(1, 5) for _ in JUDGES)), min_size=1, max_size=6), st.randoms()
)
def test_the_order_of_rows_does_not_matter(
    levels: list[tuple[float, ...]], random: "st.RandomSeeder"
) -> None:
    rows = [
        rating
        for number, row in enumerate(levels)
        for rating in read(dict(zip(JUDGES, row, strict=True)), f"p{number}")
    ]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    kept, found = without_outliers(rows, COLD)
    again, told = without_outliers(mixed, COLD)
    assert set(kept) == set(again)
    assert {(o.candidate, o.rater) for o in found} == {(o.candidate, o.rater) for o in told}


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(MeasureError, match="cost"):
        without_outliers([replace(read({"a": 1.0})[0], dimension="cost")], COLD)

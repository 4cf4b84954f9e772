"""Golds set the level, and move the factor only as far as chance does not explain."""

from dataclasses import replace

import numpy as np
import pytest

from evenhand.measure import (
    Calibration,
    Components,
    Gold,
    MeasureError,
    Rating,
    calibrate,
    default_components,
    estimate,
    golds_of,
)

COLD = replace(
    default_components(["evaluation", "cost"], ["a"]), conformal=1.0, conformal_rated=1.0
)
RATER_SD = 0.3


def people(count: int, *, miss: float = 1.0, level: float = 0.0, seed: int = 1) -> Calibration:
    """Calibrate on people whose estimates miss `miss` times as far as the model says."""
    rng = np.random.default_rng(seed)
    ratings = [
        Rating(f"p{n}", "evaluation", "q1", "async", "a", "model", float(rng.uniform(1.5, 4.5)))
        for n in range(count)
    ]
    golds = []
    for one in estimate(ratings, COLD):
        if one.dimension == "evaluation":
            truth = one.mean + level + miss * one.sd * rng.standard_normal()
            seen = float(np.clip(truth + RATER_SD * rng.standard_normal(), 1, 5))
            golds.append(Gold(one.candidate, "evaluation", seen, RATER_SD**2))
    return calibrate(ratings, COLD, golds)


def test_golds_that_miss_as_promised_leave_the_factor_in_use() -> None:
    for seed in range(5):
        assert people(100, seed=seed).components.conformal == pytest.approx(1.0, abs=0.06)


def test_golds_that_miss_much_further_move_it_and_raise_an_alarm() -> None:
    found = people(400, miss=1.6)
    factor = found.factors[0]
    assert factor.measured == pytest.approx(1.6, abs=0.25)
    assert 1.25 < found.components.conformal < factor.measured
    assert factor.alarm is not None
    assert "model-only" in factor.alarm


def test_more_golds_go_over_to_what_they_show() -> None:
    few, many = (people(count, miss=1.6).factors[0] for count in (60, 600))
    assert many.error < few.error
    assert few.measured - few.value > many.measured - many.value


def test_golds_set_the_level() -> None:
    unsure: Components = replace(COLD, location_cov=0.09 * np.eye(2))
    ratings = [Rating(f"p{n}", "evaluation", "q1", "async", "a", "model", 3.0) for n in range(50)]
    golds = [Gold(f"p{n}", "evaluation", 3.5, 0.05) for n in range(50)]
    found = calibrate(ratings, unsure, golds)
    assert found.shift[0] == pytest.approx(0.5, abs=0.1)
    assert found.components.location_cov[0, 0] < 0.02


def test_too_few_golds_give_no_factor_and_say_how_many_are_needed() -> None:
    found = people(5)
    assert found.factors[0].value is None
    assert found.factors[0].alarm == (
        "5 model-only gold candidates are too few for a factor: 9 are needed"
    )
    assert found.components.conformal == COLD.conformal


def test_the_kinds_have_factors_of_their_own() -> None:
    rng = np.random.default_rng(2)
    ratings, golds = [], []
    for n in range(200):
        kind = "human" if n % 2 else "model"
        ratings.append(Rating(f"p{n}", "evaluation", "q1", "async", kind[0], kind, 3.0))
        off = (2.0 if n % 2 else 0.5) * rng.standard_normal()
        golds.append(Gold(f"p{n}", "evaluation", float(np.clip(3 + off, 1, 5)), 0.0))
    model_only, rated = calibrate(ratings, COLD, golds).factors
    assert model_only.candidates == rated.candidates == 100
    assert model_only.measured < 1 < rated.measured


def test_the_guarantee_says_what_it_is_of() -> None:
    said = people(20).guarantee
    assert "exchangeable" in said
    assert "measured factor" in said
    assert "not for each level, group or person" in said


def test_golds_are_people_s_and_pool_how_far_raters_differ() -> None:
    def fresh(candidate: str, rater: str, level: float) -> Rating:
        return Rating(candidate, "evaluation", "q9", "gold", rater, "human", level)

    golds = golds_of(
        [fresh("p1", "x", 3), fresh("p1", "y", 4), fresh("p2", "x", 2), fresh("p2", "y", 2)]
    )
    assert [(g.candidate, g.level) for g in golds] == [("p1", 3.5), ("p2", 2.0)]
    # Squares (.5^2 + .5^2 + 0) over two degrees of freedom, over two raters.
    assert [g.variance for g in golds] == pytest.approx([0.125, 0.125])
    with pytest.raises(MeasureError, match="is a model"):
        golds_of([replace(fresh("p1", "a", 3), rater_kind="model")])
    with pytest.raises(MeasureError, match="two raters"):
        golds_of([fresh("p1", "x", 3)])


@pytest.mark.parametrize(
    ("golds", "says"),
    [
        ([], "there are no golds"),
        ([Gold("nobody", "evaluation", 3, 0.1)], "has no ratings"),
        ([Gold("p0", "cooking", 3, 0.1)], "know evaluation, cost only"),
        ([Gold("p0", "evaluation", 3, 0.1)] * 2, "is given twice"),
    ],
)
def test_golds_that_cannot_be_used_are_refused(golds: list[Gold], says: str) -> None:
    rating = Rating("p0", "evaluation", "q1", "async", "a", "model", 3.0)
    with pytest.raises(MeasureError, match=says):
        calibrate([rating], COLD, golds)


@pytest.mark.parametrize(("level", "variance"), [(0.9, 0.1), (3, -1), (3, float("nan"))])
def test_a_gold_outside_the_scale_is_refused(level: float, variance: float) -> None:
    with pytest.raises(MeasureError, match="gold of p0"):
        Gold("p0", "evaluation", level, variance)

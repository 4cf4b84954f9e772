"""The decision form against Monte Carlo and its own limits."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from evenhand.measure import Option, Rating, default_components, estimate, focus
from evenhand.measure.link import Column, Link

ONE = default_components(["evaluation"])
TWO = default_components(["data", "evaluation"])
DRAWS = 400_000
UNIT = 1.15**2 * 0.5625
"""What the factor makes of the variance of ability."""


def drawn(questions: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw abilities and what one new interviewer's levels make of them, factor included."""
    rng = np.random.default_rng(7)
    root = np.sqrt(UNIT)
    ability = root * rng.standard_normal(DRAWS)
    common = root * np.sqrt(0.35) * rng.standard_normal(DRAWS)  # halo and severity
    own = root * np.sqrt(0.90) * rng.standard_normal((questions, DRAWS))
    levels = ability + common + own
    inner = np.full((questions, questions), 1.35) + 0.9 * np.eye(questions)
    weight = np.linalg.solve(inner, np.ones(questions))
    return 3 + ability, 3 + weight @ levels


@pytest.mark.parametrize("bar", [3.0, 3.3, 2.2])
def test_the_gain_of_a_decision_is_the_value_of_the_answer_by_monte_carlo(bar: float) -> None:
    options = [Option(f"q{n}", {"evaluation": 1}, 7) for n in range(3)]
    plan = focus([], ONE, options, 60, bar=bar, sure=0.999)
    for asked in (1, 2, 3):
        ability, mean = drawn(asked)
        value = np.maximum(mean - bar, 0).mean() - max(3 - bar, 0)
        assert sum(step.gain for step in plan.steps[:asked]) == pytest.approx(value, abs=0.003)
        part = focus([], ONE, options[:asked], 60, bar=bar, sure=0.999)
        right = np.mean((mean >= bar) == (ability >= bar))
        assert part.sure_after == pytest.approx(right, abs=0.003)


def test_the_first_gain_is_the_printed_formula() -> None:
    (step,) = focus([], ONE, [Option("q1", {"evaluation": 1}, 7)], 60, bar=3.5)
    sd = np.sqrt(UNIT * 4 / 9)
    z = 0.5 / sd
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    assert step.gain == pytest.approx(sd * (density - z * ndtr(-z)), abs=1e-12)


def test_how_sure_it_is_now_agrees_with_the_estimate() -> None:
    before = [Rating("ana", "data", "f1", "final", "kim", "human", 4)]
    weights = {"data": 3.0, "evaluation": 1.0}
    plan = focus(before, TWO, [], 60, bar=3.5, weights=weights)
    p = estimate(before, TWO, bar=3.5, weights=weights)[-1].p_bar
    assert plan.sure_now == pytest.approx(max(p, 1 - p), abs=1e-9)
    assert plan.sure_after == plan.sure_now


def test_asking_stops_as_soon_as_it_is_sure_enough() -> None:
    options = [Option(f"q{n}", {"data": 1, "evaluation": 1}, 7) for n in range(6)]
    plan = focus([], TWO, options, 60, bar=3.2, sure=0.75)
    assert plan.stopped == "settled"
    assert plan.sure_after is not None
    assert plan.sure_after >= 0.75
    shorter = focus([], TWO, options, 7 * (len(plan) - 1), bar=3.2, sure=0.75)
    assert shorter.sure_after is not None
    assert shorter.sure_after < 0.75


def test_a_dimension_without_weight_is_not_asked_for_its_own_sake() -> None:
    options = [Option("on data", {"data": 1}, 7), Option("on evaluation", {"evaluation": 1}, 7)]
    plan = focus([], TWO, options, 60, bar=3.4, weights={"evaluation": 1})
    assert plan[0].task == "on evaluation"


def test_the_nearer_the_bar_the_more_an_answer_is_worth() -> None:
    option = [Option("q1", {"evaluation": 1}, 7)]
    gains = [focus([], ONE, option, 60, bar=bar, sure=0.999)[0].gain for bar in (3, 3.5, 4)]
    assert gains == sorted(gains, reverse=True)
    assert "near_bar" in focus([], ONE, option, 60, bar=3.5)[0].because


def test_a_bar_out_of_reach_is_settled_without_a_question() -> None:
    option = [Option("q1", {"evaluation": 1}, 7)]
    plan = focus([], ONE, option, 60, bar=50.0)
    assert plan.steps == ()
    assert plan.sure_now == pytest.approx(1.0)


def test_a_decision_plan_says_that_it_averages_over_answers() -> None:
    assert "averaged over all answers" in focus([], ONE, [], 60, bar=3.5).assumes
    assert "does not depend on what is answered" in focus([], ONE, [], 60).assumes


def test_on_a_bent_scale_sds_and_chances_are_those_of_the_estimate() -> None:
    column = Column((1, 2, 3, 4, 5), (0.8, 1.9, 3.0, 4.1, 5.2), (1.4, 2.5, 3.5, 4.6), 0.1)
    bent = replace(
        TWO, link=Link({"data": column}, {}, {"data": 0.8}), location_cov=0.02 * np.eye(2)
    )
    before = [Rating("ana", "data", "f1", "final", "kim", "human", 4)]
    plan = focus(before, bent, [Option("q1", {"data": 1}, 7)], 60, bar=3.2, sure=0.999)
    data, _, overall = estimate(before, bent, bar=3.2)
    assert plan[0].sd_before == pytest.approx(data.sd, abs=1e-9)
    assert plan.sure_now == pytest.approx(max(overall.p_bar, 1 - overall.p_bar), abs=1e-9)
    assert plan.sure_after is not None
    assert plan.sure_after > plan.sure_now

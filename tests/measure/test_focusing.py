from collections.abc import Iterable

import numpy as np
import pytest

from evenhand.measure import (
    FocusStep,
    MeasureError,
    Option,
    RaterKind,
    Rating,
    default_components,
    estimate,
    focus,
)

COLD = default_components(["data", "evaluation"])
ONE = default_components(["evaluation"])


def judged(dimension: str, kind: RaterKind = "human") -> list[Rating]:
    return [
        Rating("ana", dimension, task, "async", rater, kind, 4)
        for task in ("q1", "q2", "q3")
        for rater in ("a", "b")
    ]


def test_the_gain_of_one_question_is_the_one_worked_out_by_hand() -> None:
    # A human rating by a stranger removes 4/9 of the variance (see test_estimating).
    (step,) = focus([], ONE, [Option("q1", {"evaluation": 1}, minutes=8)], 60)
    assert step.gain == pytest.approx(np.log(9 / 5), abs=1e-12)
    assert step.gain_per_minute == pytest.approx(np.log(9 / 5) / 8, abs=1e-12)
    assert step.sd_before == pytest.approx(1.15 * 0.75)
    assert step.sd_after == pytest.approx(1.15 * np.sqrt(0.3125))


def test_a_half_aimed_question_has_twice_the_error() -> None:
    # In units of .5625: answer .35, difficulty .25 and residual .30 double to 1.8; with ability 1,
    # halo .20 and severity .15 that is 3.15, of which the rating explains 1.
    (step,) = focus([], ONE, [Option("q1", {"evaluation": 0.5}, minutes=1)], 60)
    assert step.gain == pytest.approx(-np.log(1 - 1 / 3.15), abs=1e-12)


def test_the_sd_foretold_is_the_sd_after_the_answer() -> None:
    before = judged("data", "model")
    options = [Option("f1", {"evaluation": 1}, minutes=9, round="final")]
    (step,) = focus(before, COLD, options, 60)
    asked = Rating("ana", "evaluation", "f1", "final", "new", "human", 2)
    found = {e.dimension: e.sd for e in estimate([*before, asked], COLD)}
    assert step.dimension == "evaluation"
    assert step.sd_after == pytest.approx(found["evaluation"], abs=1e-9)


def test_two_steps_foretell_what_two_answers_by_one_interviewer_leave() -> None:
    options = [Option(task, {"evaluation": 1}, minutes=9) for task in ("f1", "f2")]
    steps = focus([], ONE, options, 60)
    asked = [Rating("ana", "evaluation", t, "final", "new", "human", 2) for t in ("f1", "f2")]
    assert steps[-1].sd_after == pytest.approx(estimate(asked, ONE)[0].sd, abs=1e-9)


def test_what_is_least_known_is_asked_first() -> None:
    options = [Option("on data", {"data": 1}, 8), Option("on evaluation", {"evaluation": 1}, 8)]
    assert tasks(focus(judged("data"), COLD, options, 60)) == ["on evaluation", "on data"]
    assert tasks(focus(judged("evaluation"), COLD, options, 60)) == ["on data", "on evaluation"]


def test_the_plan_keeps_to_the_minutes() -> None:
    options = [Option(f"q{n}", {"data": 1, "evaluation": 1}, 10 + n) for n in range(6)]
    steps = focus([], COLD, options, 35)
    assert sum(step.minutes for step in steps) <= 35
    assert len(steps) == 3
    assert focus([], COLD, options, 5).steps == ()


def test_a_shorter_question_goes_before_an_equal_longer_one() -> None:
    options = [Option("long", {"data": 1}, 12), Option("short", {"data": 1}, 4)]
    assert tasks(focus([], COLD, options, 60))[0] == "short"


def test_two_interviewers_gain_more_than_one() -> None:
    one, two = Option("q1", {"data": 1}, 10), Option("q1", {"data": 1}, 10, raters=2)
    assert focus([], COLD, [two], 10)[0].gain > focus([], COLD, [one], 10)[0].gain


def test_a_question_aimed_at_nothing_is_left_out() -> None:
    assert focus([], COLD, [Option("q1", {"data": 0}, 5)], 60).steps == ()
    assert focus([], COLD, [], 60).steps == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": float("nan")}, "minutes"),
        ({"raters": 0}, "raters"),
        ({"rater_kind": "oracle"}, "rater_kind"),
        ({"dimensions": {"data": 1.5}}, "outside 0 to 1"),
    ],
)
def test_an_impossible_option_is_refused(change: dict[str, object], message: str) -> None:
    fields: dict[str, object] = {"task": "q1", "dimensions": {"data": 1}, "minutes": 5}
    with pytest.raises(MeasureError, match=message):
        Option(**(fields | change))  # type: ignore[arg-type]


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(MeasureError, match="given 2 times"):
        focus([], COLD, [Option("q1", {"data": 1}, 5)] * 2, 60)


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(MeasureError, match="charm"):
        focus([], COLD, [Option("q1", {"charm": 1}, 5)], 60)


def tasks(steps: Iterable[FocusStep]) -> list[str]:
    return [step.task for step in steps]

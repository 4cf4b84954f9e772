"""Core, probes, targets, stops and reasons of a plan."""

from dataclasses import replace

import numpy as np
import pytest

from evenhand.measure import (
    Effect,
    MeasureError,
    Option,
    Plan,
    Rating,
    default_components,
    estimate,
    focus,
)
from evenhand.measure.moderation import Moderation

COLD = default_components(["data", "evaluation"])
ONE = default_components(["evaluation"])


def tasks(plan: Plan) -> list[str]:
    return [step.task for step in plan]


def rated(task: str, level: float = 4, rater: str = "kim", dimension: str = "data") -> Rating:
    return Rating("ana", dimension, task, "final", rater, "human", level)


def judged(task: str, level: float, judge: str, dimension: str = "data") -> Rating:
    return Rating("ana", dimension, task, "async", judge, "model", level)


def test_what_everyone_is_asked_comes_first_in_its_order_whatever_it_gains() -> None:
    options = [
        Option("rich", {"data": 1, "evaluation": 1}, 1),
        Option("second", {"data": 0.1}, 9, core=2),
        Option("first", {"data": 0.2}, 9, core=1),
    ]
    plan = focus([], COLD, options, 60)
    assert tasks(plan) == ["first", "second", "rich"]
    assert [step.core for step in plan] == [True, True, False]
    assert plan[0].gain_per_minute < plan[2].gain_per_minute


def test_core_is_asked_of_somebody_who_is_settled_already() -> None:
    options = [Option("core", {"data": 1}, 7, core=1), Option("more", {"data": 1}, 7)]
    assert tasks(focus([], COLD, options, 60, target_sd=5.0)) == ["core"]
    assert tasks(focus([], COLD, options, 60, bar=1.0)) == ["core"]


def test_core_that_does_not_fit_any_more_is_named_and_the_time_is_used() -> None:
    options = [Option("core", {"data": 1}, 20, core=1), Option("short", {"data": 1}, 4)]
    plan = focus([], COLD, options, 10)
    assert tasks(plan) == ["short"]
    assert "no longer fitting: core" in plan.why


def test_after_an_answer_the_rest_of_the_plan_is_what_was_planned() -> None:
    # Aims are not in a rating, so that only a question aimed fully at all it shows is foretold.
    options = [Option(f"q{n}", {"data": 1, "evaluation": n / 5}, 10 - n) for n in range(1, 6)]
    whole = focus([], COLD, options, 60)
    assert whole[0].task == "q5"
    first = [rated("q5", 2, "new", dimension) for dimension in COLD.dimensions]
    rest = focus(first, COLD, options, 60 - whole[0].minutes)
    assert tasks(rest) == tasks(whole)[1:]
    assert [s.gain for s in rest] == pytest.approx([s.gain for s in whole.steps[1:]], abs=1e-9)


def test_the_interviewer_of_the_round_goes_on_and_brings_the_same_halo() -> None:
    option = [Option("f2", {"data": 1}, 7)]
    (step,) = focus([rated("f1", 4)], COLD, option, 60)
    same = estimate([rated("f1", 4), rated("f2", 4)], COLD)
    other = estimate([rated("f1", 4), rated("f2", 4, "lee")], COLD)
    assert step.sd_after == pytest.approx(same[0].sd, abs=1e-9)
    assert same[0].sd > other[0].sd
    peer = focus([rated("f1", 4)], COLD, [replace(option[0], round="peer")], 60)
    assert peer[0].sd_after == pytest.approx(other[0].sd, abs=1e-9)


def test_judges_of_an_answer_to_come_are_those_who_know_the_candidate() -> None:
    before = [judged("a1", 3, judge) for judge in ("x", "y")]
    option = Option("a2", {"data": 1}, 7, "async", "model", 2)
    after = [*before, judged("a2", 4, "x"), judged("a2", 4, "y")]
    found = estimate(after, COLD)[0]
    assert focus(before, COLD, [option], 60)[0].sd_after == pytest.approx(found.sd, abs=1e-9)


def test_a_probe_waits_for_its_prompt() -> None:
    probe = Option("probe", {"data": 1}, 1, follows="prompt")
    assert focus([], COLD, [probe], 60).steps == ()
    assert tasks(focus([], COLD, [probe, Option("prompt", {"data": 1}, 9)], 60)) == [
        "prompt",
        "probe",
    ]
    assert tasks(focus([judged("prompt", 3, "x")], COLD, [probe], 60)) == ["probe"]


def test_a_probe_tells_less_than_a_new_question_and_by_the_half_of_luck_worked_out_by_hand() -> (
    None
):
    # Units of .5625: a rating has 2.25, two by one interviewer share ability, halo and severity,
    # 1.35, and after the same prompt half of the luck too, 1.525.
    def left(shared: float) -> float:
        return 1 - 2 / (2.25 + shared)

    for follows, shared in (("", 1.35), ("f1", 1.35 + 0.35 / 2)):
        options = [
            Option("f1", {"evaluation": 1}, 9, core=1),
            Option("f2", {"evaluation": 1}, 9, follows=follows),
        ]
        last = focus([], ONE, options, 60)[1]
        assert last.sd_after == pytest.approx(1.15 * 0.75 * np.sqrt(left(shared)), abs=1e-12)


def test_probes_of_one_prompt_share_its_luck_with_each_other() -> None:
    def gain(second: str) -> float:
        options = [
            Option("p", {"evaluation": 1}, 9, follows="a1"),
            Option("q", {"evaluation": 1}, 9, follows=second),
        ]
        before = [judged(task, 3, "x", "evaluation") for task in ("a1", "a2")]
        return focus(before, ONE, options, 60)[1].gain

    assert gain("a1") < gain("a2")


def test_what_was_asked_in_its_round_is_not_planned_again() -> None:
    options = [Option("f1", {"data": 1}, 7), Option("f1", {"data": 1}, 7, "peer")]
    plan = focus([rated("f1")], COLD, options, 60)
    assert [(step.task, step.round) for step in plan] == [("f1", "peer")]


def test_the_plan_stops_once_every_dimension_is_at_its_target() -> None:
    options = [Option(f"{d}{n}", {d: 1}, 7) for d in COLD.dimensions for n in range(5)]
    plan = focus([], COLD, options, 100, target_sd=0.6)
    assert plan.stopped == "settled"
    assert plan.goal == "target"
    asked = [Rating("ana", step.dimension, step.task, "final", "new", "human", 3) for step in plan]
    assert all(found.sd <= 0.6 for found in estimate(asked, COLD)[:2])
    assert any(found.sd > 0.6 for found in estimate(asked[:-1], COLD)[:2])


def test_a_target_for_one_dimension_leaves_the_others_alone() -> None:
    options = [Option(d, {d: 1}, 7) for d in COLD.dimensions]
    assert tasks(focus([], COLD, options, 60, target_sd={"data": 0.66})) == ["data"]


def test_the_gain_towards_a_target_is_what_lies_above_it() -> None:
    # 1.15 * .75 = .8625 before, 1.15 * sqrt(.3125) = .6429 after; only what is above .7 counts.
    (step,) = focus([], ONE, [Option("q1", {"evaluation": 1}, 8)], 60, target_sd=0.7)
    assert step.gain == pytest.approx(2 * np.log(0.8625 / 0.7), abs=1e-12)


def test_a_plan_says_why_it_stopped() -> None:
    options = [Option("q1", {"data": 1}, 7)]
    assert focus([], COLD, options, 5).stopped == "time"
    assert focus([], COLD, options, 5).why.startswith("Time is up")
    assert focus([], COLD, options, 60).stopped == "nothing_helps"
    assert focus([], COLD, [], 60).why == "There is nothing left to ask."
    settled = focus([], COLD, options, 60, bar=1.0)
    assert settled.stopped == "settled"
    assert "side of the bar" in settled.why
    assert "as narrow as asked for" in focus([], COLD, options, 60, target_sd=2).why


@pytest.mark.parametrize(
    ("before", "code", "words"),
    [
        ([], "never_asked", "no question has shown it yet"),
        ([rated("f0")], "one_question", "only one question has shown it"),
        ([rated("f0", 2), rated("f0", 4, "lee")], "raters_differ", "differ by a level or more"),
        ([judged("a0", 3, "x"), judged("a1", 3, "x")], "no_person", "only model judges"),
        ([rated("f0"), rated("f8")], "still_wide", "narrows most"),
    ],
)
def test_each_step_says_why(before: list[Rating], code: str, words: str) -> None:
    (step,) = focus(before, COLD, [Option("q1", {"data": 1}, 7)], 60)
    assert step.because[0] == code
    assert words in step.reason
    assert f"from ±{1.6449 * step.sd_before:.2f} to ±{1.6449 * step.sd_after:.2f}" in step.reason


def test_a_second_question_of_the_plan_does_not_call_the_dimension_unasked() -> None:
    options = [Option(f"q{n}", {"data": 1}, 7) for n in range(2)]
    assert [step.because[0] for step in focus([], COLD, options, 60)] == [
        "never_asked",
        "one_question",
    ]


def test_of_equal_questions_the_first_by_name_is_asked_in_whatever_order_they_are_given() -> None:
    options = [Option(f"q{n}", {"data": 1}, 7) for n in range(4)]
    for given in (options, options[::-1]):
        assert tasks(focus([], COLD, given, 14)) == ["q0", "q1"]


def test_an_answer_to_come_counts_as_one_of_usual_ambiguity() -> None:
    option = [Option("a1", {"data": 1}, 7, "async", "model", 3)]
    moderated = replace(COLD, moderation=Moderation(4.0, 1.0, 0.5))
    gain = focus([], COLD, option, 60)[0].gain
    assert focus([], moderated, option, 60)[0].gain == pytest.approx(gain, abs=1e-12)


def test_a_strict_rater_is_not_taken_for_a_difference() -> None:
    known = replace(COLD, raters={"lee": Effect(1.0, 0.01), "kim": Effect(0.0, 0.01)})
    before = [rated("f0", 4), rated("f0", 3, "lee")]
    (step,) = focus(before, known, [Option("q1", {"data": 1}, 7)], 60)
    assert "raters_differ" not in step.because


def test_a_sd_foretold_carries_the_factor_of_dimensions_that_people_rated() -> None:
    both = replace(ONE, conformal=1.0, conformal_rated=1.3)
    (step,) = focus([], both, [Option("f1", {"evaluation": 1}, 7)], 60)
    asked = Rating("ana", "evaluation", "f1", "final", "new", "human", 3)
    assert step.sd_before == pytest.approx(0.75)
    assert step.sd_after == pytest.approx(estimate([asked], both)[0].sd)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"minutes": -1}, "minutes"),
        ({"minutes": float("inf")}, "minutes"),
        ({"target_sd": 0.0}, "target_sd"),
        ({"target_sd": {"charm": 0.5}}, "charm"),
        ({"target_sd": 0.5, "bar": 3.5}, "not both"),
        ({"weights": {"data": 1.0}}, "give a bar"),
        ({"bar": 3.5, "weights": {"data": 0.0}}, "all are 0"),
        ({"bar": float("nan")}, "bar"),
        ({"bar": 3.5, "sure": 0.4}, "sure"),
        ({"ratings": [rated("f0"), replace(rated("f0"), candidate="bob")]}, "ana, bob"),
        ({"options": [Option(name, {"data": 1}, 5, core=1) for name in "ab"]}, "core"),
        ({"options": [Option("a", {"data": 1}, 5, met, "model") for met in "xy"]}, "given 2 times"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(arguments: dict[str, object], message: str) -> None:
    given: dict[str, object] = {
        "ratings": [], "components": COLD, "options": [Option("q1", {"data": 1}, 5)], "minutes": 60,
    }  # fmt: skip
    with pytest.raises(MeasureError, match=message):
        focus(**(given | arguments))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"core": -1},
        {"core": 1, "follows": "q0"},
        {"core": 1, "dimensions": {"data": 0}},
        {"task": ""},
    ],
)
def test_an_option_that_cannot_be_core_is_refused(change: dict[str, object]) -> None:
    fields: dict[str, object] = {"task": "q1", "dimensions": {"data": 1}, "minutes": 5}
    with pytest.raises(MeasureError):
        Option(**(fields | change))  # type: ignore[arg-type]

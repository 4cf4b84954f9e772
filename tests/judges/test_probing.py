"""The rule of follow-ups: what it may choose, and that nothing else than the rule chooses."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.probing import LEAST, OPEN, Choice, choose, marks_of
from evenhand.judges.values import AnswerScore, Flag, PanelResult, Verdict
from evenhand.measure import Components, Option, Rating, default_components, focus
from evenhand.rubric import Pack, load_pack, shipped_pack

JUDGES = ("first", "second")
PROMPT = "behavioural_incident"
MARKS = (0, 1, 2, None)


@cache
def pack() -> Pack:
    return load_pack(shipped_pack())


@cache
def components() -> Components:
    return default_components([d.id for d in pack().dimensions], JUDGES)


def strong(prompt: str = PROMPT) -> list[str]:
    return [
        indicator.id
        for dimension in pack().prompt(prompt).dimensions
        for indicator in pack().dimension(dimension).indicators
        if indicator.kind == "strong"
    ]


def reading(
    marks: dict[str, int | None], prompt: str = PROMPT, *, level: float = 3.0
) -> tuple[PanelResult, list[Rating]]:
    """Return what two judges say, of whom one gives marks; an indicator not named is shown."""
    scores = []
    for name in pack().prompt(prompt).dimensions:
        indicators = pack().dimension(name).indicators
        own = {i.id: marks.get(i.id, 2) for i in indicators}
        none = dict.fromkeys(own)
        verdicts = (
            Verdict("first", name, level, None, own, (), None),
            Verdict("second", name, level, None, none, (), "marks nothing"),
        )
        scores.append(AnswerScore(name, level, 0.5, level, level, 0.9, False, verdicts))
    ratings = [
        Rating("ana", score.dimension, prompt, "async", judge, "model", level)
        for score in scores
        for judge in JUDGES
    ]
    return PanelResult(prompt, (), tuple(scores)), ratings


def chosen(
    marks: dict[str, int | None], *, minutes: float = 30.0, level: float = 3.0, prompt: str = PROMPT
) -> Choice:
    result, ratings = reading(marks, prompt, level=level)
    return choose(pack(), pack().prompt(prompt), result, ratings, components(), minutes=minutes)


some_marks = st.fixed_dictionaries({name: st.sampled_from(MARKS) for name in strong()})


@given(some_marks)
def test_what_is_asked_belongs_to_the_prompt_and_is_not_shown_yet(
    marks: dict[str, int | None],
) -> None:
    choice = chosen(marks)
    open_ = {name for name, mark in marks.items() if mark != 2}
    assert {one.indicator for one in choice.weighed} == open_
    if not open_:
        assert (choice.probe, choice.reason) == (None, "all_shown")
        return
    assert choice.reason == "tells_most"
    first = choice.weighed[0]
    assert choice.probe == first.probe == pack().probe_for(first.indicator).id
    assert marks[first.indicator] != 2


@given(some_marks)
def test_nothing_that_came_in_question_gains_more_by_the_minute(
    marks: dict[str, int | None],
) -> None:
    rates = [one.per_minute for one in chosen(marks).weighed]
    assert all(rate >= 0 for rate in rates)
    assert all(after <= before * (1 + 1e-8) for before, after in pairwise(rates))


@given(some_marks, st.floats(1, 5), st.floats(1, 5))
def test_the_choice_goes_by_what_is_open_and_not_by_how_good_the_answer_is(
    marks: dict[str, int | None], one: float, other: float
) -> None:
    assert chosen(marks, level=one) == chosen(marks, level=other)


@given(some_marks)
def test_the_same_answer_is_followed_by_the_same_question(marks: dict[str, int | None]) -> None:
    assert chosen(marks) == chosen(dict(reversed(marks.items())))


def test_of_equal_gains_the_first_of_the_pack_is_asked() -> None:
    marks = dict.fromkeys(reversed(strong("eval_search")), 1)
    first = next(p for p in pack().probes if p.indicator in marks)
    assert chosen(marks, prompt="eval_search").probe == first.id


def test_what_is_partly_shown_is_asked_before_what_is_not_shown_at_all() -> None:
    nothing, partly = strong("eval_search")[:2]
    choice = chosen({nothing: 0, partly: 1}, prompt="eval_search")
    assert [one.indicator for one in choice.weighed] == [partly, nothing]


def test_a_gain_is_that_of_a_plan_with_this_question_alone() -> None:
    name = strong("eval_search")[3]
    choice = chosen({name: 1}, prompt="eval_search")
    _, ratings = reading({}, "eval_search")
    aim = OPEN[1] * 2 / 8
    option = Option(
        "a probe", {"eval_discipline": aim}, 2, "async", "model", 2, follows="eval_search"
    )
    (step,) = focus(ratings, components(), [option], 2)
    assert choice.weighed[0].gain == pytest.approx(step.gain)


def test_a_blank_answer_is_followed_by_nothing() -> None:
    result, ratings = reading(dict.fromkeys(strong(), 0))
    blank = replace(result, flags=(Flag("empty", "nothing to rate"),))
    choice = choose(pack(), pack().prompt(PROMPT), blank, ratings, components(), minutes=30)
    assert choice == Choice(None, "blank")


@pytest.mark.parametrize(("minutes", "reason"), [(1.9, "no_time"), (2.0, "tells_most")])
def test_a_follow_up_must_fit_into_the_time_that_is_left(minutes: float, reason: str) -> None:
    assert chosen(dict.fromkeys(strong(), 0), minutes=minutes).reason == reason


def test_where_everything_is_known_already_no_question_gains_enough() -> None:
    result, ratings = reading(dict.fromkeys(strong("eval_search"), 1), "eval_search")
    known = [
        Rating("ana", "eval_discipline", f"task {n}", "final", f"person {n}", "human", 3.0)
        for n in range(300)
    ]
    choice = choose(
        pack(), pack().prompt("eval_search"), result, ratings + known, components(), minutes=30
    )
    assert (choice.probe, choice.reason) == (None, "little_gain")
    assert max(one.per_minute for one in choice.weighed) < LEAST


def test_a_mark_that_one_judge_stands_behind_counts() -> None:
    name = strong()[0]
    result, _ = reading({name: 1})
    assert marks_of(result)[name] == 1
    assert marks_of(reading({name: None})[0])[name] is None

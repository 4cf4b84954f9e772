"""The gate says what a panel reaches, what it misses, and whose side of the bar would change."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.studies.knowing import HALF, JUDGES, KnowingPanel, Level, nearly

from evenhand.judges import Flag, PanelResult
from evenhand.judges.llm.values import Cause, Decision
from evenhand.rubric import GoldenAnswer, Pack, Prompt
from evenhand.studies.agreement import rmse
from evenhand.studies.by_judge import judges_of
from evenhand.studies.flips import Standing, flips
from evenhand.studies.gate import Check, GateResult, run_gate
from evenhand.studies.golden import run_golden
from evenhand.studies.leaving import FEWEST, by_part, filled
from evenhand.studies.limits import LIMITS, limits_of
from evenhand.studies.lines import lines_of


def missed(result: GateResult) -> set[str]:
    return {check.code for check in result.checks if not check.passed}


def check(result: GateResult, code: str) -> Check:
    return next(one for one in result.checks if one.code == code)


def lower_by(levels: float, authors: Sequence[str] = ()) -> object:
    def level(answer: GoldenAnswer, dimension: str, truth: float) -> float:
        near = nearly(answer, dimension, truth)
        assert near is not None
        return max(near - levels, 1.0) if not authors or answer.author in authors else near

    return level


@pytest.fixture(scope="module")
def near(pack: Pack) -> GateResult:
    return run_gate(pack, KnowingPanel(pack, half=HALF))


def test_a_panel_near_the_raters_passes_and_its_figures_are_those_of_its_levels(
    near: GateResult,
) -> None:
    assert missed(near) == set()
    assert near.passed
    r = check(near, "r")
    assert r.got is not None
    assert r.got > 0.92
    assert r.low is not None
    assert r.high is not None
    assert r.low < r.got < r.high
    assert check(near, "repeat").got == 0
    assert check(near, "nothing").got == 1
    assert near.figures["levels"] == 180


def test_every_limit_of_the_table_and_every_group_of_the_pack_is_checked(
    near: GateResult, pack: Pack
) -> None:
    groups = {f"bias:{name}" for name in limits_of(pack).groups}
    assert groups == {"bias:fluent_but_empty", "bias:not_native"}
    assert {one.code for one in near.checks} == set(LIMITS) | groups
    assert all(one.source and one.asked for one in near.checks)


def test_raters_are_the_ceiling_and_their_marks_agree_with_their_own_rounding(
    near: GateResult,
) -> None:
    assert near.figures["raters_r"] is not None
    assert near.figures["raters_r"] > 0.9
    assert all(one["told"] == 1 for one in near.indicators.values())
    assert all(one["kappa"] is None or one["kappa"] > 0.99 for one in near.indicators.values())


def test_a_severe_panel_fails_by_error_and_coverage_and_not_by_correlation(pack: Pack) -> None:
    severe = run_gate(pack, KnowingPanel(pack, lower_by(1.0)))
    assert {"rmse", "coverage", "bias:not_native"} <= missed(severe)
    assert "r" not in missed(severe)


def test_severity_towards_one_group_alone_is_found_by_its_own_check(pack: Pack) -> None:
    unfair = run_gate(pack, KnowingPanel(pack, lower_by(0.4, ["d13"]), half=HALF))
    assert "bias:not_native" in missed(unfair)
    assert "bias:fluent_but_empty" not in missed(unfair)


def test_intervals_that_are_too_wide_fail_as_those_that_are_too_narrow(pack: Pack) -> None:
    assert missed(run_gate(pack, KnowingPanel(pack, half=1.0))) == {"coverage"}
    assert "coverage" in missed(run_gate(pack, KnowingPanel(pack, nearly, half=0.1)))


def test_marks_without_a_quote_and_flags_on_honest_answers_are_counted(pack: Pack) -> None:
    panel = KnowingPanel(pack, half=HALF)
    panel.quoting, panel.flags = False, (Flag("injection", "it says so"),)
    result = run_gate(pack, panel)
    assert missed(result) == {"unsupported", "false_flags"}
    assert check(result, "false_flags").got == 1


def test_a_panel_that_is_not_the_same_twice_is_found_out(pack: Pack) -> None:
    turns = iter(range(10_000))

    def restless(answer: GoldenAnswer, dimension: str, truth: float) -> float:
        level = nearly(answer, dimension, truth)
        assert level is not None
        return min(max(level + (0.15 if next(turns) % 2 else -0.15), 1.0), 5.0)

    result = run_gate(pack, KnowingPanel(pack, restless, half=0.6))
    assert "repeat" in missed(result)


def test_a_panel_that_only_abstains_fails_with_figures_that_are_not_defined(pack: Pack) -> None:
    result = run_gate(pack, KnowingPanel(pack, lambda *_: None))
    assert check(result, "abstained").got == 1
    assert {"r", "rmse", "kappa", "coverage", "abstained"} <= missed(result)
    assert check(result, "r").got is None
    json.dumps(result.as_dict(), allow_nan=False)
    assert any("–" in line for line in lines_of(result))


def test_progress_is_told_up_to_the_last_reading(pack: Pack) -> None:
    seen: list[tuple[int, int]] = []
    panel = KnowingPanel(pack)
    run_gate(pack, panel, progress=lambda done, of: seen.append((done, of)))
    assert [done for done, _ in seen] == list(range(1, panel.calls + 1))
    assert {of for _, of in seen} == {panel.calls}


def test_against_a_milder_panel_those_who_fall_below_the_bar_are_listed(pack: Pack) -> None:
    mild, severe = KnowingPanel(pack), KnowingPanel(pack, lower_by(0.8), version="b" * 64)
    result = run_gate(pack, severe, against=mild)
    assert result.against == ("knowing", "a" * 64)
    assert result.compared == 18
    assert result.before is not None
    assert result.before["rmse"] != check(result, "rmse").got
    assert result.flips
    assert all(one.before >= pack.bar > one.after for one in result.flips)
    assert all(one.p_after < one.p_before for one in result.flips)
    text = "\n".join(lines_of(result))
    assert "would change sides of the bar" in text
    json.dumps(result.as_dict(), allow_nan=False)


def test_against_itself_nobody_changes_sides(pack: Pack) -> None:
    result = run_gate(pack, KnowingPanel(pack), against=KnowingPanel(pack))
    assert result.flips == ()


def test_only_who_crosses_the_bar_has_flipped_those_who_fall_first() -> None:
    before = [
        Standing("a", "overall", 3.4, 0.4),
        Standing("b", "overall", 3.5, 0.5),
        Standing("c", "overall", 4.0, 0.9),
        Standing("gone", "overall", 4.0, 0.9),
    ]
    after = [
        Standing("a", "overall", 3.6, 0.6),
        Standing("b", "overall", 3.4, 0.4),
        Standing("c", "overall", 3.6, 0.6),
        Standing("new", "overall", 1.0, 0.0),
    ]
    found = flips(before, after, 3.5)
    assert [(one.candidate, one.before, one.after) for one in found] == [
        ("b", 3.5, 3.4),
        ("a", 3.4, 3.6),
    ]


def test_a_figure_that_is_not_a_number_keeps_no_limit() -> None:
    assert not any(limit.keeps(math.nan) for limit in LIMITS.values())


def test_a_judge_that_never_answered_fails_the_gate_whatever_the_others_make_of_it(
    pack: Pack,
) -> None:
    panel = KnowingPanel(pack, half=HALF)
    panel.away = ("three",)
    result = run_gate(pack, panel)
    assert missed(result) == {"judge_abstained"}
    assert check(result, "judge_abstained").got == 1
    # The panel's own figures see nothing of it.
    assert check(result, "abstained").got == 0
    three, one = result.judges["three"], result.judges["one"]
    assert (three["asked"], three["abstained"], three["r"]) == (180, 1, None)
    assert (one["asked"], one["abstained"]) == (180, 0)
    assert one["r"] == check(result, "r").got
    assert any("judge three" in line and "100%" in line for line in lines_of(result))


def test_a_judge_that_was_asked_about_nothing_was_not_tried(pack: Pack) -> None:
    panel = KnowingPanel(pack, half=HALF)
    panel.judges = (*panel.judges, "costly")
    result = run_gate(pack, panel)
    assert missed(result) == {"judge_abstained"}
    assert result.judges["costly"]["asked"] == 0


def test_what_routing_left_to_others_counts_neither_as_asked_nor_as_abstained(pack: Pack) -> None:
    panel = KnowingPanel(pack, half=HALF)
    results = {a.id: panel.judge(pack.prompt(a.prompt), a.text) for a in pack.golden}
    first = pack.golden[0].id
    left = tuple(
        Decision(score.dimension, "two", False, Cause.CLEAR, "") for score in results[first].scores
    )
    found = judges_of(pack, JUDGES, {**results, first: replace(results[first], decisions=left)})
    assert {name: one.asked for name, one in found.items()} == {
        "one": 180,
        "two": 180 - len(left),
        "three": 180,
    }


def test_marks_that_a_judge_could_not_quote_are_a_share_of_what_it_marked(pack: Pack) -> None:
    panel = KnowingPanel(pack, half=HALF)
    panel.invents = 1
    run = run_golden(pack, panel)
    one = run.judges["one"]
    assert one.ungrounded == 180 < one.claimed
    assert one.figures()["ungrounded"] == 180 / one.claimed


def test_an_answer_costs_its_own_first_reading_and_the_run_costs_them_all(pack: Pack) -> None:
    panel = KnowingPanel(pack, half=HALF)
    panel.cost = Decimal(250_000)
    result = run_gate(pack, panel)
    assert result.figures["cost_per_answer"] == 0.25
    assert result.figures["cost_in_all"] == 0.25 * panel.calls
    assert panel.calls > len(pack.golden)


def but_for(skip: Callable[[GoldenAnswer, str, float], bool]) -> Level:
    def level(answer: GoldenAnswer, dimension: str, truth: float) -> float | None:
        return None if skip(answer, dimension, truth) else nearly(answer, dimension, truth)

    return level


def digest_of(answer: GoldenAnswer, dimension: str) -> int:
    """Return what `nearly` errs by: 0 to 255, evenly spread."""
    return sha256(f"{answer.id} {dimension}".encode()).digest()[0]


def far_off(answer: GoldenAnswer, dimension: str) -> bool:
    """Say whether an answer is among the fifth that `roughly` errs most about."""
    return abs(digest_of(answer, dimension) / 255 - 0.5) > 0.4


def roughly(answer: GoldenAnswer, dimension: str, truth: float) -> float | None:
    """Within nearly a level either way, but for the worst fifth, of which nothing is said."""
    off = 1.9 * (digest_of(answer, dimension) / 255 - 0.5)
    return None if far_off(answer, dimension) else float(np.clip(truth + off, 1, 5))


def test_dimensions_that_are_never_read_are_not_passed_and_are_named(pack: Pack) -> None:
    two = ("eval_discipline", "trade_off_reasoning")
    result = run_gate(pack, KnowingPanel(pack, but_for(lambda a, d, t: d in two), half=HALF))
    assert {"dimension_r", "dimension_abstained"} <= missed(result)
    lowest = check(result, "dimension_r")
    assert (lowest.got, lowest.where) == (None, two)
    assert check(result, "dimension_abstained").where == two
    assert any(f"too few levels: {', '.join(two)}" in line for line in lines_of(result))
    assert result.dimensions["eval_discipline"]["abstained"] == 1


def test_a_dimension_that_a_panel_passes_over_is_as_one_that_it_abstains_from(pack: Pack) -> None:
    class Passing(KnowingPanel):
        def judge(self, prompt: Prompt, given: str, **more: Any) -> PanelResult:
            result = super().judge(prompt, given, **more)
            kept = tuple(s for s in result.scores if s.dimension != "eval_discipline")
            return replace(result, scores=kept)

    result = run_gate(pack, Passing(pack, half=HALF))
    assert check(result, "dimension_r").where == ("eval_discipline",)
    assert check(result, "abstained").got == pytest.approx(18 / 180)


def test_a_panel_cannot_drop_what_it_is_worst_at(pack: Pack) -> None:
    result = run_gate(pack, KnowingPanel(pack, roughly, half=0.7))
    assert 0.15 < check(result, "abstained").got < 0.25
    assert {"abstained", "r_filled", "rmse_filled"} <= missed(result)
    assert check(result, "r").passed
    assert check(result, "rmse").passed


def test_abstaining_among_the_low_alone_is_found_by_band(pack: Pack) -> None:
    low = but_for(lambda a, d, t: t < 2.0 and digest_of(a, d) < 100)
    result = run_gate(pack, KnowingPanel(pack, low, half=HALF))
    assert "abstained" not in missed(result)
    assert check(result, "band_abstained").where == ("low",)
    assert result.bands["low"]["abstained"] == check(result, "band_abstained").got


def test_a_level_that_one_of_two_runs_does_not_give_is_counted(pack: Pack) -> None:
    seen: set[tuple[str, str]] = set()

    def forgetful(answer: GoldenAnswer, dimension: str, truth: float) -> float | None:
        again = (answer.id, dimension) in seen
        seen.add((answer.id, dimension))
        return (
            None
            if again and digest_of(answer, dimension) < 60
            else nearly(answer, dimension, truth)
        )

    result = run_gate(pack, KnowingPanel(pack, forgetful, half=HALF))
    assert missed(result) == {"repeat_flips"}
    assert check(result, "repeat").got == 0
    assert check(result, "repeat_flips").got > 0.05


@given(st.lists(st.tuples(st.floats(1, 5), st.booleans()), min_size=2, max_size=40))
def test_filling_never_gains_what_abstaining_dropped(rows: list[tuple[float, bool]]) -> None:
    truth = np.array([level for level, _ in rows])
    gave = np.array([given for _, given in rows])
    run = SimpleNamespace(level=truth[gave], truth=truth[gave], left_truth=truth[~gave])
    level, against = filled(run)
    assert len(level) == len(rows)
    assert sorted(against) == pytest.approx(sorted(truth))
    # Levels that are right are spoilt by what is missing, by exactly its spread.
    spread = np.sum((truth[~gave] - truth.mean()) ** 2) / len(rows)
    assert rmse(level, against) == pytest.approx(math.sqrt(spread), abs=1e-6)


def test_a_correlation_of_too_few_levels_is_none_at_all(pack: Pack) -> None:
    kept = iter(range(FEWEST - 1))
    few = but_for(lambda a, d, t: d == "data_quality" and next(kept, None) is None)
    run = run_golden(pack, KnowingPanel(pack, few, half=HALF))
    assert by_part(run)["dimension_r"].keys() == {one.id for one in pack.dimensions}
    assert math.isnan(by_part(run)["dimension_r"]["data_quality"])

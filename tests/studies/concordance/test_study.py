"""The study as a whole: what is told, what is not, ceiling, n needed, disagreements."""

from __future__ import annotations

import json
import math

import pytest
from tests.studies.concordance.made import drawn, sample

from evenhand.studies.concordance import Decision, Score, lines_of, study
from evenhand.studies.concordance.disagreeing import disagreements
from evenhand.studies.concordance.planning import (
    expected_table,
    half_for_auc,
    needed_for_auc,
    needed_for_kappa,
)


def test_a_study_tells_every_figure_within_its_interval() -> None:
    result = study(*drawn(80, judges=2))
    assert (result.candidates, result.decisions, result.judges) == (80, 160, 2)
    for one in (result.kappa, result.auc, result.tau_b, result.expected_kappa):
        assert one.low <= one.value <= one.high
    assert result.table.n == 160
    assert json.loads(json.dumps(result.as_dict()))["kappa"]["value"] == result.kappa.value
    assert any(line.startswith("kappa ") for line in lines_of(result))


def test_sides_drawn_by_chance_agree_less_than_sides_taken_as_known() -> None:
    result = study(*drawn(200))
    assert result.expected_kappa.value < result.kappa.value
    sure = [Score(one.candidate, float(one.p_bar >= 0.5)) for one in drawn(200)[0]]
    known = study(sure, drawn(200)[1])
    assert known.expected_kappa.value == pytest.approx(known.kappa.value)
    assert known.expected_kappa.low == pytest.approx(known.expected_kappa.high)


@pytest.mark.parametrize(
    ("yes", "no", "told"), [(5, 15, True), (4, 40, False), (10, 9, False), (0, 30, False)]
)
def test_too_few_are_not_told_but_counted_and_listed(yes: int, no: int, told: bool) -> None:
    scores = [Score(f"c{k}", (k + 1) / (yes + no + 1)) for k in range(yes + no)]
    decisions = [Decision(f"c{k}", "ann", k < yes) for k in range(yes + no)]
    result = study(scores, decisions)
    assert (result.kappa.value is not None) == told == (result.parts is not None)
    assert result.kappa.why == ("" if told else "too_few")
    assert result.table.n == yes + no
    assert result.disagreements
    assert any("too few to say" in line for line in lines_of(result))


def test_who_has_only_a_score_or_only_a_decision_is_counted_apart() -> None:
    scores, decisions = drawn(30)
    result = study(scores[:25], decisions[3:])
    assert (result.candidates, result.without_score, result.without_decision) == (22, 5, 3)


def test_nobody_at_all_is_a_study_of_nobody() -> None:
    result = study([], [])
    assert result.candidates == 0
    assert math.isnan(result.advanced)
    assert result.as_dict()["advanced"] is None
    assert list(lines_of(result))


def test_the_order_of_lines_changes_nothing() -> None:
    scores, decisions = drawn(60, judges=2)
    assert study(scores, decisions).as_dict() == study(scores[::-1], decisions[::-1]).as_dict()


def test_the_ceiling_is_of_those_whom_two_judged_in_both_orders() -> None:
    scores, decisions = drawn(60, judges=2)
    result = study(scores, [one for one in decisions if one.judge == "judge 0"])
    assert result.ceiling is None
    both = study(scores, decisions).ceiling
    assert (both.candidates, both.pairs) == (60, 60)
    swapped = [
        Decision(d.candidate, {"judge 0": "judge 1", "judge 1": "judge 0"}[d.judge], d.advance)
        for d in decisions
    ]
    assert study(scores, swapped).ceiling == both
    assert both.gap.value == pytest.approx(both.panel.value - both.kappa.value)
    assert both.share == pytest.approx(both.panel.value / both.kappa.value)


def test_twenty_judges_of_a_candidate_are_enough_to_make_pairs_of() -> None:
    scores, decisions = drawn(25, judges=30)
    found = study(scores, decisions).ceiling
    assert (found.candidates, found.pairs) == (25, 25 * 190)
    assert study(*drawn(25, judges=3)).ceiling.pairs == 25 * 3


def test_a_panel_that_is_one_of_the_people_has_no_gap() -> None:
    _, decisions = drawn(80, judges=3)
    # Who says what the first of three says: as near to the others as the first is.
    scores = [Score(d.candidate, 0.9 if d.advance else 0.1) for d in decisions[::3]]
    others = [d for d in decisions if d.judge != "judge 0"]
    gap = study(scores, others).ceiling.gap
    assert gap.low < 0 < gap.high


def test_few_judged_by_two_have_no_ceiling_to_tell() -> None:
    scores, decisions = drawn(60)
    twice = [*decisions, *(Decision(d.candidate, "bo", d.advance) for d in decisions[:10])]
    found = study(scores, twice).ceiling
    assert (found.candidates, found.kappa.why) == (10, "too_few")


def test_sureness_makes_the_ceilings_auc_finer() -> None:
    scores, decisions = drawn(60, judges=2)
    sure = [
        Decision(d.candidate, d.judge, d.advance, 0.9 if k % 3 else 0.2)
        for k, d in enumerate(decisions)
    ]
    assert study(scores, sure).ceiling.auc.value != study(scores, decisions).ceiling.auc.value


@pytest.mark.parametrize(("n", "half"), [(100, 0.092), (200, 0.065), (400, 0.046)])
def test_the_precision_of_the_auc_is_the_planned_one(n: int, half: float) -> None:
    # AUC .85, three of ten advanced, 95 %.
    assert half_for_auc(0.85, 0.3, n, 0.95) == pytest.approx(half, abs=6e-4)
    assert needed_for_auc(0.85, 0.3, half, 0.95) == pytest.approx(n, rel=0.02)


@pytest.mark.parametrize(("n", "half"), [(100, 0.174), (200, 0.123), (400, 0.087)])
def test_the_precision_of_kappa_is_the_planned_one(n: int, half: float) -> None:
    assert needed_for_kappa(expected_table(0.6, 0.3, 0.3), half, 0.95) == pytest.approx(n, rel=0.03)


def test_the_n_that_is_needed_gives_about_the_precision_wanted() -> None:
    scores, decisions = drawn(2000, seed=8)
    needed = study(scores[:200], decisions[:200], wanted=0.07).needed
    again = study(scores[: needed.kappa], decisions[: needed.kappa])
    assert again.kappa.half == pytest.approx(0.07, abs=0.012)


def test_disagreements_come_the_most_surprising_first_with_who_said_what() -> None:
    one = sample([0.9, 0.6, 0.2, 0.8], [False, False, True, True])
    found = disagreements(one, 0.5)
    assert [each.candidate for each in found] == ["c0000", "c0002", "c0001"]
    # -log2(1 - .9) = 3.32 bits; -log2(.2) = 2.32; -log2(1 - .6) = 1.32.
    assert [round(each.surprise, 2) for each in found] == [3.32, 2.32, 1.32]
    assert found[0].not_advance == ("ann",)
    assert found[1].advance == ("ann",)


def test_another_cut_is_another_side() -> None:
    scores, decisions = drawn(80)
    usual, strict = study(scores, decisions), study(scores, decisions, cut=0.8)
    assert strict.table.panel_only < usual.table.panel_only

"""Answers of one person are read by one panel, whatever happens while they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from inspect import unwrap
from pathlib import Path

import pytest
from tests.held import HeldOf
from tests.panels import PlainPanel

from evenhand.hiring.errors import SittingError
from evenhand.hiring.models import Application, EstimateRow, Reading, Sitting
from evenhand.hiring.openings.withdrawing import take_back, withdraw
from evenhand.hiring.record.services import export_ledger
from evenhand.hiring.scoring.services import answers_in_order, estimate_sitting
from evenhand.hiring.sittings import services
from evenhand.judges.values import PanelResult
from evenhand.rubric import Prompt
from evenhand.studies.replaying import replay_bundle
from evenhand.work import score

MID = frozenset({("models.example", "mid-1")})


@pytest.fixture
def told(application: Application, now: datetime) -> Sitting:
    """Charlie, told of the model, has handed in."""
    sitting = application.sitting
    facts = {"sent_to": [list(one) for one in MID]}
    services.begin(sitting=sitting, notice_version="1", consent=True, now=now, told=facts)
    for prompt in sitting.prompts:
        sitting.answers.create(prompt=prompt, text=f"I would try {prompt}.", saved_at=now)
    services.submit(sitting=sitting, now=now)
    return sitting


@pytest.fixture
def held(told: Sitting, monkeypatch: pytest.MonkeyPatch) -> HeldOf:
    """What the worker holds, and its steps as plain functions."""
    held = HeldOf(told, MID)
    monkeypatch.setattr(score, "HELD", held)
    return held


def run(sitting: Sitting, after_first: Callable[[], None] = lambda: None) -> None:
    ids = answers_in_order(sitting.pk)
    for number, answer_id in enumerate(ids):
        unwrap(score.read_one)(str(sitting.pk), answer_id)
        if number == 0:
            after_first()
    unwrap(score.estimate_all)(str(sitting.pk))


def name_judges(panel: PlainPanel, prefix: str) -> None:
    """Call a panel's judges otherwise than those of the others."""
    plain = panel.judge

    def judge(prompt: Prompt, given: str, **further: float) -> PanelResult:
        result = plain(prompt, given, **further)
        scores = tuple(
            replace(
                score,
                verdicts=tuple(
                    replace(one, judge=f"{prefix} {one.judge}") for one in score.verdicts
                ),
            )
            for score in result.scores
        )
        return replace(result, scores=scores)

    panel.judge = judge  # type: ignore[method-assign]


def versions() -> set[str]:
    return set(Reading.objects.values_list("panel_version", flat=True))


def test_whose_candidate_withdraws_while_it_is_read_is_read_no_further(
    told: Sitting, held: HeldOf, now: datetime
) -> None:
    application = told.application

    def leave() -> None:
        withdraw(application=application, by_link=application.invitations.get(), now=now)

    with pytest.raises(SittingError, match="has withdrawn"):
        run(told, leave)
    assert Reading.objects.count() == 1
    take_back(application=application, now=now)
    run(told)
    told.refresh_from_db()
    assert told.state == Sitting.State.SCORED


def test_no_further_answer_is_read_once_its_candidate_withdraws_in_one_step(
    told: Sitting, held: HeldOf, now: datetime
) -> None:
    application, plain = told.application, held.active.judge

    def judge(prompt: Prompt, given: str, **further: float) -> PanelResult:
        withdraw(application=application, by_link=application.invitations.get(), now=now)
        return plain(prompt, given, **further)

    held.active.judge = judge  # type: ignore[method-assign]
    with pytest.raises(SittingError, match="has withdrawn"):
        unwrap(score.estimate_all)(str(told.pk))
    assert Reading.objects.count() == 1


def test_who_withdraws_before_the_estimate_is_not_estimated(
    told: Sitting, held: HeldOf, now: datetime
) -> None:
    for answer_id in answers_in_order(told.pk):
        unwrap(score.read_one)(str(told.pk), answer_id)
    application = told.application
    withdraw(application=application, by_link=application.invitations.get(), now=now)
    estimate_sitting(told.pk, held.active, now)
    told.refresh_from_db()
    assert told.state == Sitting.State.SUBMITTED
    assert not EstimateRow.objects.exists()


def test_who_agreed_is_read_by_the_active_panel(told: Sitting, held: HeldOf) -> None:
    run(told)
    assert versions() == {held.active.version}
    assert not held.embedded.calls


@pytest.mark.parametrize("becomes", ["embedded", "other"])
def test_a_panel_that_is_gone_in_the_middle_reads_nothing_and_another_reads_all(
    told: Sitting, held: HeldOf, becomes: str, tmp_path: Path, now: datetime
) -> None:
    def change() -> None:
        other = PlainPanel(held.active._pack)
        other.name, other.version = "careful", "d" * 64
        other.sends_to = MID
        held.active = held.embedded if becomes == "embedded" else other

    name_judges(held.active, "llm")
    run(told, after_first=change)
    assert versions() == {held.active.version}
    assert len(held.active.calls) == len(told.prompts)
    told.refresh_from_db()
    assert told.state == Sitting.State.SCORED
    (made_with,) = set(EstimateRow.objects.values_list("components_version", flat=True))
    assert made_with == held.active.components.version
    # What was dropped is still in the record, and an auditor's recomputation knows that.
    export_ledger(tmp_path / "ledger.jsonl", now)
    # (These judges make up the scores of answers, which is no matter here.)
    found = replay_bundle(tmp_path / "ledger.jsonl").differences
    assert [str(one) for one in found if "verdict" in one.what] == []


def test_a_panel_that_becomes_active_in_the_middle_does_not_read_who_was_begun_by_the_embedded(
    told: Sitting, held: HeldOf
) -> None:
    llm, held.active = held.active, held.embedded

    def change() -> None:
        held.active = llm

    run(told, after_first=change)
    assert versions() == {held.embedded.version}
    assert not llm.calls

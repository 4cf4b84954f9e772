"""An answer and its follow-up are read as one, and what was read can be recomputed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from tests.hiring.judging.calls import gate_calls
from tests.measured_panel import MeasuredPanel
from tests.panels import PlainPanel

from evenhand.hiring.judging.comparing import compare
from evenhand.hiring.models import (
    Answer,
    EstimateRow,
    LedgerEntry,
    Opening,
    Organisation,
    Reading,
    Sitting,
    VerdictRow,
    Worker,
)
from evenhand.hiring.openings import erasing
from evenhand.hiring.openings.erasing import erase_due
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.reading import SEAM, read_whole
from evenhand.hiring.probes.services import choose_probe, finish, take_waiting
from evenhand.hiring.record.services import export_ledger
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.services import submit
from evenhand.judges import Panel
from evenhand.studies.replaying import replay_bundle

from .conftest import Write

PROMPT = "eval_search"
FIRST, AFTER = "I would look at the data first.", "Two hundred labelled queries."


def sit(
    sitting: Sitting, write: Write, panel: PlainPanel, now: datetime, after: str | None
) -> Answer:
    """Answer every prompt and the follow-up to the first, hand in, and let the panel read."""
    for prompt in sitting.prompts:
        write(prompt, FIRST)
    finish(sitting=sitting, prompt=PROMPT, now=now)
    choice = take_waiting()
    assert choice is not None
    choose_probe(choice, cast(Panel, panel), lambda: now)
    if after is not None:
        write(choice.probe, after)
    submit(sitting=sitting, now=now)
    for prompt in sitting.prompts:
        read_answer(sitting.answers.get(prompt=prompt).pk, cast(Panel, panel), now)
    estimate_sitting(sitting.pk, cast(Panel, panel), now)
    return Answer.objects.get(sitting=sitting, prompt=PROMPT)


@pytest.fixture
def measured(opening: Opening) -> MeasuredPanel:
    return MeasuredPanel(pack_of(opening.pack_id))


def test_the_panel_reads_both_as_one_answer_to_the_prompt(
    sitting: Sitting, write: Write, worker: Worker, measured: MeasuredPanel, now: datetime
) -> None:
    answer = sit(sitting, write, measured, now, AFTER)
    pack = pack_of(sitting.application.opening.pack_id)
    whole = read_whole(answer, pack)
    follow_up = Answer.objects.get(follows=PROMPT)
    assert whole.text == f"{FIRST}{SEAM}{AFTER}"
    assert whole.prompt.id == PROMPT
    probe = next(p for p in pack.probes if p.id == follow_up.prompt)
    assert whole.prompt.text == f"{pack.prompt(PROMPT).text}\n\n{probe.text}"
    expected = measured.judge(whole.prompt, whole.text).scores[0].verdicts
    levels = VerdictRow.objects.filter(answer=answer).values_list("judge", "level")
    assert dict(levels) == {v.judge: v.level for v in expected}
    assert not Reading.objects.filter(answer=follow_up).exists()


def test_a_follow_up_that_is_left_empty_changes_nothing(
    sitting: Sitting, write: Write, worker: Worker, measured: MeasuredPanel, now: datetime
) -> None:
    answer = sit(sitting, write, measured, now, " \n")
    whole = read_whole(answer, pack_of(sitting.application.opening.pack_id))
    assert (whole.text, whole.follow_up) == (FIRST, None)
    alone = measured.judge(whole.prompt, FIRST).scores[0].verdicts
    levels = VerdictRow.objects.filter(answer=answer).values_list("judge", "level")
    assert dict(levels) == {v.judge: v.level for v in alone}


def test_a_bundle_with_follow_ups_replays(
    sitting: Sitting,
    write: Write,
    worker: Worker,
    measured: MeasuredPanel,
    now: datetime,
    tmp_path: Path,
) -> None:
    sit(sitting, write, measured, now, AFTER)
    assert EstimateRow.objects.exists()
    export_ledger(tmp_path / "bundle", now)
    replayed = replay_bundle(tmp_path / "bundle")
    assert replayed.ok, replayed.lines()
    assert replayed.scores == 5
    read = LedgerEntry.objects.filter(action="answer.read", facts__prompt=PROMPT).get()
    follow_up = Answer.objects.get(follows=PROMPT)
    assert read.facts["follow_up"]["answer"] == str(follow_up.pk)


def test_a_panel_that_is_tried_reads_them_as_one_answer_too(
    sitting: Sitting, write: Write, worker: Worker, measured: MeasuredPanel, now: datetime
) -> None:
    sit(sitting, write, measured, now, AFTER)
    measured.calls.clear()
    pack_hash = sitting.application.opening.pack_id
    found = compare(
        pack_hash,
        pack_of(pack_hash),
        cast(Panel, measured),
        organisation=Organisation.objects.get().pk,
        calls=gate_calls(sitting.application.opening, now),
    )
    assert sorted(measured.calls) == sorted(sitting.prompts)
    assert found.people == 1
    assert list(found.flips.values()) == [()]


def test_erasing_forgets_what_was_said_of_both_together(
    sitting: Sitting,
    write: Write,
    worker: Worker,
    measured: MeasuredPanel,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sit(sitting, write, measured, now, AFTER)
    forgotten: list[str] = []
    monkeypatch.setattr(erasing, "forget_replies", lambda texts, *_: forgotten.extend(texts))
    assert erase_due(now + timedelta(days=400)) == 1
    assert f"{FIRST}{SEAM}{AFTER}" in forgotten
    assert FIRST in forgotten

"""A gate lets a panel that routes ask whom it would have asked as the answers were handed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from tests.hiring.judging.llm_panels import answering, panel_asking
from tests.judges.llm.servers import FaultServer

from evenhand.hiring.judging.comparing import compare
from evenhand.hiring.judging.gate_calls import GateCalls
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.models import Opening, Sitting, User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scoring.services import answers_in_order, estimate_sitting, read_answer
from evenhand.hiring.sittings.agreed import AGREED
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.routing import Rule
from evenhand.judges.llm.values import Cause, Decision
from evenhand.rubric import Pack
from evenhand.studies.golden import run_golden

RULE = Rule(bar=5.0, margin=0.0, most_unresolved=100, order=("llm-0", "llm-1"))
"""By its own bar the second judge is asked about other answers than by the opening's."""
BAR = 2.6
WORDS = "Treacherous words about"


class Overheard(list[tuple[Decision, ...]]):
    """Who was asked about each answer, and why, while a panel reads."""

    def __init__(self, panel: LLMPanel, monkeypatch: pytest.MonkeyPatch) -> None:
        judge = panel.judge

        def listen(*given: Any, **more: Any) -> Any:
            result = judge(*given, **more)
            if result.decisions:
                self.append(result.decisions)
            return result

        monkeypatch.setattr(panel, "judge", listen)

    def take(self) -> list[tuple[Decision, ...]]:
        """Return what was heard since the last time."""
        heard = list(self)
        self.clear()
        return heard


@pytest.fixture
def panel(pack: Pack) -> Iterator[LLMPanel]:
    with FaultServer(answering(pack)) as cheap, FaultServer(answering(pack)) as costly:
        made = panel_asking(pack, cheap, costly, rule=RULE)
        yield made
        made.close()


def test_the_gate_asks_whom_scoring_asked_for_the_same_reasons(
    sitting: Sitting, panel: LLMPanel, pack: Pack, opening: Opening, alice: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Opening.objects.filter(pk=opening.pk).update(bar=BAR)
    record(
        AGREED, subject_of(sitting), actor="application:x",
        facts={"sent_to": [list(one) for one in panel.sends_to]}, now=now,
    )  # fmt: skip
    for prompt in sitting.prompts:
        text = f"{WORDS} {prompt}, and logs of queries that got worse."
        save(
            sitting=sitting, prompt=prompt, text=text, base_revision=0, tab="one",
            replace=False, now=now,
        )  # fmt: skip
    submit(sitting=sitting, now=now)
    # What routing decides about the canary is another matter.
    monkeypatch.setattr("evenhand.hiring.scoring.services.canary_flags", lambda *_: [])
    heard = Overheard(panel, monkeypatch)
    for answer in answers_in_order(sitting.pk):
        read_answer(answer, panel, now)
    estimate_sitting(sitting.pk, panel, now)
    scored = heard.take()
    causes = {one.cause for answer in scored for one in answer}
    assert {Cause.FIRST, Cause.STRADDLES, Cause.CLEAR} <= causes
    run = ask_for_gate(pack=opening.pack, panel="both", by=alice, now=now)
    found = compare(
        opening.pack_id, pack, panel, organisation=opening.organisation_id,
        calls=GateCalls(run, lambda: now),
    )  # fmt: skip
    assert (found.people, found.left_out) == (1, 0)
    assert heard.take() == scored


def test_golden_answers_are_read_by_the_bar_of_the_pack_and_where_their_author_stands(
    panel: LLMPanel, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Overheard(panel, monkeypatch)
    author = pack.golden[0].author
    theirs = [one for one in pack.golden if one.author == author]
    few = replace(pack, golden=tuple(replace(one, text=f"{WORDS} {one.id}") for one in theirs))
    run_golden(few, panel)
    once = heard[: len(theirs)]
    said = {one.dimension: one.reason for answer in once for one in answer if one.judge == "llm-1"}
    assert all(f"the bar {pack.bar:g}" in reason for reason in said.values())
    # The same levels again and again: the interval is the person's, and narrows from reading to
    # reading, while that of each answer by itself would stay as it is.
    asked = [one for answer in once for one in answer if one.judge == "llm-1"]
    assert len({one.reason for one in asked}) > 1

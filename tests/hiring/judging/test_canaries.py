"""Canaries: kept by judge, paid for by the opening, and in the ledger where their outcome turns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.hiring.judging.llm_panels import answering, panel_asking, rest
from tests.judges.llm.servers import FaultServer, Handler

from evenhand.hiring.judging.accounts import costs_of, months_of
from evenhand.hiring.judging.canaries import CanaryLine, canary_flags, canary_lines
from evenhand.hiring.judging.queries import replies_of
from evenhand.hiring.judging.spending import PICOS, set_budget, spent_in
from evenhand.hiring.models import (
    Application,
    CanaryReading,
    JudgeCall,
    LedgerEntry,
    Opening,
    Reading,
    Sitting,
    User,
)
from evenhand.hiring.scoring.services import read_answer
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.judges.canary import (
    AGAIN,
    KNOWN_WORST,
    LASTS,
    PANEL,
    CanaryRead,
    forget_canary,
    read_canary,
)
from evenhand.judges.llm.account import Account
from evenhand.judges.llm.panel import LLMPanel
from evenhand.rubric import Pack, Prompt


class Mood:
    """A model that likes whatever begins with the canary's words, or nothing."""

    def __init__(self, pack: Pack) -> None:
        self.likes = self.away = False
        self.good = answering(pack, 4, KNOWN_WORST[:40])
        self.bad = answering(pack, 1, KNOWN_WORST[:40])

    def __call__(self, handler: Handler, body: dict[str, object]) -> None:
        if self.away:
            return handler.send(503, b"{}")
        (self.good if self.likes else self.bad)(handler, body)
        return None


@pytest.fixture
def mood(pack: Pack) -> Mood:
    return Mood(pack)


@pytest.fixture
def panel(pack: Pack, mood: Mood) -> Iterator[LLMPanel]:
    with FaultServer(mood) as server:
        # By itself, one judge that nothing is known of pulls no panel down to 1.
        made = panel_asking(pack, server, embedded=True)
        yield made
        made.close()


def lines_of(application: Application) -> list[CanaryLine]:
    return canary_lines(Opening.objects.all(), application.pack)


def test_a_canarys_calls_are_the_openings_and_no_candidates(
    sitting: Sitting, panel: LLMPanel, pack: Pack, opening: Opening, now: datetime
) -> None:
    first = sitting.prompts[0]
    save(
        sitting=sitting, prompt=first, text="Words about search, and logs.",
        base_revision=0, tab="one", replace=False, now=now,
    )  # fmt: skip
    submit(sitting=sitting, now=now)
    read_answer(sitting.answers.get(prompt=first).pk, panel, now)
    dimensions = len(pack.prompt(first).dimensions)
    calls = JudgeCall.objects.filter(kind="canary")
    assert calls.count() == dimensions
    assert {(one.application, one.answer_id) for one in calls} == {(None, None)}
    found = costs_of(Opening.objects.all(), "2026-03")
    assert found.for_people + found.for_canaries == found.total
    assert found.for_canaries.calls == found.for_people.calls == dimensions
    assert found.candidates == 1
    assert found.per_candidate == found.for_people.micros
    # Every way to add up has them in it.
    assert spent_in(opening, "2026-03") == found.total.micros
    assert sum(found.by_opening.values(), Account()) == found.total
    assert [line.micros for line in months_of(Opening.objects.all())] == [found.total.micros]
    told = LedgerEntry.objects.get(action="answer.read").facts["calls"]
    assert Decimal(told["micros"]) == found.for_people.micros


def test_a_judge_that_likes_the_canary_is_told_of_once_until_it_does_no_more(
    application: Application, panel: LLMPanel, mood: Mood, prompt: Prompt, now: datetime
) -> None:
    for likes in (True, True, False, False):
        mood.likes = likes
        flags = canary_flags(panel, application, prompt, now)
        assert [flag.code for flag in flags if "llm-0" in flag.detail] == ["canary"] * likes
        assert bool(flags) == likes
        # Once more costs nothing: this process knows.
        before = JudgeCall.objects.count()
        assert canary_flags(panel, application, prompt, now) == flags
        assert JudgeCall.objects.count() == before
        forget_canary(panel, prompt)
        now = now.replace(minute=now.minute + 1)
    entries = LedgerEntry.objects.filter(action__startswith="canary.").order_by("seq")
    assert [one.action for one in entries] == ["canary.failed", "canary.passed"]
    assert entries[0].facts["prompt"] == prompt.id
    assert ["llm-0", "eval_discipline", 4.0] in entries[0].facts["failed"]
    lines = {one.judge: one for one in canary_lines(Opening.objects.all(), application.pack)}
    assert set(lines) == {PANEL, *panel.judges}
    assert lines["coverage"].failed == 0
    assert (lines["llm-0"].read, lines["llm-0"].failed) == (4, 2)
    assert lines["llm-0"].last_failed is not None
    assert lines["llm-0"].last_failed < lines["llm-0"].last


def test_a_hard_limit_keeps_the_canary_from_costing_and_it_is_read_another_time(
    application: Application, panel: LLMPanel, mood: Mood, prompt: Prompt, opening: Opening,
    alice: User, now: datetime,
) -> None:  # fmt: skip
    set_budget(opening=opening, soft=None, hard=Decimal(0), by=alice, now=now)
    assert canary_flags(panel, application, prompt, now) == []
    assert not JudgeCall.objects.exists()
    assert not CanaryReading.objects.exists()
    set_budget(opening=opening, soft=None, hard=None, by=alice, now=now)
    mood.likes = True
    assert canary_flags(panel, application, prompt, now)
    assert JudgeCall.objects.get().picos / PICOS == spent_in(opening, "2026-03")


def test_a_judge_that_was_out_of_reach_has_not_passed_and_is_asked_again(
    application: Application, panel: LLMPanel, mood: Mood, prompt: Prompt, now: datetime
) -> None:
    mood.likes, mood.away = True, True
    assert canary_flags(panel, application, prompt, now) == []
    assert CanaryReading.objects.get(judge="llm-0").highest is None
    mood.away = False
    rest(panel)
    assert canary_flags(panel, application, prompt, now.replace(minute=now.minute + 1))


def test_while_a_judge_is_out_of_reach_no_other_is_counted_again_for_what_it_said_once(
    application: Application, panel: LLMPanel, mood: Mood, prompt: Prompt, now: datetime
) -> None:
    mood.away = True
    for second in range(0, 60, 5):
        canary_flags(panel, application, prompt, now + timedelta(seconds=second))
    calls = JudgeCall.objects.filter(kind="canary").count()
    assert calls == len(prompt.dimensions)
    read = {(one.judge, one.read, one.abstained) for one in lines_of(application)}
    others = {*panel.judges, PANEL} - {"llm-0"}
    assert read == {("llm-0", 1, 1), *((judge, 1, 0) for judge in others)}
    # A minute later it is asked again, and what it says goes with what the others said.
    mood.away = False
    rest(panel)
    canary_flags(panel, application, prompt, now + AGAIN)
    assert JudgeCall.objects.filter(kind="canary").count() == 2 * calls
    assert {(one.read, one.abstained) for one in lines_of(application)} == {(1, 0)}


def test_an_opening_that_kept_a_canary_without_a_judge_keeps_what_it_says_when_it_is_back(
    application: Application, second: Application, panel: LLMPanel, mood: Mood, prompt: Prompt,
    now: datetime,
) -> None:  # fmt: skip
    mood.likes, mood.away = True, True
    for one in (application, second):
        assert canary_flags(panel, one, prompt, now) == []
    mood.away = False
    rest(panel)
    for one in (second, application):
        assert canary_flags(panel, one, prompt, now + AGAIN)
    highest = CanaryReading.objects.filter(judge="llm-0").values_list("highest", "failed")
    assert list(highest) == [(4.0, True), (4.0, True)]
    told = LedgerEntry.objects.filter(action="canary.failed").values_list("subject", flat=True)
    assert set(told) == {f"opening:{one.opening_id}" for one in (application, second)}


def test_where_a_limit_keeps_one_judge_from_being_asked_the_others_count_once(
    application: Application, pack: Pack, mood: Mood, prompt: Prompt, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with FaultServer(mood) as server:
        panel = panel_asking(pack, server, embedded=True)
        # As where the money is enough for one question of two.
        monkeypatch.setattr(CanaryRead, "complete", False)
        for _answer in range(3):
            canary_flags(panel, application, prompt, now)
        panel.close()
    assert {one.read for one in lines_of(application)} == {1}


def test_a_canary_that_could_not_be_kept_is_read_again(
    application: Application,
    panel: LLMPanel,
    prompt: Prompt,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("evenhand.hiring.judging.canaries.note_limits", broken)
        with pytest.raises(OSError, match="full"):
            canary_flags(panel, application, prompt, now)
    assert not CanaryReading.objects.exists()
    canary_flags(panel, application, prompt, now)
    assert CanaryReading.objects.filter(judge="llm-0").count() == 1
    assert not Reading.objects.exists()


def test_the_canary_is_paid_for_again_when_its_time_is_over_and_no_sooner(
    application: Application, panel: LLMPanel, mood: Mood, prompt: Prompt, opening: Opening,
    now: datetime,
) -> None:  # fmt: skip
    spent = []
    for moment in (now, now, now + LASTS):
        assert bool(canary_flags(panel, application, prompt, moment)) == mood.likes
        spent.append(spent_in(opening, "2026-03"))
        mood.likes = len(spent) == 2
    assert spent == [spent[0], spent[0], 2 * spent[0]]
    assert spent[0] > 0
    assert LedgerEntry.objects.filter(action="canary.failed").count() == 1


def test_what_a_killed_worker_paid_for_a_canary_is_put_down_before_it_is_written_over(
    application: Application, pack: Pack, mood: Mood, prompt: Prompt, opening: Opening,
    now: datetime, settings: Any, tmp_path: Path,
) -> None:  # fmt: skip
    settings.JUDGE_REPLIES = tmp_path
    with FaultServer(mood) as server:
        panel = panel_asking(pack, server, cache=replies_of(opening.organisation_id))
        read_canary(panel, prompt, now)  # and here the worker is killed
        forget_canary(panel, prompt)
        canary_flags(panel, application, prompt, now + LASTS)
        panel.close()
        assert len(server.seen) == 2 * len(prompt.dimensions)
    calls = JudgeCall.objects.filter(kind="canary", cache_hit=False)
    assert calls.count() == 2 * len(prompt.dimensions)
    assert sum(one.picos for one in calls) / PICOS == spent_in(opening, "2026-03") > 0

"""Calls to models: kept with the verdicts, held against a budget, and gone where they must go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError
from tests.hiring.judging.llm_panels import answering, panel_asking
from tests.judges.llm.servers import Act, FaultServer, Handler, fails, says

from evenhand.hiring.errors import BudgetError
from evenhand.hiring.judging.spending import (
    PICOS,
    keep_cut_off,
    purse_of,
    set_budget,
    spent_in,
)
from evenhand.hiring.models import (
    Budget,
    JudgeCall,
    JudgeSkip,
    LedgerEntry,
    Opening,
    Reading,
    Sitting,
    User,
    VerdictRow,
)
from evenhand.hiring.openings.erasing import erase_due, erase_now
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.judges.llm.caching import answer_hash
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.routing import Rule
from evenhand.judges.screening import screen
from evenhand.judges.values import PanelResult
from evenhand.rubric import Pack

CALL_PICOS = 400 * 1_000_000 + 600 * 100_000 + 100 * 10_000_000
"""Of a reply of the fault server: 400 tokens at 1, 600 at 0.1 and 100 at 10 a million."""


@pytest.fixture
def replies(settings: LazySettings, tmp_path: Path) -> Path:
    settings.JUDGE_REPLIES = tmp_path
    return tmp_path


@pytest.fixture
def handed_in(sitting: Sitting, now: datetime) -> Sitting:
    """Two answers with text, the others empty."""
    for prompt in sitting.prompts[:2]:
        save(
            sitting=sitting, prompt=prompt, text=f"Treacherous words about {prompt}, and logs.",
            base_revision=0, tab="one", replace=False, now=now,
        )  # fmt: skip
    submit(sitting=sitting, now=now)
    return sitting


@pytest.fixture
def panel(pack: Pack) -> Iterator[Callable[..., LLMPanel]]:
    """Make panels of one judge for each act; servers and panels end with the test."""
    servers: list[FaultServer] = []
    panels: list[LLMPanel] = []

    def make(*acts: Act, **settings: object) -> LLMPanel:
        new = [FaultServer(act) for act in acts]
        for server in new:
            server.__enter__()
        servers.extend(new)
        panels.append(panel_asking(pack, *new, **settings))  # type: ignore[arg-type]
        return panels[-1]

    yield make
    for one in panels:
        one.close()
    for server in servers:
        server.__exit__()


def first(sitting: Sitting) -> object:
    return sitting.answers.get(prompt=sitting.prompts[0])


def read_all(sitting: Sitting, panel: LLMPanel, now: datetime) -> None:
    for prompt in sitting.prompts:
        read_answer(sitting.answers.get(prompt=prompt).pk, panel, now)


def test_every_call_is_kept_with_what_it_took_and_the_ledger_has_the_sums(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, now: datetime
) -> None:
    read_answer(first(handed_in).pk, panel(answering(pack), answering(pack)), now)
    calls = list(JudgeCall.objects.filter(kind="answer"))
    assert len(calls) == 2 * len(pack.prompt(handed_in.prompts[0]).dimensions)
    assert {(c.prompt_tokens, c.cached_tokens, c.output_tokens) for c in calls} == {
        (1000, 600, 100)
    }
    assert {(c.picos, c.month, c.outcome) for c in calls} == {(CALL_PICOS, "2026-03", "ok")}
    said = LedgerEntry.objects.get(action="answer.read").facts["calls"]
    assert said["calls"] == len(calls)
    assert Decimal(said["micros"]) * PICOS == sum(c.picos for c in calls)


def test_a_reading_that_is_rolled_back_has_cost_its_calls_and_the_next_try_none(
    handed_in: Sitting,
    panel: Callable[..., LLMPanel],
    pack: Pack,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IntegrityError("the ledger is gone")

    asked = panel(answering(pack), cache=tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("evenhand.hiring.scoring.services.record", broken)
        with pytest.raises(IntegrityError):
            read_answer(first(handed_in).pk, asked, now)
    assert not Reading.objects.exists()
    paid = JudgeCall.objects.filter(kind="answer", cache_hit=False)
    before = {call.call for call in paid}
    assert len(before) == len(pack.prompt(handed_in.prompts[0]).dimensions)
    read_answer(first(handed_in).pk, asked, now)
    assert {call.call for call in paid.all()} == before
    told = LedgerEntry.objects.get(action="answer.read").facts["calls"]
    assert Decimal(told["micros"]) * PICOS == len(before) * CALL_PICOS


def test_judges_that_stay_down_abstain_and_the_sitting_is_scored_by_the_embedded_ones(
    handed_in: Sitting, panel: Callable[..., LLMPanel], now: datetime
) -> None:
    down = panel(fails(500), fails(401), embedded=True)
    read_all(handed_in, down, now)
    estimate_sitting(handed_in.pk, down, now)
    handed_in.refresh_from_db()
    assert handed_in.state == Sitting.State.SCORED
    asked = VerdictRow.objects.filter(judge__startswith="llm-", answer=first(handed_in))
    assert asked.exists()
    assert all(row.level is None and row.reason for row in asked)
    assert JudgeCall.objects.filter(abstained=True, outcome="server_error", picos=0).exists()
    assert not handed_in.answers.filter(scores__level__isnull=True).exists()


def test_calls_of_a_try_that_was_killed_are_put_down_to_the_try_that_finds_them(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, now: datetime, replies: Path
) -> None:
    answer = first(handed_in)
    prompt = pack.prompt(handed_in.prompts[0])
    keeping = panel(answering(pack), cache=replies)
    (lost,) = keeping.judge(prompt, answer.text).calls
    read_answer(answer.pk, keeping, now)
    hits = JudgeCall.objects.filter(cache_hit=True)
    paid = JudgeCall.objects.filter(cache_hit=False, kind="answer")
    assert {hit.spared for hit in hits} == {call.call for call in paid} == {lost.id}
    assert sum(call.picos for call in paid) == len(prompt.dimensions) * CALL_PICOS
    assert sum(hit.picos for hit in hits) == 0
    assert [(call.host, call.sent, call.retries) for call in paid] == [(lost.host, 1, 0)]


def receipts(folder: Path, calls: Iterable[JudgeCall]) -> int:
    """Count the files that are named by calls."""
    return sum(len(list(folder.rglob(f"*-{call.call}.json"))) for call in calls)


def test_what_was_paid_for_and_came_to_nothing_is_put_down_once_when_its_try_was_killed(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, now: datetime, replies: Path
) -> None:
    answer, each = first(handed_in), len(pack.prompt(handed_in.prompts[0]).dimensions)
    broken = panel(says("I would say 4."), cache=replies)
    broken.judge(pack.prompt(handed_in.prompts[0]), answer.text)  # and here the worker is killed
    read_answer(answer.pk, broken, now)
    paid = JudgeCall.objects.filter(kind="answer", answer=answer)
    told = {(one.outcome, one.cache_hit, one.prompt_tokens, one.retries, one.sent) for one in paid}
    assert told == {("broken", False, 2000, 1, 2)}
    assert len(paid) == 2 * each
    assert sum(one.picos for one in paid) == 4 * each * CALL_PICOS
    assert receipts(replies, paid) == 2 * each
    # Whoever looks next finds them put down: they count no second time, and the receipts go.
    keep_cut_off(handed_in.application, [answer.text], now)
    assert JudgeCall.objects.exclude(kind="canary").count() == 2 * each
    assert receipts(replies, paid) == 0


def test_a_try_that_is_killed_between_two_attempts_has_cost_the_first(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, now: datetime, replies: Path
) -> None:
    answer, prompt = first(handed_in), pack.prompt(handed_in.prompts[0])
    (dimension,) = prompt.dimensions
    tries: list[int] = []

    def once_good(handler: Handler, body: dict[str, Any]) -> None:
        tries.append(len(list(replies.rglob("*.json"))))
        (says("prose") if len(tries) == 1 else answering(pack))(handler, body)

    asked = panel(once_good, cache=replies)
    (call,) = asked.judge(prompt, answer.text).calls
    # As the second attempt was asked, the first was on the disk; the whole call has taken over.
    assert tries == [0, 1]
    assert (call.dimension, call.retries, call.prompt_tokens, call.sent) == (dimension, 1, 2000, 2)
    read_answer(answer.pk, asked, now)
    (paid,) = JudgeCall.objects.filter(cache_hit=False, kind="answer")
    assert (paid.call, paid.prompt_tokens, paid.outcome) == (call.id, 2000, "ok")


def test_a_receipt_goes_with_the_person_and_its_money_stays(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, alice: User, now: datetime,
    replies: Path,
) -> None:  # fmt: skip
    answer = first(handed_in)
    broken = panel(says("Treacherous"), cache=replies)
    broken.judge(pack.prompt(handed_in.prompts[0]), answer.text)
    assert not any("Treacherous" in file.read_text() for file in replies.rglob("*.json"))
    erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
    (kept,) = JudgeCall.objects.all()
    assert (kept.kind, kept.picos) == ("dropped", 2 * CALL_PICOS)
    assert not list(replies.rglob("*.json"))


def test_a_judge_that_routing_leaves_out_is_kept_with_the_reason(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, now: datetime
) -> None:
    easy = Rule(bar=3.5, margin=0.0, most_unresolved=100, order=("llm-0",))
    Opening.objects.update(bar=5)
    read_answer(first(handed_in).pk, panel(answering(pack), embedded=True, rule=easy), now)
    skips = JudgeSkip.objects.filter(cause="clear")
    told = LedgerEntry.objects.get(action="answer.read").facts["not_asked"]
    assert [one.reason for one in skips] == [reason for *_, reason in told]
    assert "is clear of the bar 5" in skips[0].reason


def test_a_hard_limit_stops_what_costs_and_is_in_the_record_once(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, opening: Opening, alice: User,
    now: datetime,
) -> None:  # fmt: skip
    set_budget(opening=opening, soft=None, hard=Decimal("0.0001"), by=alice, now=now)
    judge = panel(answering(pack), embedded=True, concurrency=1)
    read_all(handed_in, judge, now)
    assert 1 <= JudgeCall.objects.filter(outcome="ok").count() <= 2
    barred = VerdictRow.objects.filter(judge="llm-0", reason__contains="budget: this opening")
    assert barred.exists()
    assert Budget.objects.get().hard_reached_in == "2026-03"
    entries = LedgerEntry.objects.filter(action="budget.hard_reached")
    assert [one.facts["limit_micros"] for one in entries] == [100]


def test_a_month_begins_with_nothing_spent(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, opening: Opening, alice: User,
    now: datetime,
) -> None:  # fmt: skip
    set_budget(opening=opening, soft=Decimal("0.0001"), hard=None, by=alice, now=now)
    read_answer(first(handed_in).pk, panel(answering(pack)), now)
    assert spent_in(opening, "2026-03") * PICOS == sum(c.picos for c in JudgeCall.objects.all())
    assert purse_of(opening, now).ruling.reason
    assert not purse_of(opening, now + timedelta(days=31)).ruling.reason


def test_what_is_spent_on_one_answer_is_held_against_another_before_it_is_put_down(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, opening: Opening, alice: User,
    now: datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    set_budget(opening=opening, soft=None, hard=Decimal("0.0001"), by=alice, now=now)
    asked = panel(answering(pack), concurrency=1)
    judge, other, seen = asked.judge, panel(answering(pack), concurrency=1), []

    def meanwhile(*args: Any, **options: Any) -> PanelResult:
        result = judge(*args, **options)
        if not seen:
            seen.append(purse_of(opening, now).ruling.reason)
            assert not JudgeCall.objects.exists()
            second = handed_in.answers.get(prompt=handed_in.prompts[1])
            read_answer(second.pk, other, now)
        return result

    monkeypatch.setattr(asked, "judge", meanwhile)
    read_answer(first(handed_in).pk, asked, now)
    assert seen[0].startswith("budget: this opening in 2026-03 has spent")
    assert JudgeCall.objects.filter(outcome="ok").count() == 1
    spent = spent_in(opening, "2026-03")
    assert spent * PICOS == CALL_PICOS
    purse = purse_of(opening, now)
    assert (purse.spent, purse.limits[0][1]) == (0, spent)


@pytest.mark.parametrize(("soft", "hard"), [("-1", None), (None, "-0.5"), ("2", "1")])
def test_limits_that_cannot_be_kept_to_are_refused(
    opening: Opening, alice: User, now: datetime, soft: str | None, hard: str | None
) -> None:
    with pytest.raises(BudgetError):
        set_budget(
            opening=opening, soft=Decimal(soft) if soft else None,
            hard=Decimal(hard) if hard else None, by=alice, now=now,
        )  # fmt: skip
    assert not Budget.objects.exists()


def test_a_limit_set_below_what_is_spent_is_reached_at_once(
    handed_in: Sitting, panel: Callable[..., LLMPanel], pack: Pack, opening: Opening, alice: User,
    now: datetime,
) -> None:  # fmt: skip
    read_answer(first(handed_in).pk, panel(answering(pack)), now)
    made = set_budget(opening=opening, soft=Decimal(0), hard=None, by=alice, now=now)
    assert made.soft_reached_in == "2026-03"
    assert LedgerEntry.objects.filter(action="budget.soft_reached").count() == 1


def test_erasing_a_person_leaves_the_money_and_removes_what_judges_said(
    handed_in: Sitting,
    panel: Callable[..., LLMPanel],
    pack: Pack,
    now: datetime,
    settings: object,
    tmp_path: Path,
) -> None:
    settings.JUDGE_REPLIES = tmp_path  # type: ignore[attr-defined]
    answer = first(handed_in)
    name = answer_hash(screen(answer.text, "").text)
    said = tmp_path / name[:2] / name
    read_answer(answer.pk, panel(answering(pack), cache=tmp_path), now)
    before = [call.picos for call in JudgeCall.objects.all()]
    assert list(said.glob("*.json"))
    assert erase_due(now + timedelta(days=181)) == 1
    after = JudgeCall.objects.all()
    assert [call.picos for call in after] == before
    assert {call.answer_id for call in after} == {None}
    assert not said.exists()


def test_no_judge_sees_a_name_that_is_known_and_erasing_finds_what_was_kept_without_it(
    handed_in: Sitting,
    panel: Callable[..., LLMPanel],
    pack: Pack,
    now: datetime,
    settings: LazySettings,
    tmp_path: Path,
) -> None:
    settings.JUDGE_REPLIES = tmp_path
    answer, candidate = first(handed_in), handed_in.application.candidate
    candidate.name = f"Ada {answer.prompt}"
    candidate.save()
    seen: list[str] = []
    reply = answering(pack)

    def act(handler: Any, body: dict[str, object]) -> None:
        seen.append(str(body["messages"]))
        reply(handler, body)

    read_answer(answer.pk, panel(act, cache=tmp_path), now)
    assert not any(f"about {answer.prompt}" in one for one in seen)
    assert any("about someone" in one for one in seen)  # The canary is another one.
    name = answer_hash(screen(answer.text, "", known=candidate.known).text)
    said = tmp_path / name[:2] / name
    assert list(said.glob("*.json"))
    assert erase_due(now + timedelta(days=181)) == 1
    assert not said.exists()


def test_who_is_erased_while_judges_read_leaves_nothing_of_what_they_say_later(
    handed_in: Sitting,
    panel: Callable[..., LLMPanel],
    pack: Pack,
    alice: User,
    now: datetime,
    settings: LazySettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.JUDGE_REPLIES = tmp_path
    mine = tmp_path / alice.organisation_id.hex
    slow, answer = panel(answering(pack), cache=mine), first(handed_in)
    judge, name = slow.judge, answer_hash(screen(answer.text, "").text)

    def meanwhile(*args: Any, **options: Any) -> PanelResult:
        result = judge(*args, **options)
        if handed_in.answers.exists():
            replies = {file: file.read_text() for file in mine.rglob("*.json")}
            assert replies
            erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
            # As a judge keeps them who replies a moment later.
            for file, text in replies.items():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        return result

    monkeypatch.setattr(slow, "judge", meanwhile)
    read_answer(answer.pk, slow, now)
    assert not (mine / name[:2] / name).exists()

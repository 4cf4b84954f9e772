"""What a gate's calls cost: in the account once each, whatever becomes of the run and of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from tests.hiring.judging.calls import call, gate_calls
from tests.hiring.judging.llm_panels import answering, panel_asking
from tests.judges.llm.servers import FaultServer, says
from tests.panels import PlainPanel
from tests.rated import rated
from tests.studies.knowing import KnowingPanel

from evenhand.hiring.compliance.counting import Span, count
from evenhand.hiring.judging.accounts import call_facts, cost_of_run, costs_of, months_of, row_of
from evenhand.hiring.judging.gate_calls import GateCalls
from evenhand.hiring.judging.outside import sent_by_month
from evenhand.hiring.judging.services import ask_for_gate, make_gate_run
from evenhand.hiring.judging.spending import PICOS, purse_of, set_budget, spent_in
from evenhand.hiring.models import (
    Answer,
    Application,
    Budget,
    GateRun,
    JudgeCall,
    LedgerEntry,
    Opening,
    User,
)
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.openings.packs import pack_of
from evenhand.judges import AnyPanel, JudgeError
from evenhand.judges.llm.account import Account, accounts
from evenhand.judges.llm.caching import CacheKey, ReplyCache, kept_from
from evenhand.judges.llm.values import Call, Outcome
from evenhand.judges.values import PanelResult
from evenhand.rubric import Pack, Prompt

EACH = Decimal(1460)
MONTH = "2026-03"
GOLDEN = 6
"""Readings of golden answers that are paid for, each by one call; the others cost nothing."""


class PayingPanel(KnowingPanel):
    """Is paid for three golden answers, in both of two readings, and for all that people wrote.

    Attributes:
        made: The calls it was paid for, oldest first, over all that share the list.
        at_last: What happens once the judges of the paid reading of this number have replied; it is
            told what they read.
    """

    def __init__(self, pack: Pack, cache: ReplyCache, made: list[Call]) -> None:
        super().__init__(pack)
        self.cache, self.made = cache, made
        step = len(pack.golden) // 24
        self.paid = {answer.text for answer in pack.golden[: 3 * step : step]}
        self.at_last: dict[int, Callable[[str], object]] = {}
        self.readings = 0

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        result = super().judge(prompt, given, confidence=confidence, known=known)
        if given not in self.paid and not given.startswith("Treacherous"):
            return result
        self.readings += 1
        number = len(self.made) + 1
        dimension = next(iter(prompt.dimensions))
        call = Call("big", "m-1", dimension, 1000, 600, 100, EACH, 2.0, 0, False, Outcome.OK,
                    f"call-{number}", host="llm.example", sent=1)  # fmt: skip
        self.made.append(call)
        # As an LLM judge does: once a reply is there, and before anything is made of it.
        key = CacheKey("a" * 64, "j" * 64, "p" * 64, "draw")
        assert self.cache.get(key) is None
        self.cache.put(key, kept_from({"quote": given}, call))
        self.at_last.get(self.readings, len)(given)
        return replace(result, calls=(call,))


@pytest.fixture(autouse=True)
def replies(settings: LazySettings, tmp_path: Path) -> Path:
    settings.JUDGE_REPLIES = tmp_path
    return tmp_path


@pytest.fixture
def people(opening: Opening, now: datetime) -> list[Application]:
    """Two who were scored, each of whom wrote something under one question."""
    found = rated(opening, 2, PlainPanel(pack_of(opening.pack_id)), now)
    for one in found:
        answer = written(one)
        answer.text = f"Treacherous words of {one.pk}"
        answer.save(update_fields=["text"])
    return found


def written(application: Application) -> Answer:
    """Return the one answer of somebody that is not empty."""
    return application.sitting.answers.get(prompt=application.sitting.prompts[0])


@pytest.fixture
def run(opening: Opening, alice: User, now: datetime) -> GateRun:
    return ask_for_gate(pack=opening.pack, panel="knowing", by=alice, now=now)


class Trying:
    """Makes a run, over and over; `made` are the calls that all of its tries were paid for."""

    def __init__(self, run: GateRun, now: datetime) -> None:
        self.run, self.now = run, now
        self.made: list[Call] = []

    def __call__(self, **at_last: Callable[[str], object]) -> None:
        """Make it; `on_3=...` happens while the third paid reading comes to its end."""

        def load(pack: Pack, _name: str, cache: ReplyCache) -> AnyPanel:
            panel = PayingPanel(pack, cache, self.made)
            panel.at_last = {int(name[3:]): act for name, act in at_last.items()}
            return cast(AnyPanel, panel)

        make_gate_run(self.run.pk, load, lambda: self.now)
        self.run.refresh_from_db()


@pytest.fixture
def trying(run: GateRun, now: datetime) -> Trying:
    return Trying(run, now)


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def in_account(made: list[Call]) -> Account:
    """Return what all calls add up to, once every way to add up says the same, and none lacks."""
    calls, openings, runs = JudgeCall.objects.all(), Opening.objects.all(), GateRun.objects.all()
    assert sorted(one.call for one in calls) == sorted(one.id for one in made)
    found = costs_of(openings, MONTH, runs)
    assert sum(found.by_opening.values(), Account()) == found.total
    assert sum(found.by_judge.values(), Account()) == found.total
    assert found.for_people + found.for_canaries + found.for_gates == found.total
    rows = [row_of(one) for one in calls]
    for by in ("answer", "candidate", "opening", "month"):
        assert sum(accounts(rows, by).values(), Account()) == found.total  # type: ignore[arg-type]
    assert [line.micros for line in months_of(openings, runs)] == [found.total.micros]
    assert found.total.micros == len(made) * EACH
    return found.total


def test_every_call_of_a_gate_is_in_the_account_and_all_sums_agree(
    people: list[Application], trying: Trying, opening: Opening
) -> None:
    trying()
    assert (trying.run.state, trying.run.error) == ("done", "")
    assert in_account(trying.made).calls == GOLDEN + 2
    golden = JudgeCall.objects.filter(opening=None)
    assert {(c.kind, c.gate_run, c.application, c.answer) for c in golden} == {
        ("gate", trying.run, None, None)
    }
    assert golden.count() == GOLDEN
    theirs = JudgeCall.objects.filter(kind="gate", gate_run=trying.run, opening=opening)
    assert {(c.application, c.answer_id) for c in theirs} == {
        (one.pk, written(one).pk) for one in people
    }
    cost = cost_of_run(trying.run)
    assert (cost.calls, cost.micros, cost.for_people) == (8, 8 * EACH, 2 * EACH)
    assert costs_of(Opening.objects.all(), MONTH).total.micros == 2 * EACH


def test_it_is_in_no_candidates_cost_and_no_saving(
    people: list[Application], trying: Trying, now: datetime
) -> None:
    call(people[0], now, judge="mid")
    trying()
    found = costs_of(Opening.objects.all(), MONTH, GateRun.objects.all())
    assert (found.candidates, found.per_candidate) == (1, EACH)
    assert (found.saved.naive, found.for_gates.micros) == (EACH, 8 * EACH)


def test_it_uses_up_no_openings_limit(
    people: list[Application], trying: Trying, opening: Opening, alice: User, now: datetime
) -> None:
    set_budget(opening=opening, soft=None, hard=Decimal("0.000001"), by=alice, now=now)
    trying()
    assert JudgeCall.objects.filter(opening=opening).exists()
    assert spent_in(opening, MONTH) == 0
    assert not purse_of(opening, now).ruling.reason
    # Whoever looks at the limit next finds it unreached.
    set_budget(opening=opening, soft=None, hard=Decimal("0.000001"), by=alice, now=now)
    assert Budget.objects.get().hard_reached_in == ""
    assert not LedgerEntry.objects.filter(action="budget.hard_reached").exists()


@pytest.mark.parametrize("at", [2, GOLDEN + 1])
def test_what_a_try_was_paid_for_that_was_killed_before_keeping_it_is_put_down_once_by_the_next(
    people: list[Application], trying: Trying, replies: Path, at: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        trying(**{f"on_{at}": killed})
    assert len(trying.made) == at
    in_account(trying.made[:-1])
    trying()
    # The second try measures anew, and is paid anew.
    assert in_account(trying.made).calls == at + GOLDEN + 2
    found = JudgeCall.objects.get(call=f"call-{at}")
    assert (found.kind, found.gate_run, found.microseconds) == ("gate", trying.run, 2_000_000)
    assert (found.opening is None) == (found.answer is None) == (at <= GOLDEN)
    if found.answer is not None:
        assert found.application == found.answer.sitting.application_id
    assert not list(replies.rglob("*.json"))
    trying()
    assert len(trying.made) == at + GOLDEN + 2


def test_what_was_kept_when_a_worker_was_killed_is_put_down_no_second_time(
    people: list[Application], trying: Trying, replies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def once_three(*_: object) -> None:
        if len(trying.made) == 3:
            killed()

    with monkeypatch.context() as patched:
        patched.setattr("evenhand.judges.llm.caching.FolderCache.forget", once_three)
        with pytest.raises(KeyboardInterrupt):
            trying()
    assert len(list(replies.rglob("*.json"))) == 3
    in_account(trying.made)
    trying()
    in_account(trying.made)


def test_a_run_that_is_broken_off_has_cost_what_its_judges_were_paid(
    people: list[Application], trying: Trying, replies: Path
) -> None:
    def broken(_given: str) -> None:
        raise JudgeError("the embedded judges are gone")

    trying(on_3=broken)
    assert trying.run.state == "failed"
    assert in_account(trying.made).calls == 3
    assert not list(replies.rglob("*.json"))


def test_erasing_a_past_candidate_leaves_the_money_and_no_answer(
    people: list[Application], trying: Trying, alice: User, now: datetime
) -> None:
    trying()
    for one in people:
        erase_now(application=one, reason="asked", by=alice, now=now)
    assert in_account(trying.made).calls == GOLDEN + 2
    assert not JudgeCall.objects.filter(answer__isnull=False).exists()
    assert cost_of_run(trying.run).for_people == 2 * EACH
    kept = [str(value) for row in JudgeCall.objects.values() for value in row.values()]
    assert not [value for value in kept if "Treacherous" in value]


@pytest.mark.parametrize("die", [False, True])
def test_who_is_erased_while_a_gate_reads_them_has_cost_what_was_paid_and_leads_to_no_answer(
    people: list[Application], trying: Trying, alice: User, now: datetime, die: bool
) -> None:
    erased: list[str] = []

    def erase(given: str) -> None:
        erased.append(given.rsplit(" ", 1)[1])
        application = Application.objects.get(pk=erased[0])
        erase_now(application=application, reason="withdrew", by=alice, now=now)
        if die:
            killed()

    if die:
        with pytest.raises(KeyboardInterrupt):
            trying(**{f"on_{GOLDEN + 1}": erase})
        trying()
    else:
        trying(**{f"on_{GOLDEN + 1}": erase})
    assert (trying.run.state, trying.run.error) == ("done", "")
    in_account(trying.made)
    of_them = JudgeCall.objects.filter(application=erased[0])
    assert [(one.call, one.kind, one.answer) for one in of_them] == [
        (f"call-{GOLDEN + 1}", "gate", None)
    ]


def test_who_is_erased_while_a_gate_reads_others_is_not_read_by_it_any_more(
    people: list[Application], trying: Trying, alice: User, now: datetime
) -> None:
    def erase(given: str) -> None:
        (other,) = Application.objects.exclude(pk=given.rsplit(" ", 1)[1])
        erase_now(application=other, reason="asked", by=alice, now=now)

    trying(**{f"on_{GOLDEN + 1}": erase})
    assert (trying.run.state, len(trying.made)) == ("done", GOLDEN + 1)


def test_what_left_the_machine_counts_golden_answers_where_gates_are_looked_at(
    people: list[Application], trying: Trying, opening: Opening, now: datetime
) -> None:
    trying()
    openings = Opening.objects.all()
    assert [one.requests for one in sent_by_month(openings)] == [2]
    runs = GateRun.objects.all()
    assert [one.requests for one in sent_by_month(openings, runs)] == [GOLDEN + 2]
    assert sent_by_month(openings, runs.none())[0].requests == 2
    counted = count(opening.organisation, Span(now.date(), now.date()))
    assert counted.judged.requests_outside == GOLDEN + 2


def test_the_record_of_an_answer_tells_nothing_of_a_gate_that_read_it_too(
    people: list[Application], trying: Trying
) -> None:
    trying()
    assert JudgeCall.objects.filter(answer=written(people[0])).exists()
    assert call_facts(written(people[0]), []) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gate", "gate_run": None},
        {"kind": "gate", "application": None},
        {"kind": "gate", "opening": None},
        {"kind": "gate", "opening": None, "application": None},
        {"kind": "answer"},
        {"kind": "answer", "gate_run": None, "opening": None},
        {"kind": "canary", "gate_run": None, "application": None, "opening": None},
        {"kind": "dropped", "answer": None},
    ],
)
def test_the_database_refuses_a_call_of_which_nobody_could_say_who_asked_for_it(
    people: list[Application], run: GateRun, now: datetime, wrong: dict[str, Any]
) -> None:
    kept = call(people[0], now)
    JudgeCall.objects.filter(pk=kept.pk).update(kind="gate", gate_run=run)
    with pytest.raises(IntegrityError), transaction.atomic():
        JudgeCall.objects.filter(pk=kept.pk).update(**wrong)


def test_what_a_panel_on_trial_was_paid_for_and_broke_is_put_down_by_the_next_try(
    opening: Opening, now: datetime, replies: Path
) -> None:
    pack = pack_of(opening.pack_id)
    prompt, calls = pack.prompt("eval_search"), gate_calls(opening, now)
    with FaultServer(says("prose")) as server:
        panel = panel_asking(pack, server, cache=calls)
        made = panel.judge(prompt, "Treacherous words about search, and logs.").calls
        panel.close()
    for _each in range(2):
        GateCalls(GateRun.objects.get(), lambda: now).settle()
    kept = JudgeCall.objects.all()
    assert sorted(one.call for one in kept) == sorted(one.id for one in made)
    told = {(one.kind, one.outcome, one.prompt_tokens, one.retries, one.sent) for one in kept}
    assert told == {("gate", "broken", 2000, 1, 2)}
    assert not list(replies.rglob("*.json"))


def test_a_panel_of_models_is_asked_anew_each_time_and_leaves_receipts_without_a_word(
    opening: Opening, now: datetime, replies: Path
) -> None:
    pack = pack_of(opening.pack_id)
    prompt, calls = pack.prompt("eval_search"), gate_calls(opening, now)
    each = len(prompt.dimensions)
    with FaultServer(answering(pack)) as server:
        panel = panel_asking(pack, server, cache=calls)
        first, _lost = (
            panel.judge(prompt, "Treacherous words about search, and logs.") for _ in range(2)
        )
        panel.close()
    assert len(server.seen) == len(list(replies.rglob("*.json"))) == 2 * each
    kept = calls._receipts.kept(calls._name)
    assert {str(one.value) for one in kept} == {"[None, None, None]"}
    again = GateCalls(GateRun.objects.get(), lambda: now)
    again.settle()
    calls.keep(first)
    assert JudgeCall.objects.count() == 2 * each
    assert sum(one.picos for one in JudgeCall.objects.all()) == 2 * each * EACH * PICOS
    assert not list(replies.rglob("*.json"))

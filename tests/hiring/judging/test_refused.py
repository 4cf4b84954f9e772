"""Calls of a reading that is then thrown away: paid for, so they are in the account, once each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.db import connection
from tests.panels import PlainPanel
from tests.support import wait_until

from evenhand.hiring.judging.accounts import costs_of, months_of
from evenhand.hiring.judging.queries import replies_of
from evenhand.hiring.judging.spending import PICOS, purse_of, set_budget, spent_in
from evenhand.hiring.models import (
    Answer,
    Budget,
    JudgeCall,
    LedgerEntry,
    Opening,
    Reading,
    Sitting,
    User,
)
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring import services
from evenhand.hiring.scoring.services import answers_in_order, read_answer
from evenhand.hiring.scoring.settling import begin_anew, settle_panel
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import submit
from evenhand.judges import AnyPanel
from evenhand.judges.canary import KNOWN_WORST
from evenhand.judges.llm.account import Account
from evenhand.judges.llm.caching import CacheKey, answer_hash, kept_from
from evenhand.judges.llm.values import Call, Outcome, Spared
from evenhand.judges.screening import screen
from evenhand.judges.values import Flag, PanelResult
from evenhand.rubric import Pack, Prompt

WORDS = "Treacherous words about search, and logs."
EACH = Decimal(1460)
MONTH = "2026-03"


class PayingPanel(PlainPanel):
    """Three judges, the first of which is paid for each answer: two calls, one made again.

    Attributes:
        meanwhile: What happens while it reads an answer.
        remembered: Whether the replies of the reading before are found in the cache.
    """

    def __init__(self, pack: Pack, name: str = "a") -> None:
        super().__init__(pack)
        self.pack = pack
        self.name, self.version = name, name * 64
        self.meanwhile: Callable[[], object] = lambda: None
        self.remembered = False
        self.made = 0

    def judge(self, prompt: Prompt, given: str, **options: Any) -> PanelResult:
        result = super().judge(prompt, given, **options)
        if given == KNOWN_WORST:
            return result
        self.meanwhile()
        self.made += 1
        calls = self._calls(1 if self.remembered else self.made)
        if self.remembered:
            calls = [self._hit(one) for one in calls]
        return replace(result, calls=tuple(calls))

    def _calls(self, reading: int) -> list[Call]:
        dimension = self.pack.dimensions[0].id
        return [
            Call("first", "m-1", dimension, 1000, 600, 100, EACH, 2.0, retries, False, Outcome.OK,
                 f"{self.name}-{reading}-{retries}")
            for retries in (0, 1)
        ]  # fmt: skip

    def _hit(self, of: Call) -> Call:
        return replace(
            of, prompt_tokens=0, cached_tokens=0, output_tokens=0, micros=Decimal(0), latency=0.0,
            retries=0, cache_hit=True, id=f"{of.id}-hit-{self.made}",
            spared=Spared(of.id, of.tokens, of.micros),
        )  # fmt: skip


@pytest.fixture(autouse=True)
def replies(settings: LazySettings, tmp_path: Path) -> None:
    settings.JUDGE_REPLIES = tmp_path


@pytest.fixture
def handed_in(sitting: Sitting, now: datetime) -> Sitting:
    save(
        sitting=sitting, prompt=sitting.prompts[0], text=WORDS, base_revision=0, tab="one",
        replace=False, now=now,
    )  # fmt: skip
    submit(sitting=sitting, now=now)
    return sitting


@pytest.fixture
def panel(sitting: Sitting) -> PayingPanel:
    return PayingPanel(pack_of(sitting.application.pack_id))


def read(sitting: Sitting, panel: PayingPanel, now: datetime) -> None:
    read_answer(answers_in_order(sitting.pk)[0], cast(AnyPanel, panel), now)


def settle(sitting: Sitting, panel: PayingPanel, now: datetime) -> None:
    sitting.refresh_from_db()
    assert settle_panel(sitting, cast(AnyPanel, panel), cast(AnyPanel, panel), now)


def in_account(kinds: Sequence[str] = ("dropped",)) -> Account:
    """Return what all calls add up to, once every way to add up says the same."""
    calls, openings = JudgeCall.objects.all(), Opening.objects.all()
    assert {one.kind for one in calls} == set(kinds)
    found = costs_of(openings, MONTH)
    assert sum(found.by_opening.values(), Account()) == found.total
    assert sum(found.by_judge.values(), Account()) == found.total
    assert found.for_people + found.for_canaries == found.total
    assert sum((spent_in(one, MONTH) for one in openings), Decimal(0)) == found.total.micros
    assert [line.micros for line in months_of(openings)] == [found.total.micros]
    assert found.dropped.micros * PICOS == sum(c.picos for c in calls if c.kind == "dropped")
    return found.total


TWO = Account(2, 2000, 1200, 200, 2 * EACH, 4_000_000, 1)
"""What two calls add up to."""


def test_who_is_erased_while_judges_read_has_cost_what_they_were_paid(
    handed_in: Sitting, panel: PayingPanel, alice: User, now: datetime
) -> None:
    application = handed_in.application
    panel.meanwhile = lambda: erase_now(
        application=application, reason="withdrew", by=alice, now=now
    )
    read(handed_in, panel, now)
    assert in_account() == TWO
    assert costs_of(Opening.objects.all(), MONTH).per_candidate == 2 * EACH
    # No answer is left to lead to, and no word of one; the record says nothing after the erasure.
    assert not Answer.objects.exists()
    kept = [str(value) for row in JudgeCall.objects.values() for value in row.values()]
    assert not [value for value in kept if "Treacherous" in value or "Charlie" in value]
    assert {one.answer_id for one in JudgeCall.objects.all()} == {None}
    assert LedgerEntry.objects.order_by("-seq")[0].action == "application.erased"


def test_a_hard_limit_counts_what_a_reading_that_was_thrown_away_has_cost(
    handed_in: Sitting, panel: PayingPanel, opening: Opening, alice: User, now: datetime
) -> None:
    set_budget(opening=opening, soft=None, hard=Decimal("0.002920"), by=alice, now=now)
    assert not purse_of(opening, now).ruling.reason
    application = handed_in.application
    panel.meanwhile = lambda: erase_now(application=application, reason="asked", by=alice, now=now)
    read(handed_in, panel, now)
    assert "hard limit" in purse_of(opening, now).ruling.reason
    assert Budget.objects.get().hard_reached_in == MONTH
    assert LedgerEntry.objects.filter(action="budget.hard_reached").count() == 1


def test_what_was_read_while_reading_began_anew_is_paid_and_the_next_panel_has_its_own(
    handed_in: Sitting, panel: PayingPanel, now: datetime
) -> None:
    settle(handed_in, panel, now)
    panel.meanwhile = lambda: begin_anew(Sitting.objects.get(pk=handed_in.pk), now)
    read(handed_in, panel, now)
    assert in_account() == TWO
    other = PayingPanel(panel.pack, "b")
    settle(handed_in, other, now)
    read(handed_in, other, now)
    assert in_account(("answer", "dropped")) == TWO + TWO
    mine = JudgeCall.objects.filter(kind="answer")
    assert {(one.call[0], one.answer.prompt) for one in mine if one.answer} == {
        ("b", handed_in.prompts[0])
    }
    assert LedgerEntry.objects.get(action="answer.read").facts["calls"]["calls"] == 2


def test_what_was_read_before_reading_began_anew_stays_paid(
    handed_in: Sitting, panel: PayingPanel, now: datetime
) -> None:
    settle(handed_in, panel, now)
    read(handed_in, panel, now)
    assert in_account(("answer",)) == TWO
    handed_in.refresh_from_db()
    begin_anew(handed_in, now)
    assert in_account() == TWO


def test_of_two_workers_that_read_the_same_answer_both_are_paid_and_one_reading_is_kept(
    handed_in: Sitting, panel: PayingPanel, now: datetime
) -> None:
    other = PayingPanel(panel.pack, "b")
    other.version = panel.version
    panel.meanwhile = lambda: read(handed_in, other, now)
    read(handed_in, panel, now)
    assert Reading.objects.get().panel == "b"
    assert in_account(("answer", "dropped")) == TWO + TWO
    assert {one.call[0] for one in JudgeCall.objects.filter(kind="dropped")} == {"a"}


@pytest.mark.parametrize("erased", [False, True])
def test_a_worker_that_dies_once_judges_have_answered_has_put_down_each_call_once(
    handed_in: Sitting,
    panel: PayingPanel,
    alice: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    erased: bool,
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("evenhand.hiring.scoring.services.canary_flags", killed)
        with pytest.raises(KeyboardInterrupt):
            read(handed_in, panel, now)
    assert not Reading.objects.exists()
    assert in_account(("answer",)) == TWO
    if erased:
        erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
    else:
        panel.remembered = True
        read(handed_in, panel, now)
        # The ledger says what reading the answer took, whoever of them it was.
        told = LedgerEntry.objects.get(action="answer.read").facts["calls"]
        assert Decimal(told["micros"]) == 2 * EACH
        assert told["cache_hits"] == 2
    assert in_account(("answer",)).micros == 2 * EACH
    assert JudgeCall.objects.filter(cache_hit=False).count() == 2


def cut_off(sitting: Sitting, panel: PayingPanel) -> None:
    """Leave what a worker leaves that was killed before judges were done: replies in the cache."""
    cache = replies_of(sitting.application.opening.organisation_id)
    for call in panel._calls(1):
        key = CacheKey(answer_hash(screen(WORDS, "").text), "j" * 64, "p" * 64, call.id)
        cache.put(key, kept_from({"level": 4}, call))


def test_calls_of_a_worker_that_was_killed_while_judges_replied_are_put_down_at_an_erasure(
    handed_in: Sitting, panel: PayingPanel, alice: User, opening: Opening, now: datetime
) -> None:
    set_budget(opening=opening, soft=None, hard=Decimal("0.002920"), by=alice, now=now)
    cut_off(handed_in, panel)
    erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
    assert in_account() == TWO
    assert Budget.objects.get().hard_reached_in == MONTH
    assert LedgerEntry.objects.order_by("-seq")[0].action == "application.erased"


def test_they_are_put_down_once_where_another_panel_reads_and_a_judge_is_on_both(
    handed_in: Sitting, panel: PayingPanel, now: datetime
) -> None:
    settle(handed_in, panel, now)
    cut_off(handed_in, panel)
    begin_anew(handed_in, now)
    assert in_account() == TWO
    other = PayingPanel(panel.pack)
    other.version, other.remembered = "b" * 64, True
    settle(handed_in, other, now)
    read(handed_in, other, now)
    total = in_account(("answer", "dropped"))
    assert (total.micros, total.calls, total.cache_hits) == (2 * EACH, 4, 2)


def test_replies_that_are_in_the_account_already_are_put_down_no_second_time(
    handed_in: Sitting, panel: PayingPanel, alice: User, now: datetime
) -> None:
    read(handed_in, panel, now)
    cut_off(handed_in, panel)
    erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
    assert in_account(("answer",)) == TWO


def is_waited_for() -> bool:
    """Say whether somebody waits for a lock; SQLite does not tell, and lets one at it at a time."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("act", "kind"), [("note_limits", "dropped"), ("keep_skips", "answer")])
def test_an_erasure_waits_for_what_is_being_kept_and_neither_stops_the_other(
    handed_in: Sitting,
    panel: PayingPanel,
    alice: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
    kind: str,
) -> None:
    erased: list[bool] = []

    def erase() -> None:
        try:
            gone = erase_now(application=handed_in.application, reason="asked", by=alice, now=now)
            erased.append(gone)
        finally:
            connection.close()

    eraser, real = Thread(target=erase), getattr(services, act)

    def meanwhile(*given: object, **named: object) -> None:
        real(*given, **named)
        eraser.start()
        wait_until(is_waited_for, seconds=20, what="the erasure to wait")

    def once_erased(*_: object) -> list[Flag]:
        if eraser.ident is not None:
            eraser.join()
        return []

    monkeypatch.setattr(services, act, meanwhile)
    monkeypatch.setattr(services, "canary_flags", once_erased)
    read(handed_in, panel, now)
    eraser.join()
    assert erased == [True]
    assert not Reading.objects.exists()
    assert in_account((kind,)) == TWO

"""What falls through is found."""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from tests.support import PATIENCE

from evenhand.config import doctor
from evenhand.hiring.models import LedgerCheckpoint, Opening, Sitting, User
from evenhand.hiring.openings.services import add_candidate
from evenhand.hiring.record.services import record
from evenhand.hiring.sittings import services
from evenhand.hiring.sittings.services import begin, submit
from evenhand.work import worker


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the sweep asked the queue for."""
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(worker, "enqueue_scoring", lambda sitting: calls.append(("new", sitting)))
    monkeypatch.setattr(
        worker, "enqueue_again", lambda sitting, _now: calls.append(("again", sitting))
    )
    return calls


def test_a_sitting_that_was_just_handed_in_is_left_to_its_own_call(
    sitting: Sitting, asked: list[tuple[str, str]], now: datetime
) -> None:
    submit(sitting=sitting, now=now)
    worker.sweep(now + timedelta(seconds=9))
    assert asked == []
    worker.sweep(now + timedelta(seconds=11))
    assert asked == [("again", str(sitting.pk))]


def test_a_sitting_that_is_overdue_is_handed_in_and_asked_for(
    sitting: Sitting, asked: list[tuple[str, str]], now: datetime
) -> None:
    worker.sweep(now + timedelta(minutes=51))
    assert asked == [("new", str(sitting.pk))]


def test_what_is_scored_is_left_alone(
    sitting: Sitting, asked: list[tuple[str, str]], now: datetime
) -> None:
    submit(sitting=sitting, now=now)
    Sitting.objects.update(state=Sitting.State.SCORED)
    worker.sweep(now + timedelta(days=1))
    assert asked == []


@pytest.mark.django_db
def test_a_worker_without_the_ledgers_key_goes_on_and_says_so_without_signing(
    settings: LazySettings, caplog: pytest.LogCaptureFixture, tmp_path: Path, now: datetime
) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "ledger-key.pem"
    for number in (1, 2):
        with transaction.atomic():
            record("test.noted", f"test:{number}", actor="system", facts={}, now=now)
        worker.sign_head(now)
        settings.LEDGER_KEY_FILE.unlink(missing_ok=True)
    assert LedgerCheckpoint.objects.count() == 1
    assert "the ledger is not signed" in caplog.text


def test_an_audit_that_cannot_be_made_keeps_nobody_from_being_erased(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, now: datetime
) -> None:
    done: list[str] = []

    def make_due_audits(_now: datetime) -> int:
        raise ValueError("a value of a row")

    monkeypatch.setattr(worker, "make_due_audits", make_due_audits)
    parts = ["erase_due", "sign_head", "ask_for_refits", "ask_for_drift", "ask_for_post"]
    for name in parts:
        monkeypatch.setattr(worker, name, lambda _now, name=name: done.append(name))
    worker.tidy(now)
    assert done == parts
    assert caplog.messages == ["make_due_audits: ValueError; trying again in a minute"]


def fails_at_gates(_since: datetime) -> list[str]:
    raise ValueError("a value of a row")


@pytest.mark.django_db
def test_a_part_that_fails_each_time_keeps_no_later_one_from_being_done_and_is_seen(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, now: datetime
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(worker, "drafts_waiting", lambda _since: [("draft", 1)])
    monkeypatch.setattr(worker, "enqueue_learning", lambda draft, _attempt: asked.append(draft))
    parts = ("make_due_audits", "erase_due", "sign_head", "ask_for_refits", "ask_for_drift",
             "ask_for_post")  # fmt: skip
    for name in parts:
        monkeypatch.setattr(worker, name, lambda _now, name=name: asked.append(name))
    handed_back: list[str] = []
    monkeypatch.setattr(worker, "hand_back", handed_back.append)
    monkeypatch.setattr(worker, "holders", set)
    rounds = worker.Rounds("me")
    with monkeypatch.context() as broken:
        broken.setattr(worker, "gates_waiting", fails_at_gates)
        rounds.go(now)
        rounds.go(now + timedelta(seconds=3))
    assert asked.count("draft") == 2
    assert "ask_for_post" in asked
    assert caplog.messages == ["sweep: ValueError; trying again: ask_for_gates"] * 2
    found = doctor._rounds()
    assert not found.ok
    assert found.seen == "ask_for_gates fails since 2026-03-02 09:00 UTC (ValueError, me)"
    assert handed_back == []
    rounds.go(now + timedelta(seconds=6))
    assert doctor._rounds().ok
    rounds.go(now + timedelta(seconds=9))
    assert handed_back == ["me"], "once, when something works again"


def test_a_sitting_that_cannot_be_handed_in_keeps_no_other_waiting(
    opening: Opening, alice: User, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    begun = []
    for name in ("Ana", "Ben", "Cai"):
        one = add_candidate(
            opening=opening, name=name, email=f"{name}@example.org", by=alice, now=now
        )
        begun.append(begin(sitting=one.sitting, notice_version="1", consent=True, now=now).pk)
    settle, tried = services.settle, []

    def settle_all_but_the_first(sitting: Sitting, now: datetime) -> None:
        tried.append(sitting.pk)
        if sitting.pk == tried[0]:
            raise ValueError("a value of a row")
        settle(sitting, now)

    monkeypatch.setattr(services, "settle", settle_all_but_the_first)
    monkeypatch.setattr(worker, "enqueue_scoring", lambda _sitting: None)
    monkeypatch.setattr(worker, "enqueue_again", lambda _sitting, _now: None)
    assert worker.sweep(now + timedelta(minutes=51)) == {"hand_in_overdue": "ValueError"}
    still = Sitting.objects.filter(state=Sitting.State.STARTED).values_list("pk", flat=True)
    assert list(still) == [tried[0]]


def test_a_signal_asks_the_worker_to_stop() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    stop = threading.Event()
    try:
        worker.stop_on_signals(stop)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(PATIENCE)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

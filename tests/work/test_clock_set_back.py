"""The clock of the server is set back: nobody loses time, and nothing waits for it to catch up."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from evenhand.config import doctor
from evenhand.hiring.models import LedgerEntry, ProbeChoice, Sitting
from evenhand.hiring.probes.services import look
from evenhand.hiring.record.services import export_ledger, record
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.sittings.autosave import Saved, save
from evenhand.hiring.sittings.services import submit, submit_overdue
from evenhand.ledger import verify_bundle
from evenhand.work import client, worker

BACK = timedelta(hours=3)


def save_at(sitting: Sitting, text: str, base: int, now: datetime) -> Saved:
    saved = save(
        sitting=sitting, prompt=sitting.prompts[0], text=text, base_revision=base, tab="t",
        replace=False, now=now,
    )  # fmt: skip
    assert isinstance(saved, Saved)
    return saved


def test_revisions_and_entries_keep_their_order_and_the_ledger_verifies(
    sitting: Sitting, now: datetime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = save_at(sitting, "One.", 0, now + timedelta(minutes=5))
    second = save_at(sitting, "One. Two.", first.revision, now - BACK)
    assert second.revision == 2
    saved = LedgerEntry.objects.filter(action="answer.saved")
    assert [entry.facts["revision"] for entry in saved.order_by("seq")] == [1, 2]
    bundle = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    export_ledger(bundle, now - BACK)
    report = verify_bundle(bundle, None)
    assert report.ok, report.problems
    # A time that goes back is told, and is no proof of anything.
    assert any("is before that of the entry above it" in str(one) for one in report.warnings)


def test_a_sitting_never_ends_early_for_it(sitting: Sitting, now: datetime) -> None:
    assert sitting.closes_at is not None
    almost = sitting.closes_at - timedelta(seconds=1)
    assert submit_overdue(almost) == []
    assert submit_overdue(almost - BACK) == []
    assert save_at(sitting, "Still here.", 0, now - BACK).revision == 1
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.STARTED


def test_who_waits_for_a_follow_up_is_let_on_at_once(sitting: Sitting, now: datetime) -> None:
    ProbeChoice.objects.create(sitting=sitting, prompt=sitting.prompts[0], asked_at=now)
    found = look(sitting=sitting, prompt=sitting.prompts[0], now=now - BACK)
    assert found is not None
    assert (found.state, found.reason) == ("none", "too_late")


def test_a_view_is_recorded_although_one_seems_yet_to_come(sitting: Sitting, now: datetime) -> None:
    for moment in (now, now - BACK, now - BACK + timedelta(seconds=20)):
        note_view(sitting.application, what="report", by="user:1", now=moment)
    assert LedgerEntry.objects.filter(action="application.viewed").count() == 2


def test_the_sweep_asks_for_what_seems_to_be_handed_in_only_later(
    sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(worker, "enqueue_again", lambda one, _now: asked.append(one))
    submit(sitting=sitting, now=now)
    worker.sweep(now - BACK)
    assert asked == [str(sitting.pk)]


def test_a_failed_attempt_is_made_again_and_waits_for_no_clock(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = SimpleNamespace(status="ERROR", updated_at=now.timestamp() * 1000)
    rows = SimpleNamespace(list_workflows=lambda **_how: [ended])
    asked: list[int] = []
    monkeypatch.setattr(client, "client", lambda: rows)
    monkeypatch.setattr(client, "_enqueue", lambda _one, attempt: asked.append(attempt))
    client.enqueue_again("one", now + timedelta(seconds=1))
    assert asked == []
    client.enqueue_again("one", now - BACK)
    assert asked == [2]


@pytest.mark.django_db
def test_the_doctor_says_that_the_clock_is_behind_the_record() -> None:
    assert doctor._clock().ok
    with transaction.atomic():
        record("a.thing", "x:1", actor="system", facts={}, now=timezone.now() + BACK)
    found = doctor._clock()
    assert not found.ok
    assert "behind an entry of the ledger" in found.seen

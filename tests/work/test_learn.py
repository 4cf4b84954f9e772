"""A changed pack is learnt by the worker, once, and found again where it fell through."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.hiring.drafts.edits import reword
from tests.support import wait_until

from evenhand.hiring.drafts.making import Progress
from evenhand.hiring.drafts.services import begin_draft, publish
from evenhand.hiring.models import GateRun, LedgerEntry, PackDraft, PackVersion, User
from evenhand.rubric import Pack
from evenhand.work import client, learn, worker


@pytest.fixture
def asked(pack_version: PackVersion, alice: User, now: datetime) -> PackDraft:
    """A draft whose question was given another meaning, handed to the judges."""
    draft = begin_draft(base=pack_version, by=alice, now=now)
    return publish(draft=reword(draft, "cost_bill", "Who pays?", alice, now), by=alice, now=now)


def test_asking_twice_for_one_attempt_is_one_row_and_another_attempt_is_another(
    ready: sa.Engine,
) -> None:
    for attempt in (4, 4, 6):
        client.enqueue_learning("a-draft", attempt)
    with ready.connect() as connection:
        found = connection.execute(
            sa.text("SELECT workflow_uuid, name, queue_name FROM workflow_status ORDER BY 1")
        ).fetchall()
    assert [tuple(row) for row in found] == [
        ("learn-a-draft-4", "learn_pack", "learning"),
        ("learn-a-draft-6", "learn_pack", "learning"),
    ]


def test_without_a_worker_ever_started_the_request_goes_on(
    work: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    client.enqueue_learning("a-draft", 1)
    assert "the sweep will find it" in caplog.text


def test_one_that_waits_for_long_is_asked_for_again(
    asked: PackDraft, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(worker, "enqueue_learning", lambda *one: found.append(one))
    worker.sweep(now + timedelta(seconds=9))
    assert found == []
    worker.sweep(now + timedelta(seconds=11))
    assert found == [(str(asked.pk), asked.revision)]
    PackDraft.objects.update(state="learning")
    worker.sweep(now + timedelta(days=1))
    assert len(found) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_learns_it_and_the_version_is_there(
    asked: PackDraft, work: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt: list[str] = []

    def calibrate(pack: Pack, progress: Progress) -> None:
        learnt.append(pack.version)
        progress(19, 19)
        (pack.root / "calibration" / "embedded.json").write_text('{"source_hash": "x"}')

    monkeypatch.setattr(learn, "_calibrate", calibrate)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop,))
    thread.start()
    try:
        done = PackDraft.objects.filter(pk=asked.pk, state="done", version__isnull=False)
        wait_until(done.exists, what="the version")
    finally:
        stop.set()
        thread.join()
        logging.getLogger("dbos").setLevel(logging.NOTSET)
    assert learnt == ["1.0.1"]
    assert LedgerEntry.objects.filter(action="pack.published").count() == 1
    assert GateRun.objects.get().pack.version == "1.0.1"

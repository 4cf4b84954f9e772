"""A gate that was asked for is made by the worker, once, and found again where it fell through."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.studies.knowing import HALF, KnowingPanel
from tests.support import wait_until

from evenhand import judges
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.models import GateRun, LedgerEntry, PackVersion, User
from evenhand.rubric import Pack
from evenhand.work import client, worker


@pytest.fixture
def run(pack_version: PackVersion, alice: User, now: datetime) -> GateRun:
    return ask_for_gate(pack=pack_version, panel="knowing", by=alice, now=now)


def test_asking_twice_is_one_row(ready: sa.Engine) -> None:
    for _ in range(2):
        client.enqueue_gate("a-run")
    with ready.connect() as connection:
        found = connection.execute(
            sa.text("SELECT workflow_uuid, name, queue_name, serialization FROM workflow_status")
        ).fetchall()
    assert [tuple(row) for row in found] == [("gate-a-run", "try_panel", "gating", "portable_json")]


def test_without_a_worker_ever_started_the_request_goes_on(
    work: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    client.enqueue_gate("a-run")
    assert "the sweep will find it" in caplog.text


def test_one_that_waits_for_long_is_asked_for_again(
    run: GateRun, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(worker, "enqueue_gate", asked.append)
    worker.sweep(now + timedelta(seconds=9))
    assert asked == []
    worker.sweep(now + timedelta(seconds=11))
    assert asked == [str(run.pk)]
    GateRun.objects.update(state="running")
    worker.sweep(now + timedelta(days=1))
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_with_the_panel_as_it_is_set_up_now(
    run: GateRun, work: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(pack: Pack, name: str, threads: int, **_further: object) -> KnowingPanel:
        loaded.append(name)
        return KnowingPanel(pack, half=HALF)

    monkeypatch.setattr(judges, "load_panel", load)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop,))
    thread.start()
    try:
        done = GateRun.objects.filter(pk=run.pk, state="done", passed=True)
        wait_until(done.exists, what="the gate")
    finally:
        stop.set()
        thread.join()
        logging.getLogger("dbos").setLevel(logging.NOTSET)
    assert loaded == ["knowing"]
    assert LedgerEntry.objects.filter(action="gate.done").count() == 1

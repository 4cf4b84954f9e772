"""Handing a sitting to the worker: once, again, and when nobody is there to take it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from django.db import connection

from evenhand.work import client

SITTING = str(uuid.uuid4())


def rows(work: sa.Engine) -> list[tuple[Any, ...]]:
    with work.connect() as connection:
        found = connection.execute(
            sa.text(
                "SELECT workflow_uuid, name, queue_name, application_version, serialization"
                " FROM workflow_status ORDER BY created_at"
            )
        )
        return [tuple(row) for row in found]


def set_status(work: sa.Engine, status: str) -> datetime:
    with work.begin() as connection:
        connection.execute(sa.text("UPDATE workflow_status SET status = :s"), {"s": status})
        moment = connection.execute(sa.text("SELECT max(updated_at) FROM workflow_status")).scalar()
    return datetime.fromtimestamp(moment / 1000, UTC)


def test_asking_twice_is_one_row_in_plain_json(ready: sa.Engine) -> None:
    for _ in range(2):
        client.enqueue_scoring(SITTING)
    ((name, workflow, queue, version, serialization),) = rows(ready)
    assert name == f"score-{SITTING}"
    assert (workflow, queue, version) == ("score_sitting", "scoring", "1")
    assert serialization == "portable_json"
    (status,) = client.client().list_workflows()
    assert status.input == {"args": (SITTING,), "kwargs": {}}


def test_without_a_worker_ever_started_the_request_goes_on(
    work: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    client.enqueue_scoring(SITTING)
    assert "the sweep will find it" in caplog.text


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING", "SUCCESS"])
def test_what_waits_runs_or_is_done_is_not_asked_for_anew(ready: sa.Engine, status: str) -> None:
    client.enqueue_scoring(SITTING)
    moment = set_status(ready, status)
    client.enqueue_again(SITTING, moment + timedelta(days=1))
    assert len(rows(ready)) == 1


def test_what_failed_is_tried_again_after_a_pause_that_grows(ready: sa.Engine) -> None:
    client.enqueue_again(SITTING, datetime.now(UTC))
    failed_at = set_status(ready, "ERROR")
    client.enqueue_again(SITTING, failed_at + timedelta(seconds=29))
    assert len(rows(ready)) == 1
    client.enqueue_again(SITTING, failed_at + timedelta(seconds=30))
    assert [row[0] for row in rows(ready)] == [f"score-{SITTING}", f"score-{SITTING}-2"]
    failed_at = set_status(ready, "ERROR")
    client.enqueue_again(SITTING, failed_at + timedelta(seconds=59))
    assert len(rows(ready)) == 2


def test_a_refit_is_one_row_a_day_and_pack_whoever_asks(ready: sa.Engine) -> None:
    monday, pack = date(2026, 3, 2), "a" * 64
    for _ in range(2):
        client.enqueue_refit(pack, monday)
    ((name, workflow, queue, version, _how),) = rows(ready)
    assert name == f"refit-2026-03-02-{pack}"
    assert (workflow, queue, version) == ("refit_pack", "refitting", "1")
    client.enqueue_refit(pack, monday + timedelta(days=1))
    client.enqueue_refit("b" * 64, monday)
    assert len(rows(ready)) == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how a file is opened")
def test_the_file_is_in_wal_mode_and_its_writers_wait(work: sa.Engine) -> None:
    with work.connect() as connection:
        found = {
            name: connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "busy_timeout": 30_000,
        "foreign_keys": 1,
    }

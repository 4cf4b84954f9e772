"""Letters about interviews: asked for when one is due, and sent by the worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from django.core import mail
from django.utils import timezone
from tests.hiring.scheduling.conftest import interviewer
from tests.support import wait_until

from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import Application, Interview, Letter, Opening, User
from evenhand.hiring.scheduling.services import schedule
from evenhand.work import client, worker


@pytest.fixture
def set_(application: Application, opening: Opening, alice: User, now: datetime) -> Interview:
    ivan = interviewer(opening, "Ivan", now)
    planned = plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )
    at = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
    return schedule(interview=planned, starts_at=at, place="", by=alice, now=now)


def test_nothing_is_asked_for_while_nothing_is_due(
    application: Application, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(worker, "enqueue_post", asked.append)
    worker.ask_for_post(now)
    assert asked == []


def test_asked_for_by_two_workers_in_a_minute_it_is_one_round(
    set_: Interview, ready: sa.Engine, now: datetime
) -> None:
    for seconds in (0, 59, 60):
        worker.ask_for_post(now + timedelta(seconds=seconds))
    rounds = client.client().list_workflows(name="post_letters")
    assert sorted(one.workflow_id for one in rounds) == [
        "post-2026-03-02T09:00",
        "post-2026-03-02T09:01",
    ]


@pytest.fixture
def running(
    work: sa.Engine, settings: Any, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[None]:
    """A worker at the moment of the test."""
    settings.REFIT_AT = None
    monkeypatch.setattr(timezone, "now", lambda: now)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop,))
    thread.start()
    yield
    stop.set()
    thread.join()
    logging.getLogger("dbos").setLevel(logging.NOTSET)


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_what_is_due(set_: Interview, running: None) -> None:
    wait_until(
        lambda: Letter.objects.filter(sent_at__isnull=False).count() == 2,
        what="the worker",
    )
    assert sorted(one.to[0] for one in mail.outbox) == ["charlie@example.org", "ivan@example.org"]

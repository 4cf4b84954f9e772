"""Drift is looked for by the worker, in a queue, as answers are read."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from django.utils import timezone
from tests.rated import hand_in_rated
from tests.support import wait_until

from evenhand.hiring.models import DriftAlarm, DriftRound, Opening, Sitting
from evenhand.work import client, worker

SHIFTED = {"first": 1.0, "second": 0.0, "third": -0.2}


def test_asked_for_by_two_workers_in_a_minute_it_is_one_look_and_none_while_nothing_is_read(
    opening: Opening, ready: sa.Engine, now: datetime
) -> None:
    worker.ask_for_drift(now)
    hand_in_rated(opening, 1, now=now)
    for seconds in (0, 59, 60):
        worker.ask_for_drift(now + timedelta(seconds=seconds))
    looks = client.client().list_workflows(name="watch_drift")
    assert sorted(one.workflow_id for one in looks) == [
        "drift-2026-03-02T09:00",
        "drift-2026-03-02T09:01",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_worker_raises_an_alarm_though_nobody_opens_a_page(
    opening: Opening,
    work: sa.Engine,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    settings.REFIT_AT = None
    monkeypatch.setattr(timezone, "now", lambda: now)
    hand_in_rated(opening, 15, now=now)
    hand_in_rated(opening, 30, now=now, severity=SHIFTED, seed=2)
    # Nothing else is left to do.
    Sitting.objects.update(state=Sitting.State.SCORED)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop,))
    thread.start()
    try:
        wait_until(DriftRound.objects.exists, what="the look for drift")
    finally:
        stop.set()
        thread.join()
        logging.getLogger("dbos").setLevel(logging.NOTSET)
    assert DriftAlarm.objects.filter(chart__measure="judge-severity").exists()

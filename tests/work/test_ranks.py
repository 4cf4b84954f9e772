"""Ranks that a page asked for are made by the worker, once for each state of the estimates."""

from __future__ import annotations

import logging
import threading

import pytest
import sqlalchemy as sa
from django.utils import timezone
from tests.deciding import another
from tests.support import wait_until

from evenhand.hiring.decisions.ranking import version_of
from evenhand.hiring.models import Opening, Ranking, TopRow, User
from evenhand.work import client, worker


def test_asking_twice_is_one_row_and_newer_estimates_are_another(ready: sa.Engine) -> None:
    for version in ("1-5-5-0.9", "1-5-5-0.9", "2-6-11-0.9"):
        client.enqueue_ranking("an-opening", version, 10)
    with ready.connect() as connection:
        found = connection.execute(
            sa.text("SELECT workflow_uuid, name, queue_name FROM workflow_status ORDER BY 1")
        ).fetchall()
    assert [tuple(row) for row in found] == [
        ("rank-an-opening-1-5-5-0.9-10", "rank_people", "ranking"),
        ("rank-an-opening-2-6-11-0.9-10", "rank_people", "ranking"),
    ]


def test_without_a_worker_ever_started_the_page_is_shown(
    work: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    client.enqueue_ranking("an-opening", "1-5-5-0.9", 10)
    assert "not handed to the worker" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_them(opening: Opening, alice: User, ready: sa.Engine) -> None:
    # By the real clock: the worker erases what was kept long enough.
    now = timezone.now()
    for number, level in enumerate((2.0, 3.0, 4.0)):
        another(opening, f"P{number} P", alice, now, level)
    version = version_of(opening)
    client.enqueue_ranking(str(opening.pk), version, 1)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_worker, args=(stop,))
    thread.start()
    try:
        made = TopRow.objects.filter(ranking__version=version, top=1)
        wait_until(lambda: made.count() == 3, what="the ranks")
    finally:
        stop.set()
        thread.join()
        logging.getLogger("dbos").setLevel(logging.NOTSET)
    assert Ranking.objects.get().people == 3

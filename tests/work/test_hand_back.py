"""What a dead worker had in hand goes back on its own queue, once, and nothing else does."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa
from tests.support import read_only

from evenhand.hiring.models import Worker
from evenhand.hiring.workers.services import SILENT_AFTER, Watch
from evenhand.work import client, worker

PACK = "a" * 64


def take(work: sa.Engine, name: str, executor: str) -> None:
    with work.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE workflow_status SET status = 'PENDING', executor_id = :e"
                " WHERE workflow_uuid = :w"
            ),
            {"e": executor, "w": name},
        )


def states(work: sa.Engine) -> dict[str, tuple[str, str]]:
    with work.connect() as connection:
        found = connection.execute(
            sa.text("SELECT workflow_uuid, status, queue_name FROM workflow_status")
        )
        return {name: (status, queue) for name, status, queue in found}


@pytest.fixture
def in_hand(ready: sa.Engine) -> sa.Engine:
    """One dead worker holds a sitting and a refit; a live one holds another sitting."""
    client.enqueue_scoring("one")
    client.enqueue_scoring("two")
    client.enqueue_refit(PACK, date(2026, 3, 2))
    take(ready, "score-one", "dead")
    take(ready, f"refit-2026-03-02-{PACK}", "dead")
    take(ready, "score-two", "alive")
    return ready


def test_work_in_hand_goes_back_on_the_queue_it_came_from(in_hand: sa.Engine) -> None:
    client.hand_back("dead")
    assert states(in_hand) == {
        "score-one": ("ENQUEUED", "scoring"),
        f"refit-2026-03-02-{PACK}": ("ENQUEUED", "refitting"),
        "score-two": ("PENDING", "scoring"),
    }


def test_what_another_has_taken_meanwhile_stays_with_it(in_hand: sa.Engine) -> None:
    client.hand_back("dead")
    take(in_hand, "score-one", "alive")
    client.hand_back("dead")
    assert states(in_hand)["score-one"] == ("PENDING", "scoring")


@pytest.mark.django_db(transaction=True)
def test_after_a_time_without_writing_a_worker_hands_back_what_it_has_in_hand(
    in_hand: sa.Engine, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = worker.Rounds("alive")
    with read_only():
        rounds.go(now)
        (said,) = caplog.messages
        assert said in (
            "sweep: OperationalError; trying again: _look_after_workers",
            "sweep: InternalError; trying again: _look_after_workers",
        )
        assert states(in_hand)["score-two"] == ("PENDING", "scoring")
    rounds.go(now)
    assert states(in_hand)["score-two"] == ("ENQUEUED", "scoring")
    take(in_hand, "score-two", "alive")
    rounds.go(now)
    assert states(in_hand)["score-two"] == ("PENDING", "scoring")
    assert len(caplog.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_never_heard_of_loses_its_work_after_a_minute(
    in_hand: sa.Engine, now: datetime
) -> None:
    seconds = 0.0
    watch = Watch("alive", lambda: seconds)
    worker.look_after_workers(watch, "alive", now)
    assert set(Worker.objects.values_list("pk", flat=True)) == {"alive", "dead"}
    seconds = SILENT_AFTER.total_seconds() - 1
    worker.look_after_workers(watch, "alive", now)
    assert states(in_hand)["score-one"] == ("PENDING", "scoring")
    seconds += 1
    worker.look_after_workers(watch, "alive", now)
    assert states(in_hand)["score-one"] == ("ENQUEUED", "scoring")
    assert states(in_hand)["score-two"] == ("PENDING", "scoring")
    assert list(Worker.objects.values_list("pk", flat=True)) == ["alive"]

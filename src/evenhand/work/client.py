"""Hands work over to the worker: the part that web processes use."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from dbos import DBOSClient, EnqueueOptions

from evenhand.work.engine import (
    APP,
    APP_VERSION,
    GATE_QUEUE,
    LEARN_PACK,
    LEARN_QUEUE,
    POST_LETTERS,
    POST_QUEUE,
    QUEUE,
    RANK_PEOPLE,
    RANK_QUEUE,
    REFIT_PACK,
    REFIT_QUEUE,
    SCORE_SITTING,
    SERIALIZER,
    TRY_PANEL,
    WATCH_DRIFT,
    make_engine,
)

log = logging.getLogger(__name__)

FAILED: Final = ("ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(hours=1)


def enqueue_scoring(sitting_id: str) -> None:
    """Ask for a sitting to be scored; asking again is harmless.

    Call it on commit. It never raises: what could not be handed over, the worker's sweep finds.
    """
    try:
        _enqueue(sitting_id, attempt=1)
    except Exception as error:  # whatever it is, the candidate's hand-in must not fail for it
        log.warning(
            "sitting %s: not handed to the worker yet (%s); the sweep will find it",
            sitting_id,
            type(error).__name__,
        )


def enqueue_again(sitting_id: str, now: datetime) -> None:
    """Ask once more for a sitting that is still not scored.

    Where an attempt is waiting or running nothing changes. Where all failed, a new one is made
    after a pause that doubles each time, up to an hour: a missing file may be back by then.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    attempts = client().list_workflows(
        workflow_id_prefix=_workflow_id(sitting_id, 1), load_input=False, load_output=False
    )
    if any(attempt.status not in FAILED for attempt in attempts):
        return
    ended = max((attempt.updated_at or 0 for attempt in attempts), default=0)
    pause = min(FIRST_PAUSE * 2 ** len(attempts), LONGEST_PAUSE) if attempts else timedelta()
    since = now - datetime.fromtimestamp(ended / 1000, UTC)
    # An end that seems yet to come is from before the clock was set back.
    if since >= pause or since < timedelta():
        _enqueue(sitting_id, attempt=len(attempts) + 1)


def enqueue_refit(pack_hash: str, day: date) -> None:
    """Ask for the day's refit of a pack version; however often and by whom, it is made once.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    options: EnqueueOptions = {
        "workflow_name": REFIT_PACK,
        "queue_name": REFIT_QUEUE,
        "workflow_id": f"refit-{day.isoformat()}-{pack_hash}",
        "app_version": APP_VERSION,
    }
    client().enqueue(options, pack_hash)


def enqueue_post(now: datetime) -> None:
    """Ask for the letters that are due to be sent; asked by however many, it is done once a minute.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    options: EnqueueOptions = {
        "workflow_name": POST_LETTERS,
        "queue_name": POST_QUEUE,
        "workflow_id": f"post-{now.astimezone(UTC):%Y-%m-%dT%H:%M}",
        "app_version": APP_VERSION,
    }
    client().enqueue(options)


def enqueue_drift(now: datetime) -> None:
    """Ask for drift to be looked for; asked by however many, it is done once a minute.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    options: EnqueueOptions = {
        "workflow_name": WATCH_DRIFT,
        "queue_name": REFIT_QUEUE,
        "workflow_id": f"drift-{now.astimezone(UTC):%Y-%m-%dT%H:%M}",
        "app_version": APP_VERSION,
    }
    client().enqueue(options)


def enqueue_gate(run_id: str) -> None:
    """Ask for a gate to be run; asking again is harmless.

    Call it on commit. It never raises: what could not be handed over, the worker's sweep finds.
    """
    options: EnqueueOptions = {
        "workflow_name": TRY_PANEL,
        "queue_name": GATE_QUEUE,
        "workflow_id": f"gate-{run_id}",
        "app_version": APP_VERSION,
    }
    try:
        client().enqueue(options, run_id)
    except Exception as error:  # whatever it is, whoever asked has their answer: it is noted down
        log.warning(
            "gate %s: not handed to the worker yet (%s); the sweep will find it",
            run_id,
            type(error).__name__,
        )


def enqueue_ranking(opening_id: str, version: str, top: int) -> None:
    """Ask for the people of an opening to be ranked; asking again for the same is harmless.

    It never raises: a page without up-to-date ranks is shown all the same, and asks again.

    Args:
        opening_id: whose people.
        version: names the estimates that there are, so that newer ones are ranked again.
        top: the k of P(top k).
    """
    options: EnqueueOptions = {
        "workflow_name": RANK_PEOPLE,
        "queue_name": RANK_QUEUE,
        "workflow_id": f"rank-{opening_id}-{version}-{top}",
        "app_version": APP_VERSION,
    }
    try:
        client().enqueue(options, opening_id, top)
    except Exception as error:  # whatever it is, whoever looks has their page: it is noted down
        log.warning("ranks of %s: not handed to the worker (%s)", opening_id, type(error).__name__)


def enqueue_learning(draft_id: str, attempt: int) -> None:
    """Ask for a changed pack to be learnt; asking again for the same attempt is harmless.

    Call it on commit. It never raises: what could not be handed over, the worker's sweep finds.

    Args:
        draft_id: of the draft.
        attempt: its revision: a draft that was taken back and asked for again has another one.
    """
    options: EnqueueOptions = {
        "workflow_name": LEARN_PACK,
        "queue_name": LEARN_QUEUE,
        "workflow_id": f"learn-{draft_id}-{attempt}",
        "app_version": APP_VERSION,
    }
    try:
        client().enqueue(options, draft_id)
    except Exception as error:  # whatever it is, whoever asked has their answer: it is noted down
        log.warning(
            "draft %s: not handed to the worker yet (%s); the sweep will find it",
            draft_id,
            type(error).__name__,
        )


def hand_back(worker_id: str) -> None:
    """Put what a worker had in hand back on its queues; finished steps are not done again.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    in_hand = client().list_workflows(
        status="PENDING", executor_id=worker_id, load_input=False, load_output=False
    )
    by_queue: dict[str, list[str]] = {}
    for one in in_hand:
        by_queue.setdefault(one.queue_name or QUEUE, []).append(one.workflow_id)
    for queue, ids in by_queue.items():
        client().resume_workflows(ids, queue_name=queue)


def holders() -> set[str]:
    """Return the ids of the workers that have work in hand.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the rows of the work cannot be reached.
    """
    in_hand = client().list_workflows(status="PENDING", load_input=False, load_output=False)
    return {one.executor_id for one in in_hand if one.executor_id}


@lru_cache(maxsize=1)
def client() -> DBOSClient:
    """Return this process's client, made when it is first needed."""
    return DBOSClient(
        system_database_engine=make_engine(),
        serializer=SERIALIZER,
        application_name=APP,
        lazy=True,
        # A web request must not wait for a database that is away.
        retry_connection_errors=False,
    )


def _enqueue(sitting_id: str, *, attempt: int) -> None:
    options: EnqueueOptions = {
        "workflow_name": SCORE_SITTING,
        "queue_name": QUEUE,
        "workflow_id": _workflow_id(sitting_id, attempt),
        "app_version": APP_VERSION,
    }
    client().enqueue(options, sitting_id)


def _workflow_id(sitting_id: str, attempt: int) -> str:
    return f"score-{sitting_id}" if attempt == 1 else f"score-{sitting_id}-{attempt}"

"""The worker process: takes work from the queue, and looks for what fell through."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig
from django.conf import settings
from django.db import connections
from django.utils import timezone

from evenhand.hiring.calibration.services import packs_with_ratings
from evenhand.hiring.compliance.auditing import make_due_audits
from evenhand.hiring.drafts.queries import drafts_waiting
from evenhand.hiring.drift.alarms import is_due
from evenhand.hiring.judging.queries import gates_waiting
from evenhand.hiring.openings.erasing import erase_due
from evenhand.hiring.record.services import checkpoint
from evenhand.hiring.scheduling.due import due
from evenhand.hiring.sittings.models import Sitting
from evenhand.hiring.sittings.services import submit_overdue
from evenhand.hiring.workers.services import (
    BEAT_EVERY,
    Watch,
    beat,
    note_unknown,
    sign_off,
    take_over,
)
from evenhand.hiring.workers.troubles import note_troubles
from evenhand.ledger import KeyFileError
from evenhand.work import drift as _drift  # noqa: F401  # registers the workflow
from evenhand.work import gate as _gate  # noqa: F401  # registers the workflow
from evenhand.work import learn as _learn  # noqa: F401  # registers the workflow
from evenhand.work import post as _post  # noqa: F401  # registers the workflow
from evenhand.work import ranks as _ranks  # noqa: F401  # registers the workflow
from evenhand.work import refit as _refit  # noqa: F401  # registers the workflow
from evenhand.work import score as _score  # noqa: F401  # registers the workflow
from evenhand.work.client import (
    enqueue_again,
    enqueue_drift,
    enqueue_gate,
    enqueue_learning,
    enqueue_post,
    enqueue_refit,
    enqueue_scoring,
    hand_back,
    holders,
)
from evenhand.work.engine import (
    APP,
    APP_VERSION,
    GATE_QUEUE,
    LEARN_QUEUE,
    POST_QUEUE,
    QUEUE,
    RANK_QUEUE,
    REFIT_QUEUE,
    SERIALIZER,
    executor_id,
    make_engine,
)
from evenhand.work.held import HELD
from evenhand.work.parts import each
from evenhand.work.probing import ProbeLane

log = logging.getLogger(__name__)

SWEEP_EVERY: Final = timedelta(seconds=3)
MISSED_AFTER: Final = timedelta(seconds=10)
"""A sitting handed in this long ago and not scored is asked for again."""
TIDY_EVERY: Final = timedelta(seconds=60)
"""How often the ledger's head is signed, what was kept long enough is erased, and what is due is
asked for: the night's refit, a look for drift, letters."""
MOST_AT_ONCE: Final = 100
_SECONDS_TO_FINISH: Final = 5


def run_worker(stop: threading.Event) -> None:
    """Work until `stop` is set; a step that is running then is finished or, later, repeated."""
    engine, me = make_engine(), executor_id()
    # Before anything can be in hand: whoever holds work has a heartbeat.
    beat(me, timezone.now())
    rounds = Rounds(me)
    DBOS(config=_config(engine, me))
    DBOS.launch()
    _register_queues()
    lane = ProbeLane(stop)
    lane.start()
    log.info("worker started")
    try:
        while not stop.is_set():
            rounds.go(timezone.now())
            stop.wait(SWEEP_EVERY.total_seconds())
        sign_head(timezone.now())
    finally:
        # A sitting that is cut off here goes on at the next start; that it was cut off is no error.
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        DBOS.destroy(workflow_completion_timeout_sec=_SECONDS_TO_FINISH)
        lane.join()
        _leave(me)
        engine.dispose()
        HELD.clear()
        connections.close_all()
        log.info("worker ended")


class Rounds:
    """What a worker looks to every few seconds, beside the work that it takes from queues."""

    def __init__(self, me: str) -> None:
        self._me, self._watch = me, Watch(me)
        # By a clock that is never set: neither beats nor checkpoints wait for one to catch up.
        self._tidied_at: float | None = None
        self._looked_at: float | None = None
        self._failed: dict[str, str] = {}
        self._untidy: dict[str, str] = {}
        self._since: dict[str, tuple[str, datetime]] = {}
        self._to_hand_back = False

    def go(self, now: datetime) -> None:
        """Make one round. It never raises: what went wrong is noted, and the next one tries again.

        Args:
            now: the moment.
        """
        moment = time.monotonic()
        failed: dict[str, str] = {}
        if self._looked_at is None or moment - self._looked_at >= BEAT_EVERY.total_seconds():
            failed = each([self._look_after_workers], now)
            if not failed:
                self._looked_at = moment
        failed |= sweep(now)
        # Something works again, so the database may have been away. Work that ended meanwhile could
        # not write down that it did, and would count as in hand for ever. What still runs is safe:
        # its acts may run twice.
        self._to_hand_back |= bool(set(self._failed) - set(failed))
        self._failed = dict(failed)
        if self._to_hand_back:
            lost = each([self._hand_back], now)
            self._to_hand_back = bool(lost)
            failed |= lost
        if failed:
            kinds = ", ".join(sorted(set(failed.values())))
            log.warning("sweep: %s; trying again: %s", kinds, ", ".join(failed))
        tidied = self._tidied_at is None or moment - self._tidied_at >= TIDY_EVERY.total_seconds()
        if tidied:
            self._untidy, self._tidied_at = tidy(now), moment
        self._tell(failed | self._untidy, now, again=tidied)

    def _look_after_workers(self, now: datetime) -> None:
        look_after_workers(self._watch, self._me, now)

    def _hand_back(self, _now: datetime) -> None:
        hand_back(self._me)

    def _tell(self, failing: Mapping[str, str], now: datetime, *, again: bool) -> None:
        since = {
            part: self._since[part] if self._since.get(part, ("",))[0] == error else (error, now)
            for part, error in failing.items()
        }
        news, self._since = since != self._since, since
        if news or (since and again):
            each([self._note_troubles], now)  # where even this fails, the log has said it

    def _note_troubles(self, _now: datetime) -> None:
        note_troubles(self._me, self._since)


def _register_queues() -> None:
    # One sitting at a time: the embedded judges use every core for one answer.
    DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=0.25)
    # A queue of its own: nobody's answers wait for a refit, or for the look for drift.
    DBOS.register_queue(REFIT_QUEUE, worker_concurrency=1, polling_interval_sec=1.0)
    # And nobody's answers wait for a gate, which reads hundreds.
    DBOS.register_queue(GATE_QUEUE, worker_concurrency=1, polling_interval_sec=1.0)
    # Whoever changed a pack waits for its judges before an opening can be made from it.
    DBOS.register_queue(LEARN_QUEUE, worker_concurrency=1, polling_interval_sec=0.5)
    # Whoever waits for ranks looks at a page.
    DBOS.register_queue(RANK_QUEUE, worker_concurrency=1, polling_interval_sec=0.5)
    # A mail server that is slow keeps nothing else waiting.
    DBOS.register_queue(POST_QUEUE, worker_concurrency=1, polling_interval_sec=1.0)


def sweep(now: datetime) -> dict[str, str]:
    """Hand in what is overdue, and ask again for what was asked for and is not done.

    Returns:
        The kind of error by the part that failed; the others were done.
    """
    return each((hand_in_overdue, ask_for_missed, ask_for_gates, ask_for_learning), now)


def hand_in_overdue(now: datetime) -> None:
    """Hand in the sittings whose time is over, and ask for them to be read."""
    for sitting in submit_overdue(now):
        enqueue_scoring(str(sitting.pk))


def ask_for_missed(now: datetime) -> None:
    """Ask again for sittings that were handed in and are not scored."""
    # What seems to be handed in only later is from before the clock was set back.
    missed = (
        Sitting.objects.filter(
            state=Sitting.State.SUBMITTED, application__withdrawn_at__isnull=True
        )
        .exclude(submitted_at__range=(now - MISSED_AFTER, now))
        .order_by("submitted_at")
    )
    for sitting_id in missed.values_list("pk", flat=True)[:MOST_AT_ONCE]:
        enqueue_again(str(sitting_id), now)


def ask_for_gates(now: datetime) -> None:
    """Ask again for tries of panels that wait."""
    for run_id in gates_waiting(now - MISSED_AFTER):
        enqueue_gate(run_id)


def ask_for_learning(now: datetime) -> None:
    """Ask again for changed packs that wait to be learnt."""
    for draft_id, attempt in drafts_waiting(now - MISSED_AFTER):
        enqueue_learning(draft_id, attempt)


def tidy(now: datetime) -> dict[str, str]:
    """Do what is due by the minute: audits, erasing, a signed head, and what is asked for daily.

    What goes wrong with one of them keeps none of the others from being done: nobody is kept for
    longer because an audit cannot be made.

    Returns:
        The kind of error by the part that failed.
    """
    # The audits before somebody is erased, for who is gone is in none.
    parts = (make_due_audits, erase_due, sign_head, ask_for_refits, ask_for_drift, ask_for_post)
    failed = each(parts, now)
    for part, error in failed.items():
        log.warning("%s: %s; trying again in a minute", part, error)
    return failed


def sign_head(now: datetime) -> None:
    """Sign the ledger's head; where the key is not the one that did so before, go on without."""
    try:
        checkpoint(now)
    except KeyFileError as error:
        log.warning("the ledger is not signed: %s", error)


def look_after_workers(watch: Watch, me: str, now: datetime) -> None:
    """Beat, and hand back what workers that fell silent had in hand."""
    beat(me, now)
    note_unknown(holders() - {me}, now)
    for silent in watch.silent():
        if take_over(silent, hand_back):
            log.warning("%s stopped answering; others go on with its work", silent.id)


def _leave(me: str) -> None:
    try:
        hand_back(me)
        sign_off(me)
    except Exception as error:  # the database is away: the others will notice the silence
        log.warning("signing off: %s; others take over", type(error).__name__)


def ask_for_refits(now: datetime) -> None:
    """Ask for the day's refit of every pack, once its hour has come; later asks change nothing.

    A worker that was down at that hour makes up for it when it is back.
    """
    now = now.astimezone(UTC)
    if settings.REFIT_AT is None or now.hour < settings.REFIT_AT:
        return
    for pack_hash in packs_with_ratings():
        enqueue_refit(pack_hash, now.date())


def ask_for_drift(now: datetime) -> None:
    """Ask for drift to be looked for, where something was read since the last time."""
    if is_due():
        enqueue_drift(now)


def ask_for_post(now: datetime) -> None:
    """Ask for the letters about interviews to be sent, where any is due."""
    if due(now):
        enqueue_post(now)


def stop_on_signals(stop: threading.Event) -> None:
    """Set `stop` at SIGTERM and SIGINT; call it from the main thread."""

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)


def _config(engine: sa.Engine, me: str) -> DBOSConfig:
    return {
        "name": APP,
        "system_database_engine": engine,
        "serializer": SERIALIZER,
        "application_version": APP_VERSION,
        "executor_id": me,
        "use_listen_notify": False,
        "enable_otlp": False,
        "log_level": "WARNING",
    }

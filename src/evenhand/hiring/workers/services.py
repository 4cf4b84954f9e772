"""Heartbeats, and finding out whose have stopped.

No two machines' clocks are compared: a worker is silent when its count of beats has stood still for
a minute by the steady clock of whoever watches. A clock that is set back changes nothing.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from evenhand.hiring.workers.models import Worker

BEAT_EVERY: Final = timedelta(seconds=10)
SILENT_AFTER: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Silent:
    """A worker that stopped beating, and the count at which it did."""

    id: str
    beats: int


def beat(worker_id: str, now: datetime) -> None:
    """Say that this process's worker is there; its row is made with the first beat."""
    if Worker.objects.filter(pk=worker_id).update(beats=F("beats") + 1, beat_at=now):
        return
    mine = Worker(pk=worker_id, host=socket.gethostname(), pid=os.getpid(), beat_at=now)
    Worker.objects.bulk_create([mine], ignore_conflicts=True)


def sign_off(worker_id: str) -> None:
    """Take the worker's row away: it has ended, and holds no work any more."""
    Worker.objects.filter(pk=worker_id).delete()


def note_unknown(worker_ids: Iterable[str], now: datetime) -> None:
    """Make a row for workers that hold work and have none, so that their silence is noticed."""
    Worker.objects.bulk_create(
        (Worker(pk=name, beat_at=now) for name in worker_ids), ignore_conflicts=True
    )


def take_over(silent: Silent, hand_back: Callable[[str], None]) -> bool:
    """Let go of a silent worker and have its work handed back; False where it was not ours to do.

    Of several that try, the deletion lets one through: the others wait for its row and find none.
    Where that one dies half-way the row is back, and the next one does it again. A worker that has
    beaten since has another count, and is left alone.
    """
    with transaction.atomic():
        gone, _by_model = Worker.objects.filter(pk=silent.id, beats=silent.beats).delete()
        if gone:
            hand_back(silent.id)
    return bool(gone)


class Watch:
    """Remembers when each worker's count was last seen to move."""

    def __init__(self, me: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Watch everybody but `me`; `clock` gives seconds and never goes back."""
        self._me = me
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}

    def silent(self) -> list[Silent]:
        """Return the workers whose count has stood still for too long."""
        moment, seen = self._clock(), {}
        rows = Worker.objects.exclude(pk=self._me).values_list("pk", "beats")
        for name, beats in rows:
            before = self._seen.get(name)
            seen[name] = before if before and before[0] == beats else (beats, moment)
        self._seen = seen
        limit = moment - SILENT_AFTER.total_seconds()
        return [Silent(name, beats) for name, (beats, since) in seen.items() if since <= limit]

"""What a worker cannot do, for who looks from outside: the cache that all processes share holds it.

A note ends by itself, so that a worker that is gone leaves none behind. Where the database cannot
be written to there is no note either: then the log, and the doctor's own try, say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

from evenhand.hiring.workers.models import Worker

KEPT_FOR: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Trouble:
    """A part of a worker's rounds that fails: of which worker, with what, and since when."""

    worker: str
    part: str
    error: str
    since: datetime


def note_troubles(worker_id: str, failing: Mapping[str, tuple[str, datetime]]) -> None:
    """Keep what fails in a worker's rounds: by part, the kind of error and its first moment."""
    if failing:
        cache.set(_key(worker_id), dict(failing), KEPT_FOR.total_seconds())
    else:
        cache.delete(_key(worker_id))


def troubles() -> list[Trouble]:
    """Return what fails in the rounds of the workers that are there, the oldest first."""
    found = [
        Trouble(worker, part, error, since)
        for worker in Worker.objects.values_list("pk", flat=True)
        for part, (error, since) in (cache.get(_key(worker)) or {}).items()
    ]
    return sorted(found, key=lambda one: (one.since, one.worker, one.part))


def _key(worker_id: str) -> str:
    return f"worker-troubles:{worker_id}"

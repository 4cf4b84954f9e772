"""How fast a judge may be asked, how long to wait before asking again, and when to let it rest.

Time and chance are handed in, so that a test neither sleeps nor guesses.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Protocol

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
PATIENCE = 60.0
"""Seconds that a provider may ask us to wait; a longer wait is left to a later sitting."""
GIVEN_UP, REST = 3, 60.0
"""After so many calls given up in a row, a judge is not asked for so many seconds."""


class Clock(Protocol):
    """Seconds that go by."""

    def now(self) -> float:
        """Return seconds since some moment."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        ...


class SystemClock:
    """The machine's monotonic clock."""

    def now(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        time.sleep(seconds)


def wait_before(retry: int, retry_after: float | None, random: Random) -> float:
    """Return seconds to wait before retry number 1, 2, ...: full jitter.

    Uniform between nothing and a ceiling that doubles, so that many who failed together do not
    come back together. A provider's own wait comes first and gets the jitter on top.
    """
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (retry - 1))
    if retry_after is not None:
        return retry_after + random.uniform(0.0, FIRST_WAIT)
    return random.uniform(0.0, ceiling)


class Pace:
    """Keep requests of all threads within a number in flight and a number a minute."""

    def __init__(self, concurrency: int, per_minute: int | None, clock: Clock) -> None:
        self._free = threading.BoundedSemaphore(concurrency)
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._next = float("-inf")

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Wait for a turn, give the seconds waited, and keep it while the request is in flight."""
        came = self._clock.now()
        with self._free:
            with self._lock:
                now = self._clock.now()
                start = max(now, self._next)
                self._next = start + self._gap
            if start > now:
                self._clock.sleep(start - now)
            yield self._clock.now() - came

    def hold(self, seconds: float) -> None:
        """Let nobody start before so many seconds have gone by."""
        with self._lock:
            self._next = max(self._next, self._clock.now() + seconds)


class Rest:
    """Let a judge rest that was given up several times in a row, so that nobody waits for it.

    After the rest, one call that is given up lets it rest again; one that is not ends the row.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._given_up = 0
        self._until = float("-inf")

    @property
    def resting(self) -> bool:
        """Say whether the judge is not to be asked now."""
        return self._clock.now() < self._until

    def note(self, *, given_up: bool) -> None:
        """Note how a call ended that tells whether the endpoint does its work."""
        with self._lock:
            self._given_up = self._given_up + 1 if given_up else 0
            if self._given_up >= GIVEN_UP:
                self._until = self._clock.now() + REST

"""How fast a judge may be asked, how long to wait before asking again, and when to let it rest.

Time and chance are handed in, so that a test neither sleeps nor guesses.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
PATIENCE = 60.0
"""Seconds that a provider may ask us to wait; a longer wait is left to a later sitting."""
LASTING = 60.0
"""Seconds for which a call comes back to an endpoint that is limited or failing."""
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
    come back together. A provider's own wait is never cut short, and gets jitter on top.
    """
    backoff = random.uniform(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(retry - 1, 10)))
    if retry_after is None:
        return backoff
    return max(retry_after + random.uniform(0.0, FIRST_WAIT), backoff)


@dataclass
class Traffic:
    """What goes on at an endpoint, for all who ask it.

    Attributes:
        changed: Held to read or change the others; told whenever a place is given back.
        in_flight: Requests that have a place.
        next: When the next may start, by the clock of those who ask.
    """

    changed: threading.Condition = field(default_factory=threading.Condition)
    in_flight: int = 0
    next: float = float("-inf")


class Pace:
    """Keep requests of all threads within a number in flight and a number a minute.

    Who shares traffic with others counts theirs too, each by limits of its own.
    """

    def __init__(
        self,
        concurrency: int,
        per_minute: int | None,
        clock: Clock,
        traffic: Traffic | None = None,
    ) -> None:
        self._most = concurrency
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._traffic = traffic or Traffic()

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Wait for a turn, give the seconds waited, and keep it while the request is in flight."""
        came, traffic = self._clock.now(), self._traffic
        with traffic.changed:
            traffic.changed.wait_for(lambda: traffic.in_flight < self._most)
            traffic.in_flight += 1
            now = self._clock.now()
            start = max(now, traffic.next)
            traffic.next = start + self._gap
        try:
            if start > now:
                self._clock.sleep(start - now)
            yield self._clock.now() - came
        finally:
            with traffic.changed:
                traffic.in_flight -= 1
                # All, since limits differ: one that is woken alone might have to wait on.
                traffic.changed.notify_all()

    def hold(self, seconds: float) -> None:
        """Let nobody start before so many seconds have gone by."""
        with self._traffic.changed:
            self._traffic.next = max(self._traffic.next, self._clock.now() + seconds)


class Rest:
    """Let a judge rest that was given up several times in a row.

    After a rest one call is made alone, and whoever comes meanwhile waits for what becomes of it:
    those who waited do not fall upon the endpoint together. The first rest of a row is waited for,
    if what was wrong may pass by itself. Where the call after it is given up too, nobody waits any
    more, so that no sitting hangs on a judge that is gone.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._given_up = 0
        self._until = float("-inf")
        self._may_pass = False
        self._alone: str | None = None

    def admits(self, call: str, *, patient: bool) -> bool:
        """Wait until a call may be made, and say whether it may.

        Args:
            call: Its name; `leave` has to follow.
            patient: Whether it waits for the end of a rest.
        """
        while True:
            with self._changed:
                while self._alone not in (None, call):
                    self._changed.wait()
                left = self._until - self._clock.now()
                if left <= 0:
                    if self._given_up >= GIVEN_UP:
                        self._alone = call
                    return True
                if not patient or not self._may_pass:
                    return False
            patient = False
            self._clock.sleep(left)

    def note(
        self, call: str, *, given_up: bool, may_pass: bool = False, at_once: bool = False
    ) -> bool:
        """Note how a call ended that tells whether the endpoint does its work.

        Returns whether the judge rests now and the end of it is waited for.

        Args:
            call: Its name.
            given_up: Whether the endpoint did not.
            may_pass: Whether what was wrong may pass by itself.
            at_once: Whether this one is enough to let the judge rest.
        """
        with self._changed:
            if not given_up:
                self._given_up, self._until = 0, float("-inf")
                return False
            now = self._clock.now()
            # One that set out before a rest makes no row longer.
            if self._alone in (None, call) and now >= self._until:
                self._given_up = max(self._given_up + 1, GIVEN_UP if at_once else 0)
                if self._given_up >= GIVEN_UP:
                    self._may_pass = may_pass and self._alone != call
                    self._until = now + REST
            return now < self._until and self._may_pass

    def leave(self, call: str) -> None:
        """Note that a call is over, however it ended."""
        with self._changed:
            if self._alone == call:
                self._alone = None
                self._changed.notify_all()

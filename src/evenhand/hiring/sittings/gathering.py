"""What several threads ask for at the same moment, done once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import OperationalError, transaction

Asked = TypeVar("Asked")
Given = TypeVar("Given")


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class _Place(Generic[Asked, Given]):
    """One thread in the queue."""

    asked: Asked
    given: list[Given] = field(default_factory=list)
    error: BaseException | None = None
    call: threading.Lock = field(default_factory=_held)
    """Let go when it is settled, or when it is this thread's turn."""

    @property
    def is_settled(self) -> bool:
        return bool(self.given) or self.error is not None


class Gathering(Generic[Asked, Given]):
    """Calls `run` with everything that waits, from whichever thread comes to its turn first.

    A thread that comes while another is at it waits; what gathered by then is the next call, and
    the one that waited longest makes it. So there is one call at a time, of one thing where nobody
    else is there, and of many where many are: what costs the same for one and for many, such as a
    commit, is paid once. Nobody waits for a call that is not theirs, and none waits for company.

    Args:
        run: does what is asked for, and returns what each becomes, in order.
        key: two things with the same key never go into one call; the later one waits.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Asked]], Sequence[Given]],
        key: Callable[[Asked], Hashable],
    ) -> None:
        self._run = run
        self._key = key
        self._queue: list[_Place[Asked, Given]] = []
        self._is_busy = False
        self._looking = threading.Lock()

    def do(self, asked: Asked) -> Given:
        """Return what became of this; what `run` raises because of it is raised here."""
        if transaction.get_connection().in_atomic_block:
            # Whoever waited with us would be told that theirs is kept before it is.
            return self._run([asked])[0]
        place = _Place[Asked, Given](asked)
        with self._looking:
            self._queue.append(place)
            waits, self._is_busy = self._is_busy, True
        if waits:
            place.call.acquire()
        if not place.is_settled:
            places = self._next()
            self._settle(places)
            self._hand_over()
            for one in places:
                if one is not place:
                    one.call.release()
        if place.error is not None:
            raise place.error
        return place.given[0]

    def _next(self) -> list[_Place[Asked, Given]]:
        with self._looking:
            first = {self._key(one.asked): one for one in reversed(self._queue)}
            now = [one for one in self._queue if first[self._key(one.asked)] is one]
            self._queue = [one for one in self._queue if first[self._key(one.asked)] is not one]
        return now

    def _hand_over(self) -> None:
        with self._looking:
            if self._queue:
                self._queue[0].call.release()
            self._is_busy = bool(self._queue)

    def _settle(self, places: Sequence[_Place[Asked, Given]]) -> None:
        try:
            for place, given in zip(places, self._run([one.asked for one in places]), strict=True):
                place.given.append(given)
        except BaseException as error:
            # Where the database is gone it is gone for all; else one must not cost the others.
            gone = isinstance(error, OperationalError) or not isinstance(error, Exception)
            if len(places) > 1 and not gone:
                for place in places:
                    self._settle([place])
                return
            for place in places:
                place.error = error

"""How fast one sitting may be saved to: far faster than anybody types, and not without end.

A page sends a save at most every 0.8 seconds of pause, or every 1.5 seconds while somebody types on
(`static/evenhand/autosave.js`), the next one after the last was answered: 1.25 a second. Ten times
that may go on for ever; besides, `AT_ONCE` go at once, for tabs and for what was kept while there
was no connection. It is counted in the memory of this process: no save waits for the database
because of it, and several web processes allow as many times as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Final

A_SECOND: Final = 12.5
"""Saves that go on for ever."""
AT_ONCE: Final = 150
"""Saves that go besides, after a time without any."""
MOST_KEPT: Final = 20_000
"""Sittings that are remembered; one that paused for longer than `AT_ONCE` lasts needs no memory."""


class Pace:
    """The generic cell rate algorithm (ITU-T I.371): one moment a key is all that is kept.

    Args:
        a_second: how many go on for ever.
        at_once: how many go besides.
        clock: gives seconds and never goes back.
    """

    def __init__(
        self,
        a_second: float = A_SECOND,
        at_once: int = AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each = 1 / a_second
        self._slack = at_once * self._each
        self._clock = clock
        self._due: dict[Hashable, float] = {}

    def wait(self, key: Hashable) -> float:
        """Take one for a key; returns 0, or after how many seconds to come again.

        Of two threads that take at the same moment one may go uncounted, which is no harm.
        """
        now = self._clock()
        due = max(self._due.get(key, now), now)
        ahead = due + self._each - now - self._slack
        if ahead > self._each / 2:  # half, so that no rounding refuses the last that may go
            return ahead
        self._due[key] = due + self._each
        if len(self._due) > MOST_KEPT:
            self._due = {one: at for one, at in list(self._due.items()) if at > now}
        return 0.0


SAVES: Final = Pace()
"""Of the sittings of this process."""

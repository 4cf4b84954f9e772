"""Panels that a worker keeps at hand: one a pack and organisation, closed after the last use.

What is kept is what is set up: a panel whose judges were edited or removed since, or whose key was
changed, is loaded anew, and reads only if it is still what went through the gate.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.conf import settings

from evenhand.hiring.judging.queries import (
    DEFAULT,
    ActivePanel,
    active_panel,
    load_active,
    load_tried,
)
from evenhand.hiring.panels.queries import setup_of

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

MOST: Final = 4
AGAIN: Final = 300.0
"""Seconds after which a panel that could not be loaded is tried again: a name may be found again,
and loading takes the time of an answer."""


class _Meant(NamedTuple):
    """What a panel is kept as: another one is loaded where it is not the same any more."""

    active: ActivePanel
    setup: str


_EMBEDDED: Final = _Meant(ActivePanel(DEFAULT, ""), "")
"""A pack version names the embedded judges: nothing about them is set up."""


@dataclass(eq=False)
class _Held:
    meant: _Meant
    panel: AnyPanel
    users: int = 0
    dropped: bool = False


class HeldPanels:
    """Panels by pack version and organisation; the embedded one is the same for all of them.

    A panel that is dropped while a step uses it is closed after it. For one that cannot be had the
    embedded one is lent, and kept as nothing but itself.

    Args:
        clock: Seconds that go by.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._missing: dict[str, tuple[_Meant, float]] = {}
        self._clock = clock
        # Two threads that need the same panel first must not both load its weights.
        self._lock = Lock()

    @contextmanager
    def of(
        self, pack_hash: str, organisation: UUID, *, embedded: bool = False
    ) -> Iterator[AnyPanel]:
        """Lend an organisation's active panel of a pack version, loaded once a process.

        With `embedded` it is the embedded one, whatever is active: the same where that is.
        """
        active = active_panel(pack_hash, organisation)
        meant = _EMBEDDED
        if not embedded and active.name != DEFAULT:
            meant = _Meant(active, setup_of(organisation))
        with self._lock:
            one = self._tried(pack_hash, meant, organisation)
            one = one or self._embedded(pack_hash, organisation)
            one.users += 1
        try:
            yield one.panel
        finally:
            with self._lock:
                one.users -= 1
                self._close_unused(one)

    def clear(self) -> None:
        """Drop every panel."""
        with self._lock:
            self._missing.clear()
            while self._held:
                self._drop(next(iter(self._held)))

    def _tried(self, pack_hash: str, meant: _Meant, organisation: UUID) -> _Held | None:
        """Return the panel that somebody made active; None where the embedded one reads."""
        if meant == _EMBEDDED:
            return None
        key = f"{pack_hash} {organisation}"
        known = self._held.get(key)
        if known is not None and known.meant == meant:
            return self._used(key)
        missing, since = self._missing.get(key, (None, 0.0))
        if missing == meant and self._clock() < since + AGAIN:
            return None
        if known is not None:
            # Before the other one is loaded: whether or not it can be, this one reads no more.
            self._drop(key)
        loaded = load_tried(
            pack_hash, meant.active, organisation=organisation, threads=settings.JUDGE_THREADS
        )
        if loaded is None:
            self._missing[key] = meant, self._clock()
            return None
        self._missing.pop(key, None)
        return self._keep(key, _Held(meant, loaded))

    def _embedded(self, pack_hash: str, organisation: UUID) -> _Held:
        key = f"{pack_hash} {DEFAULT}"
        if key in self._held:
            return self._used(key)
        loaded = load_active(
            pack_hash, _EMBEDDED.active, organisation=organisation, threads=settings.JUDGE_THREADS
        )
        return self._keep(key, _Held(_EMBEDDED, loaded))

    def _keep(self, key: str, one: _Held) -> _Held:
        self._held[key] = one
        while len(self._held) > MOST:
            self._drop(next(iter(self._held)))
        return one

    def _used(self, key: str) -> _Held:
        self._held.move_to_end(key)
        return self._held[key]

    def _drop(self, key: str) -> None:
        one = self._held.pop(key)
        one.dropped = True
        self._close_unused(one)

    def _close_unused(self, one: _Held) -> None:
        if one.dropped and not one.users:
            one.panel.close()


HELD: Final = HeldPanels()
"""Of this process."""

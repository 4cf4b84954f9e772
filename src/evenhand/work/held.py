"""Panels that a worker keeps at hand: one a pack and organisation, closed after the last use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings

from evenhand.hiring.judging.queries import DEFAULT, ActivePanel, active_panel, load_active

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

MOST: Final = 4


@dataclass(eq=False)
class _Held:
    active: ActivePanel
    panel: AnyPanel
    users: int = 0
    dropped: bool = False


class HeldPanels:
    """Panels by pack version and organisation; the embedded one is the same for all of them.

    A panel that is dropped while a step uses it is closed after it.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[str, _Held] = OrderedDict()
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
        if embedded or active.name == DEFAULT:
            key, active = f"{pack_hash} {DEFAULT}", ActivePanel(DEFAULT, "")
        else:
            key = f"{pack_hash} {organisation}"
        with self._lock:
            one = self._take(key, pack_hash, active, organisation)
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
            while self._held:
                self._drop(next(iter(self._held)))

    def _take(self, key: str, pack_hash: str, active: ActivePanel, organisation: UUID) -> _Held:
        known = self._held.get(key)
        if known is None or known.active != active:
            loaded = load_active(
                pack_hash, active, organisation=organisation, threads=settings.JUDGE_THREADS
            )
            if known is not None:
                self._drop(key)
            known = self._held[key] = _Held(active, loaded)
        self._held.move_to_end(key)
        while len(self._held) > MOST:
            self._drop(next(iter(self._held)))
        return known

    def _drop(self, key: str) -> None:
        one = self._held.pop(key)
        one.dropped = True
        self._close_unused(one)

    def _close_unused(self, one: _Held) -> None:
        if one.dropped and not one.users:
            one.panel.close()


HELD: Final = HeldPanels()
"""Of this process."""

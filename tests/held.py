"""What a worker holds, for tests of who reads: an active panel, and the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.panels import PlainPanel

from evenhand.hiring.models import Sitting
from evenhand.hiring.openings.packs import pack_of


class HeldOf:
    """Lends one panel as the active one and another as the embedded one, like `HeldPanels`."""

    def __init__(self, sitting: Sitting, sends_to: frozenset[tuple[str, str]]) -> None:
        pack = pack_of(sitting.application.pack_id)
        self.embedded, self.active = PlainPanel(pack), PlainPanel(pack)
        self.embedded.name, self.embedded.version = "embedded", "e" * 64
        if sends_to:
            self.active.name, self.active.version = "careful", "c" * 64
            self.active.sends_to = sends_to
        else:
            self.active = self.embedded

    @contextmanager
    def of(self, *_: object, embedded: bool = False) -> Iterator[PlainPanel]:
        yield self.embedded if embedded else self.active

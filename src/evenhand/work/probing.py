"""The lane of follow-ups: a thread of the worker that chooses them while candidates wait.

No queue of the durable work stands in between: a choice is worth something for two seconds, and one
that is lost is given up by the page that asked for it. The worker holds the panel anyway, so no web
process needs the memory or the processor that reading takes, and no save waits for it.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from django.db import connections
from django.utils import timezone

from evenhand.hiring.openings.models import Application
from evenhand.hiring.probes.services import choose_probe, fail, take_waiting
from evenhand.hiring.sittings.models import Sitting
from evenhand.work.held import HELD

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.1
"""Seconds between two looks for choices that wait."""
WARM_EVERY: Final = 20
"""Looks between two looks for panels that will be needed."""


class ProbeLane:
    """Chooses follow-ups until told to stop."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._thread = threading.Thread(target=self._run, name="follow-ups", daemon=True)
        self._failed = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self) -> None:
        """Wait until the choice in hand is made; call it after `stop` is set."""
        self._thread.join(timeout=5)

    def _run(self) -> None:
        looks = 0
        while not self._stop.is_set():
            try:
                if looks % WARM_EVERY == 0:
                    warm_up()
                looks += 1
                while not self._stop.is_set() and choose_next():
                    pass
                self._failed = False
            except Exception as error:  # whatever it is, the next look may find it mended
                if not self._failed:
                    log.warning("follow-ups: %s; trying again", type(error).__name__)
                self._failed = True
                connections.close_all()
                self._stop.wait(1)
            self._stop.wait(LOOK_EVERY)
        connections.close_all()


def choose_next() -> bool:
    """Make one choice that waits; False where none does."""
    choice = take_waiting()
    if choice is None:
        return False
    try:
        application = choice.sitting.application
        whose = application.opening.organisation_id
        with HELD.of(application.pack_id, whose, embedded=True) as panel:
            choose_probe(choice, panel, timezone.now)
    except Exception as error:
        # The error's own text may hold words of the answer, which have no place in a log.
        log.warning("follow-up of sitting %s: %s", choice.sitting_id, type(error).__name__)
        fail(choice, timezone.now())
    return True


def warm_up() -> None:
    """Load the panels that sittings in progress will need: loading takes as long as they wait."""
    needed = Application.objects.filter(
        opening__probes=True, sitting__state=Sitting.State.STARTED
    ).values_list("pack_id", "opening__organisation")
    for pack_hash, organisation in needed.distinct():
        with HELD.of(pack_hash, organisation, embedded=True):
            pass

"""A worker that is killed while models are asked repeats what was in flight and nothing else.

The long run, 200 sittings and 20 kills, is bench/killed_sittings.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.faults.killing import MOST_IN_FLIGHT, Model, Place, content_of
from tests.judges.llm.servers import FaultServer, Handler, reply
from tests.support import wait_until

SITTINGS, KILLS, SEED = 6, 3, 11
BROKEN_KILLS, MANY_DRAWS, LATE = 2, 9, 7
"""With so many draws a judge that breaks every reply is asked ten times before it is given up; it
is killed at the seventh."""


class HalfBroken(Model):
    """A model of which judge two gets prose, which is paid for and is no reading."""

    def __init__(self) -> None:
        super().__init__()
        self.broken: Counter[str] = Counter()

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        if body["model"] != "two":
            super().__call__(handler, body)
            return
        with self.lock:
            self.broken[content_of(body)] += 1
        handler.send(200, reply("I would say 2."))

    def late_in_a_reading(self) -> Callable[[], bool]:
        """Return what says whether judge two is late in a reading that begins from now on."""
        before = Counter(self.broken)

        def is_late() -> bool:
            with self.lock:
                return any(n >= LATE for n in (self.broken - before).values())

        return is_late


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_killed_at_any_moment_every_answer_is_scored_once_and_paid_for_once(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    furnish(tmp_path / "home")
    place = Place(tmp_path, SITTINGS)
    found = place.score_under_fire(Model(), KILLS, Random(SEED), patience=240)
    place.check_once()
    assert len(found.asked) == place.contents
    assert found.beyond <= KILLS
    assert 0 <= found.repeated <= KILLS * MOST_IN_FLIGHT


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_what_was_paid_for_and_broken_is_in_the_account_once_whenever_the_worker_is_killed(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    furnish(tmp_path / "home")
    place, model = Place(tmp_path, 1), HalfBroken()
    with FaultServer(model) as server:
        place.describe(server, draws=MANY_DRAWS)
        for _each in range(BROKEN_KILLS):
            with place.worker():
                wait_until(model.late_in_a_reading(), what="many replies to one question")
        place.finish(patience=240)
    paid = sum(model.broken.values())
    ((tokens, sent),) = place.ask(
        "SELECT sum(prompt_tokens), sum(sent) FROM hiring_judgecall WHERE judge = 'two'"
    )
    assert paid - BROKEN_KILLS * MOST_IN_FLIGHT <= sent <= paid
    assert tokens == 1000 * sent

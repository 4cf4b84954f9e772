"""People who type, each saving as the page's script does. A locustfile; `bench/typists.py` runs it.

A person types in bursts with pauses between them. What they typed is sent 800 ms after the last
key or 1.5 s after the first unsaved one, whichever is first, and never while a save is on its way:
as `autosave.js` does it. Reads EVENHAND_LOAD_SEATS, a file as `tests.load.stage` prints it, and
writes what was acknowledged, and what was measured, to EVENHAND_LOAD_FOUND.
"""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import gevent
from locust import FastHttpUser, events, task
from locust.env import Environment
from tests.load.driver import TOKEN, WORDS

BURST, PAUSE = 10.0, 10.0
"""Mean seconds of a burst and of the pause after it: half of the time of writing is pauses."""
KEYS = 4.0
"""Keys a second within a burst."""
IDLE, LONGEST = 0.8, 1.5
SEED = int(os.environ.get("EVENHAND_LOAD_SEED", "1"))

_seats = json.loads(Path(os.environ["EVENHAND_LOAD_SEATS"]).read_text())
_numbers = count()
_acknowledged: dict[str, dict[str, Any]] = {}


class Typist(FastHttpUser):
    """One candidate at one question."""

    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        """Sit down at a place of one's own."""
        self.number = next(_numbers)
        self.seat = _seats[self.number]
        self.random = Random(SEED * 100_000 + self.number)
        self.revision, self.length = 0, 0
        gevent.sleep(self.random.uniform(0, PAUSE))

    @task
    def write(self) -> None:
        """Type for a while with saves on the way, save what is left, and pause."""
        left = self.random.expovariate(1 / BURST)
        while left > 0:
            typed = min(left, LONGEST)
            gevent.sleep(typed)
            left -= typed
            self.length += max(1, round(typed * KEYS))
            if left <= 0:
                gevent.sleep(IDLE)
            self.save()
        gevent.sleep(self.random.expovariate(1 / PAUSE))

    def save(self) -> None:
        """Send the text as it stands; keep in mind what the server said it has."""
        text = f"{self.number} {WORDS * (1 + self.length // len(WORDS))}"[: self.length + 6]
        body = {
            "text": text, "base_revision": self.revision, "tab": "load", "replace": False,
        }  # fmt: skip
        headers = {"X-CSRFToken": TOKEN, "Cookie": f"csrftoken={TOKEN}"}
        path, sent = self.seat["path"], {"sitting": self.seat["sitting"], "sent": text}
        known = _acknowledged.setdefault(self.seat["sitting"], {"text": "", "revision": 0})
        known["sent"] = sent["sent"]
        with self.client.post(
            path, json=body, headers=headers, name="save", catch_response=True
        ) as reply:
            if reply.status_code != 200:
                reply.failure(f"{reply.status_code}: {(reply.text or '')[:100]}")
                return
            self.revision = reply.json()["revision"]
            known |= {"text": text, "revision": self.revision}


@events.quitting.add_listener
def write_down(environment: Environment, **_: object) -> None:
    """Write what was acknowledged and measured; the run has ended, nothing is on its way."""
    total = environment.stats.total
    found = {
        "acknowledged": _acknowledged,
        "saves": total.num_requests,
        "failures": total.num_failures,
        "errors": [f"{one.occurrences} x {one.error}" for one in environment.stats.errors.values()],
        "rate": total.total_rps,
        "p50": total.get_response_time_percentile(0.5),
        "p99": total.get_response_time_percentile(0.99),
    }
    Path(os.environ["EVENHAND_LOAD_FOUND"]).write_text(json.dumps(found))

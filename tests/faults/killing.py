"""Kill a worker whose panel asks models, again and again, and count what the models were asked."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from tests.judges.llm.servers import FaultServer, Handler, asked_about, fails, reply
from tests.support import PATIENCE, wait_until

from evenhand.ledger import verify_bundle

SCRIPT = Path(__file__).with_name("llm_worker.py")
ANSWERS, READINGS, DIMENSIONS = 4, 5, 7  # of one sitting: one of the answers is read on two
JUDGES, DRAWS = ("one", "two"), 3
CANARIES = READINGS
"""Readings of the answer that is worth nothing: one for each prompt and dimension, once."""
MOST_IN_FLIGHT = len(JUDGES)
"""Each judge may have one request in flight."""

_CODE = re.compile(r"(?<=ANSWER )[a-z]+|(?<=The code of this answer is )[a-z]+")

PANELS = """
[judge.one]
kind = "openai"
base_url = "{url}"
model = "one"
price = {{ input = 1, cached = 0.1, output = 4 }}
concurrency = 1
draws = 3
temperature = 1.0

[judge.two]
kind = "openai"
base_url = "{url}"
model = "two"
price = {{ input = 1, cached = 0.1, output = 4 }}
concurrency = 1
draws = {draws}
temperature = 1.0

[panel.asked]
judges = ["one", "two"]
embedded = false
"""


@dataclass
class Model:
    """Rates every answer alike, and counts what it is asked by content.

    Attributes:
        pause: Seconds that a reply takes.
        every: One request of so many is told to come again; 0 for none.
    """

    pause: float = 0.005
    every: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    total: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        with self.lock:
            self.total += 1
            turned_away = self.every and self.total % self.every == 0
            if not turned_away:
                self.asked[content_of(body)] += 1
        if turned_away:
            fails(429, retry_after="0")(handler, body)
            return
        threading.Event().wait(self.pause)
        handler.send(200, reply(rating_for(body)))


def content_of(body: dict[str, Any]) -> str:
    """Name what is asked by all but the code of the fence, which is new each time."""
    said = _CODE.sub("", json.dumps([body["model"], body["messages"]]))
    return sha256(said.encode()).hexdigest()


def rating_for(body: dict[str, Any]) -> dict[str, Any]:
    """Return a reading of the form that is asked for: nothing shown, level 2."""
    chances = {str(n): 100 * (n == 2) for n in range(1, 6)}
    return {**asked_about(body), "chances": chances, "level": 2}


@dataclass
class Killed:
    """What came of it.

    Attributes:
        kills: How often the worker was killed.
        asked: How often each content was asked for.
        repeated: Requests beyond those that were needed.
        beyond: The most that one content was asked for beyond its draws.
    """

    kills: int
    asked: Counter[str]
    repeated: int
    beyond: int


class Place:
    """A home with sittings handed in, and the models that its worker asks."""

    def __init__(self, folder: Path, sittings: int) -> None:
        self.folder, self.sittings = folder, sittings
        self.panels = folder / "panels.toml"
        self.home = folder / "home"
        self.home.mkdir(exist_ok=True)
        self.run("prepare", str(sittings), timeout=600)

    @property
    def contents(self) -> int:
        """How many contents have to be asked for."""
        return (self.sittings * READINGS + CANARIES) * len(JUDGES)

    def run(self, task: str, value: str, *, timeout: float) -> None:
        subprocess.run(self._command(task, value), env=self._env(), check=True, timeout=timeout)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Let a worker work, and kill it; `describe` its judges first."""
        command = self._command("work", str(self.panels))
        with subprocess.Popen(command, env=self._env()) as process:
            try:
                yield process
            finally:
                process.kill()

    def score_under_fire(
        self, model: Model, kills: int, random: Random, *, patience: float
    ) -> Killed:
        """Score everything, killing the worker at requests drawn at random."""
        needed = self.contents * DRAWS
        moments = sorted(random.sample(range(1, needed), kills))
        with FaultServer(model) as server:
            self.describe(server)
            for moment in moments:
                with self.worker():
                    wait_until(
                        self._asked(model, moment), seconds=patience, what=f"{moment} requests"
                    )
            self.finish(patience)
        extra = [times - DRAWS for times in model.asked.values()]
        return Killed(kills, model.asked, sum(model.asked.values()) - needed, max(extra))

    def describe(self, server: FaultServer, draws: int = DRAWS) -> None:
        """Say whom the worker asks; `draws` are those of judge two."""
        self.panels.write_text(PANELS.format(url=server.url, draws=draws))

    def finish(self, patience: float) -> None:
        """Let a worker that nobody kills score what is left."""
        with self.worker() as last:
            wait_until(self.all_scored, seconds=patience, what="all sittings scored")
            last.terminate()
            last.wait(timeout=PATIENCE)

    @staticmethod
    def _asked(model: Model, number: int) -> Callable[[], bool]:
        return lambda: sum(model.asked.values()) >= number

    def all_scored(self) -> bool:
        return self.count("hiring_sitting WHERE state = 'scored'") == self.sittings

    def count(self, sql: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {sql}")[0][0])

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.home / "evenhand.sqlite3", timeout=20)) as database:
            return list(database.execute(sql))

    def check_once(self) -> None:
        """Check that every answer is scored once, in the tables and in the ledger."""
        answers, readings = self.sittings * ANSWERS, self.sittings * READINGS
        assert self.count("hiring_reading") == answers
        assert self.count("hiring_verdictrow") == readings * len(JUDGES)
        assert self.count("hiring_verdictrow WHERE level IS NULL") == 0
        assert self.count("hiring_answerscore") == readings
        assert self.count("hiring_estimaterow") == self.sittings * (DIMENSIONS + 1)
        bundle = self.folder / "ledger.jsonl"
        self.run("export", str(bundle), timeout=120)
        report = verify_bundle(bundle, None)
        assert report.ok, report.problems
        by_action = dict(
            self.ask("SELECT action, count(*) FROM hiring_ledgerentry GROUP BY action")
        )
        assert by_action["answer.read"] == answers
        assert by_action["sitting.scored"] == self.sittings

    def _command(self, task: str, value: str) -> list[str]:
        return [sys.executable, str(SCRIPT), task, value]

    def _env(self) -> dict[str, str]:
        top = str(SCRIPT.parents[2])
        return {"PATH": os.environ["PATH"], "EVENHAND_HOME": str(self.home), "PYTHONPATH": top}

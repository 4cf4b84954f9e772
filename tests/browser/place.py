"""A real server process in a home of its own, that tests may kill and start again."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.browser import staged
from tests.support import wait_until


@dataclass
class Place:
    """A server on one port with its home; `start` and `kill` may follow each other."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    links: dict[str, Any] = field(default_factory=dict)
    stages: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        # The one name under which browsers let passkeys go without TLS.
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return staged.environment(self.home, self.url)

    def fill(self, run: Path, what: str = staged.ALL) -> None:
        """Make the home, with what the tests look at."""
        self.stages = staged.furnish(self.home, run, self.url, what)
        self.links = self.stages[staged.PEOPLE]

    def fresh_link(self) -> str:
        """Return the link of a candidate whom no other test uses."""
        return str(self.links["fresh"].pop())

    def sitting_of(self, link: str) -> str:
        """Return the id of the sitting behind a link, as the database writes it."""
        return str(self.links["sitting_of"][link])

    def start(self, *, worker: bool = False) -> None:
        """Start the server, alone or with a worker, and return when it answers."""
        command = [sys.executable, "-m", "evenhand", "serve"]
        command += [] if worker else ["--no-worker"]
        self.launch([*command, "--port", str(self.port)])

    def launch(self, command: list[str]) -> None:
        """Start a server by this command, and return when it answers."""
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that its own children are killed with it
            )
        wait_until(self.answers, what="the server to answer")

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.home / "server.log").read_text()
        return self.is_taken()

    def is_taken(self) -> bool:
        """Tell whether anybody listens on the port."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        """End the server and its children without a word of warning."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # A child may listen a moment longer than its parent lives; the next server must not be
        # taken for started because of it.
        wait_until(lambda: not self.is_taken(), what="the killed server's port")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the server's database from outside, as it is on disk."""
        with closing(sqlite3.connect(self.home / "evenhand.sqlite3", timeout=20)) as database:
            return database.execute(query, values).fetchall()

    def begin_earlier(self, link: str, *, seconds_over: int) -> None:
        """Move the beginning of a sitting back, to where its time has been over for so long."""
        sitting = self.sitting_of(link)
        (minutes,) = self.rows("SELECT minutes FROM hiring_sitting WHERE id = ?", sitting)[0]
        begun = datetime.now(UTC) - timedelta(minutes=minutes, seconds=seconds_over)
        change = "UPDATE hiring_sitting SET started_at = ? WHERE id = ?"
        connected = sqlite3.connect(self.home / "evenhand.sqlite3", timeout=20)
        with closing(connected) as database, database:
            database.execute(change, (f"{begun:%Y-%m-%d %H:%M:%S.%f}", sitting))


_given: set[int] = set()


def free_port() -> int:
    """Return a port on which nothing listens now, and which nobody else of this run is given.

    A server that is killed and started again needs the same one twice; from the range that the
    system gives out (32768 and up) somebody else might get it in between. Each process of a run has
    a range of its own below that.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw11")
    first = 20_000 + 1_000 * (int(worker.removeprefix("gw")) % 12)
    left = sorted(set(range(first, first + 1_000)) - _given)
    for port in random.SystemRandom().sample(left, 100):
        with suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            _given.add(port)
            return port
    raise OSError(f"no free port between {first} and {first + 1_000}")

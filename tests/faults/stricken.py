"""A home with its database, a server and a worker, each of which may be killed at any moment."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from tests import postgres
from tests.browser.place import free_port
from tests.support import wait_until

TOP: Final = Path(__file__).parents[2]
VICTIMS: Final = ("server", "worker", "database")
WORKER: Final = (sys.executable, "-m", "evenhand", "work")


class Stricken:
    """Processes that are started and killed. On SQLite the database is who has its file open."""

    def __init__(
        self, home: Path, *, cluster: Mapping[str, str] | None, worker: tuple[str, ...] = WORKER
    ) -> None:
        self.home, self._cluster, self._worker = home, cluster, worker
        self.port = free_port()
        self.log = home / "processes.log"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
        self.env = kept | {
            "EVENHAND_HOME": str(home),
            "EVENHAND_BASE_URL": f"http://localhost:{self.port}",
            "EVENHAND_EMAIL": f"file:{home / 'mail'}",
            "DJANGO_SETTINGS_MODULE": "evenhand.config.settings",
            "PYTHONPATH": str(TOP),
        }
        if cluster is not None:
            self.env |= dict(cluster)
            self.env["EVENHAND_DATABASE"] = postgres.address(dict(cluster), "evenhand")

    @property
    def kind(self) -> str:
        """Which database it is."""
        return "SQLite" if self._cluster is None else "PostgreSQL"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command in this home to its end."""
        return subprocess.run(
            [sys.executable, "-m", *arguments], env=self.env, capture_output=True, text=True,
            timeout=600, check=False,
        )  # fmt: skip

    def ask(self, sql: str) -> Any:
        """Return the one value of a query, as it is on disk now."""
        if self._cluster is None:
            connected = sqlite3.connect(self.home / "evenhand.sqlite3", timeout=20)
            with closing(connected) as database:
                return database.execute(sql).fetchone()[0]
        where = {"host": self._cluster["PGHOST"], "user": self._cluster["PGUSER"]}
        with psycopg.connect(**where, dbname="evenhand") as connection:  # type: ignore[arg-type]
            row = connection.execute(sql).fetchone()
            return row[0] if row else None

    def start(self, name: str) -> None:
        """Start what was killed; a server or a database answers when this returns."""
        if name == "database":
            if self._cluster is not None:
                postgres.start_again(self._cluster)
                return
            self.start("server")
            self.start("worker")
            return
        serve = (sys.executable, "-m", "evenhand", "serve", "--no-worker", "--port", str(self.port))
        with self.log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                serve if name == "server" else self._worker,
                env=self.env, stdout=log, stderr=log,
                start_new_session=True,  # so that its own children are killed with it
            )  # fmt: skip
        if name == "server":
            wait_until(self._answers, what="the server to answer")

    def kill(self, name: str) -> None:
        """End one of the three without a word of warning, with all of its processes."""
        if name == "database":
            if self._cluster is not None:
                postgres.kill(self._cluster)
                return
            self.kill("server")
            self.kill("worker")
            return
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if name == "server":
            # A child may listen for a moment longer than its parent lives.
            wait_until(lambda: not self._listens(), what="the port to be free")

    def start_what_ended(self) -> int:
        """Start again what ended by itself, as a service manager would; returns how many."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        for name in ended:
            self.start(name)
        return len(ended)

    def end(self) -> None:
        """Kill what still runs."""
        for name in list(self._running):
            self.kill(name)

    def _answers(self) -> bool:
        assert self._running["server"].poll() is None, self.log.read_text()[-4000:]
        return self._listens()

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@contextmanager
def stricken(folder: Path, kind: str, worker: tuple[str, ...] = WORKER) -> Iterator[Stricken]:
    """Make an empty home on either database, or use the one there; at the end all is ended."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    if kind == "SQLite":
        yield from _until_left(Stricken(home, cluster=None, worker=worker))
        return
    with postgres.cluster(durable=True) as where:
        yield from _until_left(Stricken(home, cluster=where, worker=worker))


def _until_left(site: Stricken) -> Iterator[Stricken]:
    try:
        yield site
    finally:
        site.end()

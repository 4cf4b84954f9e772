"""A home with people who write, and the servers that take what they write, one at a time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests import postgres
from tests.browser.place import Place

from evenhand.config.serving import THREADS

GRANIAN: Final = ("-m", "granian", "--host", "127.0.0.1", "--no-ws", "--log-level", "warning")
_WSGI: Final = ("--interface", "wsgi", "--blocking-threads", str(THREADS))
SERVERS: Final = {
    "evenhand": (),
    "bare Django view": (*_WSGI, "tests.load.bare_django:wsgi"),
    "bare ASGI handler": ("--interface", "asgi", "tests.load.bare:asgi"),
}
"""Name to what granian is asked for; ours starts as an operator starts it."""


@dataclass
class Site(Place):
    """A home, its database, and whoever serves it now."""

    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"EVENHAND_DATABASE": self.database}

    def stage(self, people: int) -> list[dict[str, Any]]:
        """Migrate and let this many people begin; returns the sitting and save path of each."""
        command = [sys.executable, "-m", "tests.load.stage", str(people)]
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, check=True)
        seats: list[dict[str, Any]] = json.loads(done.stdout)
        return seats

    def serve(self, name: str) -> None:
        """Start one of SERVERS."""
        if name == "evenhand":
            self.start()
            return
        command = [sys.executable, *GRANIAN, "--port", str(self.port), *SERVERS[name]]
        self.launch(command)

    def megabytes(self) -> float:
        """Return the memory of the server's processes, shared pages counted once (PSS)."""
        total = 0
        for folder in self._processes():
            with suppress(OSError):
                found = re.search(r"^Pss:\s+(\d+)", (folder / "smaps_rollup").read_text(), re.M)
                total += int(found[1]) if found else 0
        return total / 1024

    def processor_seconds(self) -> float:
        """Return what the server's processes have used so far, in their own code and for it."""
        ticks = 0
        for folder in self._processes():
            with suppress(OSError):
                # Behind the name, which may hold anything but a later bracket (proc(5)).
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _processes(self) -> Iterator[Path]:
        assert self.process is not None
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                if folder.name.isdigit() and os.getpgid(int(folder.name)) == self.process.pid:
                    yield folder

    def stop(self) -> None:
        """End the server as an operator would, and wait for it."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)
        self.kill()


@contextmanager
def site(kind: str, port: int) -> Iterator[Site]:
    """Make an empty home on `sqlite` or on a `postgresql` cluster of its own that syncs."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        if kind == "sqlite":
            yield Site(home, port)
            return
        with postgres.cluster(durable=True) as where:
            os.environ.update(where)
            yield Site(home, port, database=postgres.address(where, "load"))

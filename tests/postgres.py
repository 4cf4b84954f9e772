"""A PostgreSQL cluster of Debian's own, for one test run: made in a new folder, gone at the end.

`python -m tests.postgres COMMAND...` runs a command with the tests' settings on such a cluster.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

DEBIAN: Final = Path("/usr/lib/postgresql")
USER: Final = "evenhand"


def programs() -> Path:
    """Return the folder of the newest PostgreSQL that Debian's packages put there."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise FileNotFoundError(f"no PostgreSQL in {DEBIAN}: run scripts/system-packages")
    return versions[-1].parent


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[dict[str, str]]:
    """Run a cluster, and yield the environment in which libpq finds it.

    It listens on a socket in its own folder and on no port, so two runs never meet. `durable`
    leaves fsync on, for tests that kill processes.
    """
    folder = Path(tempfile.mkdtemp(prefix="evenhand-pg-", dir="/tmp"))  # a socket's path is short
    who = _server_user()
    data = folder / "data"
    try:
        if who:
            shutil.chown(folder, who["user"], who["group"])
        _run(who, "initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8",
             "--locale=C.UTF-8", "--no-sync", "--pgdata", str(data))  # fmt: skip
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        start = ("pg_ctl", "start", "--wait", "--pgdata", str(data), "--log", str(folder / "log"))
        _run(who, *start, "--options", options)
        try:
            yield {"PGHOST": str(folder), "PGUSER": USER}
        finally:
            _run(who, "pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", str(data))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(environment: dict[str, str], name: str, template: str = "") -> str:
    """Make a database on a running cluster, and return its address for the settings.

    It is empty, or a copy of `template`, to which nobody may be connected.
    """
    env = os.environ | environment
    copied = ["--template", template] if template else []
    subprocess.run([str(programs() / "createdb"), *copied, name], env=env, check=True, timeout=60)
    return f"postgresql:///{name}"


def _server_user() -> dict[str, Any]:
    # The server refuses to run as root: Debian's package brings a user for it.
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(who: dict[str, Any], program: str, *arguments: str) -> None:
    done = subprocess.run(
        [programs() / program, *arguments], **who, cwd="/", text=True, timeout=120,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()}")


def main(command: list[str]) -> int:
    """Run the command; the tests' settings read where to from the environment."""
    with cluster() as where:
        env = os.environ | where | {"EVENHAND_TEST_DATABASE": address(where, "evenhand")}
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A PostgreSQL cluster of Debian's own, for one test run: made in a new folder, gone at the end.

`python -m tests.postgres COMMAND...` runs a command with the tests' settings on such a cluster.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.support import PATIENCE, wait_until

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
        _start(folder, durable=durable)
        try:
            yield {"PGHOST": str(folder), "PGUSER": USER}
        finally:
            _run(who, "pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", str(data))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kill(environment: Mapping[str, str]) -> None:
    """End every process of a running cluster with SIGKILL, as when the machine loses its power."""
    lock = _data(environment) / "postmaster.pid"
    main_process = int(lock.read_text().split()[0])
    os.kill(main_process, signal.SIGSTOP)  # so that it makes no child meanwhile
    doomed = [main_process, *_children_of(main_process)]
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(_is_there, doomed)), what="PostgreSQL to be gone")
    # They name a process that is dead, but perhaps not waited for yet: that would stop the next.
    for file in (lock, *Path(environment["PGHOST"]).glob(".s.PGSQL.*.lock")):
        file.unlink()


def start_again(environment: Mapping[str, str]) -> None:
    """Start a cluster made with `durable` that was killed, and wait until it has recovered."""
    _start(_data(environment).parent, durable=True)


def damage(environment: Mapping[str, str], name: str) -> list[str]:
    """Return what PostgreSQL's own check of its tables and indexes finds wrong in a database."""
    checked = subprocess.run(
        [programs() / "pg_amcheck", "--install-missing", "--heapallindexed", name],
        env=os.environ | dict(environment), capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    return (checked.stdout + checked.stderr).splitlines() if checked.returncode else []


def address(environment: dict[str, str], name: str, template: str = "") -> str:
    """Make a database on a running cluster, and return its address for the settings.

    It is empty, or a copy of `template`, to which nobody may be connected.
    """
    env = os.environ | environment
    copied = ["--template", template] if template else []
    subprocess.run(
        [str(programs() / "createdb"), *copied, name], env=env, check=True, timeout=PATIENCE
    )
    return f"postgresql:///{name}"


def _data(environment: Mapping[str, str]) -> Path:
    return Path(environment["PGHOST"]) / "data"


def _start(folder: Path, *, durable: bool) -> None:
    options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
    if not durable:
        # Tests write in a transaction that is taken back, so what autovacuum counts is always an
        # empty table: a plan made by its figures joins whole tables row by row, for minutes.
        options += (
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
        )
    where = ("--pgdata", str(folder / "data"), "--log", str(folder / "log"))
    _run(_server_user(), "pg_ctl", "start", "--wait", "--timeout=300", *where, "--options", options)


def _children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _is_there(pid: int) -> bool:
    # A process that nobody has waited for yet is dead already, state Z in its status.
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


def _server_user() -> dict[str, Any]:
    # The server refuses to run as root: Debian's package brings a user for it.
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(who: dict[str, Any], program: str, *arguments: str) -> None:
    done = subprocess.run(
        [programs() / program, *arguments], **who, cwd="/", text=True, timeout=600,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()}")


def main(command: list[str]) -> int:
    """Run the command; the tests' settings read where to from the environment.

    Whoever ends this ends the command, and the cluster is gone all the same.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with cluster() as where:
        env = os.environ | where | {"EVENHAND_TEST_DATABASE": address(where, "evenhand")}
        return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Starting the processes: the web server, and the worker beside it."""

from __future__ import annotations

import logging
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from evenhand.config import secret
from evenhand.config.environment import DATABASE, HOME, SettingError, misspelt
from evenhand.config.logs import catch_what_nobody_does

log = logging.getLogger(__name__)

_MIGRATING = 0x45564E48
"""The number of the advisory lock; any would do that no other program uses on this database."""


def set_up() -> None:
    """Read the settings, and make the home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.config.settings")
    import django
    from django.conf import settings

    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    django.setup()
    for line in misspelt():
        log.warning(line)


@contextmanager
def before_there_is_a_home() -> Iterator[None]:
    """Let code run with Django set up, for checks that must come before a home is made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.config.settings")
    import django
    from django.conf import settings

    secret.stand_in()
    django.setup()
    yield
    if (kept := secret.end_stand_in()) is not None:
        settings.SECRET_KEY = kept


def server_options() -> dict[str, Any]:
    """Return how granian serves: no line for a request, and our handler for every other."""
    from django.conf import settings
    from granian.constants import Interfaces

    return {
        "interface": Interfaces.WSGI,
        "blocking_threads": THREADS,
        "backlog": CONNECTIONS,
        "backpressure": CONNECTIONS,
        "respawn_failed_workers": True,
        "log_level": "warning",
        "log_access": False,
        "log_dictconfig": deepcopy(settings.LOGGING),
    }


def make_ready() -> None:
    """Bring the database up to date, so that a first start needs no step before it."""
    set_up()
    _bring_up_to_date()


def _bring_up_to_date() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from evenhand.config.new_database import make_if_new
    from evenhand.hiring.at_rest.services import check_keys

    with _alone():
        make_if_new(timezone.now())
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        check_keys(timezone.now())


def reopen() -> None:
    """Bring a database up to date that there is already: what looks after one must not make one.

    Raises:
        SettingError: there is none, so this is not the place that was meant; nothing was made.
    """
    from django.conf import settings

    # Reading the settings makes a secret where there is none: the place is looked at before.
    if not settings.configured and not _lived_in():
        raise _not_there()
    set_up()
    if not is_ours():
        raise _not_there()
    _bring_up_to_date()


def is_ours() -> bool:
    """Say whether the settings lead to a database of Evenhand; on SQLite, without making a file."""
    from django.contrib.auth import get_user_model
    from django.db import connection

    known = get_user_model()._meta.db_table
    return bool(database_there()) and known in connection.introspection.table_names()


def database_there() -> str:
    """Name the database that the settings lead to; empty where it is still to be made."""
    from django.db import DatabaseError, connection

    name = connection.settings_dict["NAME"]
    if connection.vendor != "sqlite":
        return f"database {name}" if connection.introspection.table_names() else ""
    if not Path(name).exists():
        return ""
    try:
        return str(name) if connection.introspection.table_names() else ""
    except DatabaseError:
        return str(name)  # whatever it is, it is somebody's


def _lived_in() -> bool:
    home = HOME.path()
    if DATABASE.text():
        # Where the secret alone is missing, the settings say so.
        return secret.is_kept(home) or secret.worked_with(home)
    return (home / "evenhand.sqlite3").exists()


def _not_there() -> SettingError:
    return SettingError(
        f"no database of Evenhand is there: EVENHAND_HOME is {HOME.path()}, and "
        f"EVENHAND_DATABASE is {'set' if DATABASE.text() else 'empty'}; correct them"
    )


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time bring PostgreSQL up to date; SQLite's own lock does that there."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


THREADS: Final = 32
"""Requests that are answered at once. Most wait for the database, and saves that wait together are
written together (`hiring.sittings.gathering`): the longer a commit takes, the more of them. Each
may hold a connection. Measured by bench/autosave_rate.py at 16 to 64."""

CONNECTIONS: Final = 8192
"""Connections that may be open. Every page of somebody who writes keeps one; granian's own 1,024
let the others wait until somebody left (bench/typists.py: p99 of 45 s with 2,000 people)."""


class WorkerChild:
    """A worker process that lives as long as this one, and is started again when it falls over."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="worker-child", daemon=True)

    def start(self) -> None:
        """Start the worker and the thread that watches over it."""
        self._watch.start()

    def stop(self) -> None:
        """Ask the worker to finish, and wait for it."""
        self._ended.set()
        process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        self._watch.join(timeout=5)

    def _keep(self) -> None:
        pause = 1.0
        while not self._ended.is_set():
            try:
                # It ends when its standard input closes: so it goes with us, even if we are killed.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "evenhand", "work", "--until-stdin-closes"],
                    stdin=subprocess.PIPE,
                )
                self._process.wait()
            except OSError as error:  # no memory or no process left, say: there may be again
                log.warning("the worker cannot be started: %s", error.strerror)
            if not self._ended.wait(pause):
                log.warning("the worker ended; starting it again")
                pause = min(pause * 2, 60)


def check_address(host: str, port: int) -> None:
    """Find out before anything is started whether this address can be listened on.

    Raises:
        OSError: it cannot; the message says what to do.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise OSError(
            f"{host}:{port} cannot be used ({error.strerror}): end what is there, or choose "
            "another port with --port (make run: PORT=8080 make run)"
        ) from error


def run_server(host: str, port: int, *, worker: bool, example: bool) -> None:
    """Serve the pages until told to stop; with a worker child unless that is not wanted."""
    check_address(host, port)
    if example:
        os.environ["EVENHAND_EXAMPLE"] = "1"
    os.environ.setdefault("EVENHAND_BASE_URL", f"http://localhost:{port}")
    make_ready()
    catch_what_nobody_does()
    if example:
        from django.utils import timezone

        from evenhand.hiring.openings.example import make_example

        make_example(now=timezone.now())
    from django.conf import settings
    from django.db import connections
    from granian.server import Server

    # The server's own processes open their own; a shared handle must not cross into them.
    connections.close_all()
    # Each connection is an open file, and shells allow 1,024 of them unless asked for more.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    child = WorkerChild()
    if worker:
        child.start()
    print(f"Evenhand is at {settings.BASE_URL} (Ctrl+C ends it)", flush=True)
    try:
        Server(
            "evenhand.config.wsgi:application", address=host, port=port, **server_options()
        ).serve()
    finally:
        if worker:
            child.stop()


def run_work(*, until_stdin_closes: bool) -> None:
    """Work until SIGTERM, SIGINT or, as a child of the server, until the server is gone."""
    make_ready()
    catch_what_nobody_does()
    from evenhand.work.worker import run_worker, stop_on_signals

    stop = threading.Event()
    stop_on_signals(stop)
    if until_stdin_closes:
        threading.Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    with _only_worker():
        run_worker(stop)


@contextmanager
def _only_worker() -> Iterator[None]:
    """Let one worker at a time work beside a file: a second one would do what the first is at.

    Raises:
        OSError: there is one already.
    """
    from django.conf import settings
    from django.db import connection

    from evenhand.hiring.locking import held

    if connection.vendor != "sqlite":
        yield
        return
    with held(settings.HOME / ".worker.lock") as mine:
        if not mine:
            raise OSError(
                f"another worker is at work in {settings.HOME}: beside SQLite one is enough, and "
                "`evenhand serve` has one unless it is told --no-worker"
            )
        yield


def _stop_with_parent(stop: threading.Event) -> None:
    # Read without Python's buffer: its lock, held by this thread, would abort the exit.
    with suppress(OSError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    stop.set()

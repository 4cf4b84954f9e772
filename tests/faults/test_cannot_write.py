"""A worker whose PostgreSQL turns read-only in the middle of scoring says so, and goes on after.

As it does for a standby that was asked by mistake, or for an operator who keeps a full disk from
filling further. tests/faults/test_disk_full.py does the like on SQLite.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests import postgres
from tests.faults.scoring_worker import HELD_AFTER
from tests.faults.test_worker_killed import (
    ANSWERS,
    DIMENSIONS,
    DIMENSIONS_OF_ANSWERS,
    JUDGES,
    SITTINGS,
    command,
    environment,
    read,
)
from tests.support import PATIENCE, wait_until

from evenhand.ledger import verify_bundle

pytestmark = pytest.mark.faults


@pytest.fixture
def where() -> Iterator[dict[str, str]]:
    """A cluster of its own, for its settings are changed while others would be at work."""
    with postgres.cluster() as socket:
        yield socket


class Site:
    """A home, and a database that can be kept from being written to."""

    def __init__(self, home: Path, where: dict[str, str]) -> None:
        self._socket = where
        address = postgres.address(where, "evenhand")
        self.env = environment(home) | where | {"EVENHAND_DATABASE": address}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        where = {"host": self._socket["PGHOST"], "user": self._socket["PGUSER"]}
        writing = "-c default_transaction_read_only=off"
        with psycopg.connect(
            **where, dbname="evenhand", options=writing, autocommit=True
        ) as connection:
            done = connection.execute(sql)
            return done.fetchall() if done.description else []

    def count(self, sql: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {sql}")[0][0])

    def run(self, task: str, file: Path) -> None:
        subprocess.run(command(task, file), env=self.env, check=True, timeout=120)

    def set_read_only(self, value: str) -> None:
        """Let every session begin its transactions read-only, or no more; those there are too."""
        self.ask(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
        self.ask("SELECT pg_reload_conf()")


@contextmanager
def worker(site: Site, diary: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run a worker; yields it with what it has written into its log so far."""
    log: list[str] = []
    with subprocess.Popen(
        command("hold", diary), env=site.env, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        reader = threading.Thread(target=log.extend, args=(process.stderr,))
        reader.start()
        try:
            yield process, log
        finally:
            process.kill()
            reader.join()


def test_a_worker_that_may_not_write_says_so_and_finishes_when_it_may(
    where: dict[str, str], tmp_path: Path
) -> None:
    home, diary = tmp_path / "home", tmp_path / "diary"
    home.mkdir()
    site = Site(home, where)
    site.run("prepare", diary)
    told = "sweep: InternalError; trying again"
    with worker(site, diary) as (process, log):
        wait_until(lambda: read(diary) >= HELD_AFTER, what="the worker to be in the middle")
        site.set_read_only("on")
        diary.with_name("go").touch()
        wait_until(lambda: sum(told in line for line in log) >= 2, what="it to say so")
        kept = site.count("hiring_reading")
        assert 0 < kept < ANSWERS
        assert process.poll() is None
        site.set_read_only("off")
        wait_until(
            lambda: site.count("hiring_sitting WHERE state = 'scored'") == SITTINGS,
            what="all to be scored",
        )
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0
    check_nothing_is_lost_or_twice(site, tmp_path / "ledger.jsonl")


def check_nothing_is_lost_or_twice(site: Site, bundle: Path) -> None:
    assert site.count("hiring_reading") == ANSWERS
    assert site.count("hiring_verdictrow") == SITTINGS * DIMENSIONS_OF_ANSWERS * JUDGES
    assert site.count("hiring_estimaterow") == SITTINGS * (DIMENSIONS + 1)
    site.run("export", bundle)
    report = verify_bundle(bundle, None)
    assert report.ok, report.problems
    assert site.count("hiring_ledgerentry WHERE action = 'answer.read'") == ANSWERS
    assert site.count("hiring_ledgerentry WHERE action = 'sitting.scored'") == SITTINGS

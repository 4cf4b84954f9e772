"""A worker that is killed in the middle of scoring loses nothing and repeats only its last step."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from tests.faults.scoring_worker import HELD_AFTER
from tests.support import PATIENCE, wait_until

from evenhand.ledger import verify_bundle

SCRIPT = Path(__file__).parent / "scoring_worker.py"
SITTINGS, ANSWERS, JUDGES, DIMENSIONS = 6, 24, 3, 7
DIMENSIONS_OF_ANSWERS = 5  # of one sitting: the behavioural answer is read on two
KILL_AFTER_BEGUN = (1, 6, 7)


def command(task: str, file: Path) -> list[str]:
    return [sys.executable, str(SCRIPT), task, str(file)]


def environment(home: Path) -> dict[str, str]:
    top = str(SCRIPT.parents[2])
    return {"PATH": os.environ["PATH"], "EVENHAND_HOME": str(home), "PYTHONPATH": top}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, furnish: Callable[[Path], Path]) -> Path:
    """A home with six sittings handed in, of which each test has a copy."""
    folder = furnish(tmp_path_factory.mktemp("prepared") / "home")
    subprocess.run(
        command("prepare", folder), env=environment(folder), check=True, timeout=PATIENCE
    )
    return folder


@pytest.fixture
def home(tmp_path: Path, prepared: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "home"))


@contextmanager
def worker(home: Path, diary: Path, task: str = "work") -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command(task, diary), env=environment(home)) as process:
        try:
            yield process
        finally:
            process.kill()


def ask(home: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "evenhand.sqlite3", timeout=20)) as database:
        return list(database.execute(sql))


def count(home: Path, sql: str) -> object:
    return ask(home, f"SELECT count(*) FROM {sql}")[0][0]


def begun(diary: Path) -> list[str]:
    lines = diary.read_text().splitlines() if diary.exists() else []
    return [line.split()[1] for line in lines if line.startswith("begin")]


def read(diary: Path) -> int:
    return diary.read_text().count("end ") if diary.exists() else 0


def all_scored(home: Path) -> Callable[[], bool]:
    return lambda: count(home, "hiring_sitting WHERE state = 'scored'") == SITTINGS


@pytest.mark.faults
def test_killed_again_and_again_it_scores_everything_once(home: Path, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    for number in KILL_AFTER_BEGUN:
        with worker(home, diary):
            wait_until(
                lambda n=number: len(begun(diary)) >= n,  # type: ignore[misc]
                what=f"{number} answers begun",
            )
    with worker(home, diary) as last:
        wait_until(all_scored(home), what="all sittings scored")
        last.terminate()
        assert last.wait(timeout=PATIENCE) == 0

    times = Counter(begun(diary))
    assert len(times) == ANSWERS
    assert sum(times.values()) - ANSWERS <= len(KILL_AFTER_BEGUN)
    check_that_all_is_there_once(home)
    check_the_ledger(home, tmp_path / "ledger.jsonl")


def check_that_all_is_there_once(home: Path) -> None:
    assert count(home, "hiring_reading") == ANSWERS
    assert count(home, "hiring_verdictrow") == SITTINGS * DIMENSIONS_OF_ANSWERS * JUDGES
    assert count(home, "hiring_answerscore") == SITTINGS * DIMENSIONS_OF_ANSWERS
    assert count(home, "hiring_estimaterow") == SITTINGS * (DIMENSIONS + 1)


def check_the_ledger(home: Path, bundle: Path) -> None:
    subprocess.run(command("export", bundle), env=environment(home), check=True, timeout=PATIENCE)
    report = verify_bundle(bundle, None)
    assert report.ok, report.problems
    by_action = dict(
        ask(home, "SELECT action, count(*) FROM hiring_ledgerentry GROUP BY action")  # type: ignore[arg-type]
    )
    assert by_action["answer.read"] == ANSWERS
    assert by_action["sitting.scored"] == SITTINGS


@pytest.mark.faults
def test_two_workers_by_mistake_still_score_everything_once(home: Path, tmp_path: Path) -> None:
    with ExitStack() as both:
        for name in ("one", "two"):
            both.enter_context(worker(home, tmp_path / name))
        wait_until(all_scored(home), what="all sittings scored")
    check_that_all_is_there_once(home)
    check_the_ledger(home, tmp_path / "ledger.jsonl")


@pytest.mark.faults
def test_a_backup_made_in_the_middle_is_scored_to_the_end_once(home: Path, tmp_path: Path) -> None:
    diary, backup, elsewhere = tmp_path / "diary", tmp_path / "backup", tmp_path / "elsewhere"
    with worker(home, diary, "hold"):
        wait_until(lambda: read(diary) >= HELD_AFTER, what="the worker to be in the middle")
        evenhand(home, "backup", str(backup))
    elsewhere.mkdir()
    for key in ("secret-key", "ledger-key.pem", "answer-keys"):
        shutil.copy(home / key, elsewhere / key)
    evenhand(elsewhere, "restore", str(backup))
    assert not all_scored(elsewhere)()
    with worker(elsewhere, tmp_path / "second"):
        wait_until(all_scored(elsewhere), what="all sittings scored")
    check_that_all_is_there_once(elsewhere)
    check_the_ledger(elsewhere, tmp_path / "ledger.jsonl")


def evenhand(home: Path, *arguments: str) -> None:
    line = [sys.executable, "-m", "evenhand", *arguments]
    subprocess.run(line, env=environment(home), check=True, timeout=PATIENCE)

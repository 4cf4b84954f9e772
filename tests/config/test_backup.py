"""Backup and restore on both databases: the same reports byte for byte, or nothing at all."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests import postgres

from evenhand.config.backup import databases

STAGE = Path(__file__).parent / "backup_stage.py"


@dataclass(frozen=True)
class Place:
    """A home and a database, and what is done to them from outside."""

    home: Path
    env: dict[str, str]

    def evenhand(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "evenhand", *map(str, arguments)]
        return subprocess.run(
            command, env=self.env | more, capture_output=True, text=True, timeout=120, check=False
        )

    def stage(self, task: str, file: Path) -> None:
        command = [sys.executable, str(STAGE), task, str(file)]
        subprocess.run(command, env=self.env, check=True, timeout=120)

    def take_secret(self, of: Place) -> None:
        shutil.copy(of.home / "secret-key", self.home / "secret-key")

    def take_answer_keys(self, of: Place) -> None:
        shutil.copy(of.home / "answer-keys", self.home / "answer-keys")

    def bring_back(self, kept: Path) -> None:
        """Put what a restore kept in place again, as docs/operator.md says."""
        if not (database := self.env["EVENHAND_DATABASE"]):
            shutil.copy(kept, self.home / "evenhand.sqlite3")
            (self.home / "work.sqlite3").unlink(missing_ok=True)
            return
        command = [postgres.programs() / "pg_restore", "--clean", "--if-exists", "--no-owner"]
        command += ["--single-transaction", f"--dbname={database}", str(kept)]
        subprocess.run(command, env=self.env, check=True, timeout=120)

    def contents(self) -> bytes:
        """Return all that is in the database, to see that nothing was touched."""
        if not (database := self.env["EVENHAND_DATABASE"]):
            with closing(sqlite3.connect(self.home / "evenhand.sqlite3")) as connection:
                return "\n".join(connection.iterdump()).encode()
        command = [postgres.programs() / "pg_dump", "--data-only", f"--dbname={database}"]
        done = subprocess.run(command, env=self.env, capture_output=True, check=True, timeout=120)
        return b"".join(
            line
            for line in done.stdout.splitlines(keepends=True)
            if not line.startswith((b"\\restrict", b"\\unrestrict"))  # drawn anew each time
        )

    def reports(self, file: Path) -> bytes:
        self.stage("reports", file)
        return file.read_bytes()


@dataclass(frozen=True)
class Source:
    """A place with scored candidates, its backup, and its reports at that moment.

    `empty` makes a place in a folder that is not there yet; `other` copies one there with other
    candidates, scored too.
    """

    place: Place
    backup: Path
    reports: bytes
    empty: Callable[[Path], Place]
    other: Callable[[Path], Place]


def make_place(home: Path, database: str, where: dict[str, str]) -> Place:
    home.mkdir(parents=True, exist_ok=True)
    own = {"EVENHAND_HOME": str(home), "EVENHAND_DATABASE": database}
    top = {"PATH": os.environ["PATH"], "PYTHONPATH": str(STAGE.parents[2])}
    return Place(home, top | own | where)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def source(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    furnish: Callable[[Path], Path],
) -> Iterator[Source]:
    """One for each database; tests change nothing in it."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        for name in ("home", "other"):
            furnish(folder / name)
        yield fill(folder, lambda home, _like: make_place(home, "", {}))
        return
    with postgres.cluster() as where:
        names = (f"place{number}" for number in range(100))

        def make(home: Path, like: Place | None) -> Place:
            template = like.env["EVENHAND_DATABASE"].rpartition("/")[2] if like else ""
            return make_place(home, postgres.address(where, next(names), template), where)

        yield fill(folder, make)


def fill(folder: Path, make: Callable[[Path, Place | None], Place]) -> Source:
    place, other = make(folder / "home", None), None
    place.stage("fill", folder)
    backup = folder / "backup.tar.gz"
    done = place.evenhand("backup", backup)
    assert done.returncode == 0, done.stderr
    assert "keep them safe separately: secret-key, ledger-key.pem" in done.stdout

    def copy(home: Path) -> Place:
        nonlocal other
        if other is None:
            other = make(folder / "other", None)
            other.stage("fill", folder)
        shutil.copytree(other.home, home)
        return make(home, other)

    reports = place.reports(folder / "reports")
    return Source(place, backup, reports, lambda home: make(home, None), copy)


@pytest.fixture
def sqlite_only(source: Source) -> Source:
    if source.place.env["EVENHAND_DATABASE"]:
        pytest.skip("said of the file on SQLite")
    return source


def test_a_restored_place_gives_every_report_byte_for_byte(source: Source, tmp_path: Path) -> None:
    place = source.empty(tmp_path / "home")
    done = place.evenhand("restore", source.backup)
    assert done.returncode == 0, done.stderr
    assert "ledger entries verify" in done.stdout
    assert "ledger-key.pem is not the key this backup was made beside" in done.stdout
    assert "answer-keys is missing" in done.stdout
    assert "secret-key is not the key this backup was made beside" in done.stdout
    refused = place.evenhand("keys", "rotate")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert f"{place.home / 'secret-key'} is missing" in refused.stderr
    place.take_secret(source.place)
    refused = place.evenhand("keys", "rotate")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert "answer-keys is missing" in refused.stderr
    place.take_answer_keys(source.place)
    assert len(source.reports) > 10_000
    assert place.reports(tmp_path / "reports") == source.reports


def test_what_is_there_is_replaced_only_when_asked_for(source: Source, tmp_path: Path) -> None:
    place = source.other(tmp_path / "home")
    before = place.contents()
    refused = place.evenhand("restore", source.backup)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "is there already" in refused.stderr
    assert place.contents() == before
    done = place.evenhand("restore", source.backup, "--force", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["ledger_entries"] > 50
    theirs = (place.home / "answer-keys").read_bytes()
    place.take_answer_keys(source.place)
    assert place.reports(tmp_path / "restored") == source.reports
    # What was replaced is beside it, whole, for its owner alone, and where the output says.
    (kept,) = map(Path, said["kept"])
    assert f"what was there is kept as {kept}" in said["advice"][0]
    assert kept.parent == place.home
    assert kept.stat().st_mode & 0o077 == 0
    place.bring_back(kept)
    (place.home / "answer-keys").write_bytes(theirs)
    assert place.contents() == before


def test_a_damaged_database_and_its_log_are_kept_apart_from_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite may take the log of a file that it cannot read away; this is about one that it leaves.
    monkeypatch.setattr(databases, "_check_unused", lambda _path: None)
    home, new = tmp_path / "home", tmp_path / "new"
    for folder in (home, new):
        folder.mkdir()
        (folder / "panels.toml").write_text(f"# of {folder.name}\n")
    (home / "evenhand.sqlite3").write_bytes(b"damaged" * 1000)
    (home / "evenhand.sqlite3-wal").write_bytes(b"its log")
    (new / "evenhand.sqlite3").write_bytes(b"the new one")
    kept = databases._swap_sqlite(new, home, "before-now")
    assert [path.name for path in kept] == [
        "evenhand.sqlite3.before-now", "panels.toml.before-now"
    ]  # fmt: skip
    assert {path.name: path.read_bytes() for path in home.iterdir()} == {
        "evenhand.sqlite3": b"the new one",
        "evenhand.sqlite3.before-now": b"damaged" * 1000,
        "evenhand.sqlite3.before-now-wal": b"its log",
        "panels.toml": b"# of new\n",
        "panels.toml.before-now": b"# of home\n",
    }


def test_a_ledger_that_was_forged_before_the_backup_is_found(
    source: Source, tmp_path: Path
) -> None:
    place = source.other(tmp_path / "forged")
    place.stage("forge", tmp_path)
    assert place.evenhand("backup", tmp_path / "forged.tar.gz").returncode == 0
    done = source.empty(tmp_path / "home").evenhand("restore", tmp_path / "forged.tar.gz")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "entry 3 is not what was recorded" in done.stderr


def test_keys_are_not_in_it_and_others_cannot_read_it(source: Source) -> None:
    with tarfile.open(source.backup) as tar:
        names = tar.getnames()
        held = b"".join(tar.extractfile(name).read() for name in names)  # type: ignore[union-attr]
    assert not {"secret-key", "ledger-key.pem", "answer-keys"} & set(names)
    assert (source.place.home / "answer-keys").read_bytes().split()[1] not in held
    assert b"PRIVATE KEY" not in held
    assert (source.place.home / "secret-key").read_bytes() not in held
    assert source.backup.stat().st_mode & 0o077 == 0


def damaged(backup: Path, to: Path, how: str) -> Path:
    """Write a backup with one thing wrong."""
    whole = backup.read_bytes()
    if how == "cut":
        to.write_bytes(whole[: len(whole) // 2])
        return to
    if how == "no backup":
        to.write_bytes(b"something else entirely" * 100)
        return to
    with tarfile.open(backup) as old, tarfile.open(to, "w:gz", compresslevel=1) as new:
        for member in old:
            data = old.extractfile(member).read()  # type: ignore[union-attr]
            if how == "version" and member.name == "manifest.json":
                data = data.replace(b"evenhand-backup/1", b"evenhand-backup/9")
            if how == "newer" and member.name == "manifest.json":
                data = data.replace(b"0001_first", b"9999_later")
            if how == "outside" and member.name == "manifest.json":
                data = data.replace(b'"packs/', b'"../packs/')
            if how == "changed" and member.name.startswith("evenhand."):
                data = data[:-1] + bytes([data[-1] ^ 1])
            if how == "missing" and member.name.startswith("evenhand."):
                continue
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return to


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("cut", 1, "cut short or damaged"),
        ("no backup", 2, "not a backup of Evenhand"),
        ("version", 2, "its format is 'evenhand-backup/9'"),
        ("newer", 2, "of a newer Evenhand"),
        ("outside", 1, "its manifest is not complete"),
        ("changed", 1, "was changed"),
        ("missing", 1, "is missing from it"),
    ],
)
def test_a_bad_backup_is_one_line_and_changes_nothing(
    sqlite_only: Source, tmp_path: Path, how: str, code: int, said: str
) -> None:
    place = sqlite_only.empty(tmp_path / "home")
    bad = damaged(sqlite_only.backup, tmp_path / "bad.tar.gz", how)
    done = place.evenhand("restore", bad)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert said in done.stderr
    assert list(place.home.iterdir()) == []


def test_a_running_server_keeps_its_database(source: Source, tmp_path: Path) -> None:
    place = source.other(tmp_path / "home")
    before = place.contents()
    command = [sys.executable, str(STAGE), "hold", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=place.env, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        done = place.evenhand("restore", source.backup, "--force")
        holder.communicate()
    assert done.returncode == 2
    assert "is in use" in done.stderr
    assert "stop the server first" in done.stderr
    assert place.contents() == before


def test_a_backup_of_the_other_database_is_refused(sqlite_only: Source, tmp_path: Path) -> None:
    place = sqlite_only.empty(tmp_path / "home")
    other = replace(place, env=place.env | {"EVENHAND_DATABASE": "postgresql:///away"})
    done = other.evenhand("restore", sqlite_only.backup)
    assert done.returncode == 2
    assert "set EVENHAND_DATABASE for the kind that was backed up" in done.stderr

"""Taking a database out whole while it is in use, and putting one in, on either kind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from evenhand.config.backup.archive import BackupDamaged, Manifest, UnusableBackup
from evenhand.hiring.record.checking import check_ledger

SQLITE, WORK, DUMP = "evenhand.sqlite3", "work.sqlite3", "evenhand.pgdump"
_DEBIAN: Final = Path("/usr/lib/postgresql")
_STAGED: Final = "restored"


def dump(connection: BaseDatabaseWrapper, folder: Path) -> None:
    """Copy the database, as it is at one moment, into a folder.

    Raises:
        UnusableBackup: PostgreSQL's own programs are missing or refuse.
    """
    if connection.vendor == "postgresql":
        # One snapshot holds both: the rows of the durable work are in the same database.
        _run("pg_dump", ["--format=custom", f"--file={folder / DUMP}"], connection)
        return
    database = Path(connection.settings_dict["NAME"])
    for source in (database.with_name(WORK), database):
        if source.exists():
            _copy_sqlite(source, folder / source.name)


def load(
    connection: BaseDatabaseWrapper, folder: Path, home: Path, manifest: Manifest, now: datetime
) -> tuple[int, list[Path]]:
    """Put an unpacked backup in place, and keep what it replaces beside it.

    Returns:
        How many ledger entries were checked, and the files that what was there is kept in.

    Raises:
        UnusableBackup: the database is in use, or PostgreSQL's programs are missing or refuse.
        BackupDamaged: the ledger does not verify.
    """
    aside = f"before-{now:%Y%m%dT%H%M%SZ}"
    if connection.vendor == "postgresql":
        return _load_postgresql(connection, folder, home, manifest, aside)
    connections.settings[_STAGED] = connection.settings_dict | {"NAME": folder / SQLITE}
    try:
        entries = _checked(_STAGED, manifest, folder)
    finally:
        connections[_STAGED].close()
        del connections.settings[_STAGED]
    connection.close()
    return entries, _swap_sqlite(folder, home, aside)


def _load_postgresql(
    connection: BaseDatabaseWrapper, folder: Path, home: Path, manifest: Manifest, aside: str
) -> tuple[int, list[Path]]:
    options = ["--single-transaction", "--exit-on-error", "--clean", "--if-exists"]
    _check_alone(connection)
    if newer := sorted(set(migrations(connection)) - set(manifest.migrations)):
        # Their tables are not in the backup, so nothing would take them away.
        raise UnusableBackup(
            f"database {connection.settings_dict['NAME']} is of a newer Evenhand than the backup "
            f"({newer[0]}): make an empty database for it, and set EVENHAND_DATABASE"
        )
    kept = _keep_postgresql(connection, folder, home / f"evenhand.pgdump.{aside}")
    connection.close()
    _run("pg_restore", [*options, "--no-owner", "--no-privileges", str(folder / DUMP)], connection)
    kept += _add_files(folder, home, aside)
    try:
        return _checked("default", manifest, folder), kept
    except BackupDamaged as error:
        where = f"; what was there before is in {kept[0]}" if kept else ""
        raise BackupDamaged(f"{error}{where}") from error


def _keep_postgresql(connection: BaseDatabaseWrapper, folder: Path, to: Path) -> list[Path]:
    if not connection.introspection.table_names():
        return []
    part = folder / to.name
    part.touch(mode=0o600)
    _run("pg_dump", ["--format=custom", f"--file={part}"], connection)
    os.replace(part, to)
    return [to]


def check_fits(connection: BaseDatabaseWrapper, manifest: Manifest) -> None:
    """Check that a backup is one for this database and this version.

    Raises:
        UnusableBackup: it is not; says what to do.
    """
    if manifest.database != connection.vendor:
        raise UnusableBackup(
            f"the backup is of {manifest.database} and this set-up uses {connection.vendor}: "
            "set EVENHAND_DATABASE for the kind that was backed up"
        )
    wanted = SQLITE if connection.vendor == "sqlite" else DUMP
    if wanted not in manifest.files:
        raise BackupDamaged(f"the backup has no {wanted}")
    known = {name for app, name in MigrationLoader(None).graph.nodes if app == "hiring"}
    if newer := sorted(set(manifest.migrations) - known):
        raise UnusableBackup(
            f"the backup is of a newer Evenhand ({manifest.evenhand}, {newer[0]}): "
            "install that version first"
        )


def migrations(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Return the domain's migrations that this database has had."""
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(name for app, name in applied if app == "hiring"))


def _checked(alias: str, manifest: Manifest, folder: Path) -> int:
    entries, problems = check_ledger(alias, manifest.ledger_key, folder)
    if problems:
        raise BackupDamaged(f"the ledger in the backup does not verify: {problems[0]}")
    return entries


def _copy_sqlite(source: Path, to: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as reading,
        closing(sqlite3.connect(to)) as writing,
    ):
        # All pages in one step: the reader's snapshot keeps nobody from writing meanwhile.
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")


def _check_alone(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
    if others:
        raise UnusableBackup(
            f"database {connection.settings_dict['NAME']} is in use ({others} connections): "
            "stop the server first"
        )


def _swap_sqlite(folder: Path, home: Path, aside: str) -> list[Path]:
    database, work = home / SQLITE, home / WORK
    for path in (database, work):
        _check_unused(path)
    # Cut off at any point this leaves a whole database. Without the work file the worker finds
    # by itself what is unfinished; beside another database it would trust what it says.
    kept = _keep_file(database, aside)
    for side in ("-wal", "-shm"):  # of one that is damaged: SQLite would read them into the new one
        if (beside := home / f"{SQLITE}{side}").exists():
            os.replace(beside, home / f"{SQLITE}.{aside}{side}")
    kept += _add_files(folder, home, aside)
    work.unlink(missing_ok=True)
    os.replace(folder / SQLITE, database)
    if (folder / WORK).exists():
        os.replace(folder / WORK, work)
    return kept


def _keep_file(path: Path, aside: str) -> list[Path]:
    """Give a file that is about to be replaced a second name; where it is, it stays."""
    if not path.exists():
        return []
    kept = path.with_name(f"{path.name}.{aside}")
    try:
        os.link(path, kept)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        shutil.copy2(path, kept)
    kept.chmod(0o600)
    return [kept]


def _check_unused(path: Path) -> None:
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1)) as alone:
            # Leaving WAL mode needs the file to oneself, and takes its side files in.
            alone.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise UnusableBackup(f"{path} is in use ({error}): stop the server first") from error
    except sqlite3.DatabaseError:
        return  # not a database any more: that is what it is replaced for


def _add_files(folder: Path, home: Path, aside: str) -> list[Path]:
    for pack in sorted(folder.glob("packs/*")):
        stored = home / "packs" / pack.name
        stored.parent.mkdir(exist_ok=True)
        # Named by its content, so one that is there is the same, unless somebody changed it.
        if stored.exists():
            os.replace(stored, folder / f"former-{pack.name}")
        os.replace(pack, stored)
    new, panels = folder / "panels.toml", home / "panels.toml"
    if not new.exists():
        return []
    same = panels.exists() and panels.read_bytes() == new.read_bytes()
    kept = [] if same else _keep_file(panels, aside)
    os.replace(new, panels)
    return kept


def _run(name: str, options: Sequence[str], connection: BaseDatabaseWrapper) -> None:
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "username": settings["USER"]}
    named = [f"--{option}={value}" for option, value in where.items() if value]
    password = {"PGPASSWORD": settings["PASSWORD"]} if settings["PASSWORD"] else {}
    done = subprocess.run(  # noqa: S603  # a list, and the program is PostgreSQL's own
        [program(name), *named, "--no-password", f"--dbname={settings['NAME']}", *options],
        env=os.environ | password | {"LC_ALL": "C"},  # so that its errors are found below
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error:" in line]
        raise UnusableBackup(f"{name}: {(said or ['it failed'])[0].partition('error: ')[2]}")


def program(name: str) -> str:
    """Return where a client program of PostgreSQL is.

    Raises:
        UnusableBackup: it is not installed.
    """
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not installed:
        raise UnusableBackup(f"{name} is not here: install PostgreSQL's client programs")
    return str(installed[-1])

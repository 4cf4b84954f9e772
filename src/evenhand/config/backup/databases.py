"""Taking a database out whole while it is in use, and putting one in, on either kind."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
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


def load(connection: BaseDatabaseWrapper, folder: Path, home: Path, manifest: Manifest) -> int:
    """Put an unpacked backup in place, and return how many ledger entries were checked.

    Raises:
        UnusableBackup: the database is in use, or PostgreSQL's programs are missing or refuse.
        BackupDamaged: the ledger does not verify.
    """
    if connection.vendor == "postgresql":
        options = ["--single-transaction", "--exit-on-error", "--clean", "--if-exists"]
        _check_alone(connection)
        connection.close()
        _run("pg_restore", [*options, "--no-owner", "--no-privileges", str(folder / DUMP)],
             connection)  # fmt: skip
        _add_files(folder, home)
        return _checked("default", manifest, folder)
    connections.settings[_STAGED] = connection.settings_dict | {"NAME": folder / SQLITE}
    try:
        entries = _checked(_STAGED, manifest, folder)
    finally:
        connections[_STAGED].close()
        del connections.settings[_STAGED]
    connection.close()
    _swap_sqlite(folder, home)
    return entries


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


def _swap_sqlite(folder: Path, home: Path) -> None:
    database, work = home / SQLITE, home / WORK
    for path in (database, work):
        _check_unused(path)
    _add_files(folder, home)
    # Cut off at any point this leaves a whole database. Without the work file the worker finds
    # by itself what is unfinished; beside another database it would trust what it says.
    work.unlink(missing_ok=True)
    os.replace(folder / SQLITE, database)
    if (folder / WORK).exists():
        os.replace(folder / WORK, work)


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


def _add_files(folder: Path, home: Path) -> None:
    for pack in sorted(folder.glob("packs/*")):
        stored = home / "packs" / pack.name
        stored.parent.mkdir(exist_ok=True)
        # Named by its content, so one that is there is the same, unless somebody changed it.
        if stored.exists():
            os.replace(stored, folder / f"former-{pack.name}")
        os.replace(pack, stored)
    if (folder / "panels.toml").exists():
        os.replace(folder / "panels.toml", home / "panels.toml")


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

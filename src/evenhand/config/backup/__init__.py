"""Backing a running Evenhand up into one file, and restoring it: what both commands do.

The order of copies makes the whole consistent while people write. The rows of the durable work are
copied before the database: what they call unfinished may be finished in the copy, and doing it
again changes nothing. The packs are copied after it, so that every one it names is there.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from evenhand import __version__
from evenhand.config.backup.archive import (
    FORMAT,
    BackupDamaged,
    Manifest,
    UnusableBackup,
    unpack,
    write_archive,
)

KEYS: Final = ("secret-key", "ledger-key.pem")
"""Never in a backup: who holds it must not be able to sign in their name. Kept safe separately.

Nor is the file of the keys that answers are sealed with: with it whoever finds a backup reads them.
"""

__all__ = ["BackupDamaged", "Outcome", "UnusableBackup", "back_up", "restore"]


@dataclass(frozen=True)
class Outcome:
    """What was backed up or restored: the database's kind, and how much there is of what.

    Attributes:
        file: the backup.
        database: `sqlite` or `postgresql`.
        made_at: when the backup was made.
        files: how many are in it.
        ledger_entries: how many the ledger had; after a restore they were checked.
        kept: files that a restore kept what it replaced in.
        advice: what is left to do, a line each.
    """

    file: str
    database: str
    made_at: str
    files: int
    ledger_entries: int
    kept: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def back_up(file: Path, now: datetime) -> Outcome:
    """Write a backup of this set-up; the server may run meanwhile.

    Raises:
        UnusableBackup: the database cannot be dumped here; the message says what is missing.
        OSError: the file cannot be written.
    """
    from django.conf import settings
    from django.db import connection

    from evenhand.config.backup import databases
    from evenhand.hiring.models import AnswerKey, LedgerEntry
    from evenhand.hiring.record.services import checkpoint, signer

    # What is in the copy is then signed for, but for what is written in these seconds.
    checkpoint(now)
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as workplace:
        folder = Path(workplace)
        databases.dump(connection, folder)
        files = {path.name: path for path in sorted(folder.iterdir())}
        files |= _from_home(settings.HOME, settings.PACK_STORE)
        entries = LedgerEntry.objects.count()
        manifest = Manifest(
            format=FORMAT,
            evenhand=__version__,
            made_at=now.isoformat(),
            database=connection.vendor,
            migrations=databases.migrations(connection),
            ledger_key=signer().vkey if entries else "",
            keys={name: _fingerprint(settings.HOME / name) for name in KEYS},
            answer_keys=tuple(AnswerKey.objects.values_list("pk", flat=True)),
        )
        write_archive(file, manifest, files)
    advice = (
        f"not in it, keep them safe separately: {', '.join(KEYS)} in {settings.HOME}; "
        f"without {settings.ANSWER_KEYS} the answers in it cannot be read"
    )
    return Outcome(
        str(file), manifest.database, manifest.made_at, len(files), entries, advice=(advice,)
    )


def restore(file: Path, *, force: bool, now: datetime) -> Outcome:
    """Put a backup in place, after checking all of it; the server must not run.

    Nothing is touched before the file is known to be whole. On SQLite the ledger is checked before
    the database is replaced, on PostgreSQL in the restored one. What is replaced is kept in the
    home, under a name with the moment.

    Raises:
        UnusableBackup: it is none, is of another kind or version, or the place is not empty.
        BackupDamaged: a part is missing or was changed, or the ledger does not verify.
    """
    from django.conf import settings
    from django.db import connection

    from evenhand.config.backup import databases
    from evenhand.config.serving import database_there

    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".restoring-") as workplace:
        folder = Path(workplace)
        manifest = unpack(file, folder)
        databases.check_fits(connection, manifest)
        if not force and (taken := database_there()):
            raise UnusableBackup(
                f"{taken} is there already: restore into an empty home and database, "
                "or replace it with --force"
            )
        entries, kept = databases.load(connection, folder, settings.HOME, manifest, now)
    advice = [f"what was there is kept as {one}: delete it when you are sure" for one in kept]
    advice += [
        f"{settings.HOME / name} is not the key this backup was made beside: put that one there"
        for name, print_ in manifest.keys.items()
        if print_ and _fingerprint(settings.HOME / name) != print_
    ]
    advice += _without_answers(manifest)
    return Outcome(
        str(file),
        manifest.database,
        manifest.made_at,
        len(manifest.files),
        entries,
        kept=tuple(map(str, kept)),
        advice=tuple(advice),
    )


def _without_answers(manifest: Manifest) -> list[str]:
    from django.conf import settings

    from evenhand.hiring.at_rest.keys import KeysUnusable, key_ring

    if not manifest.answer_keys:
        return []
    try:
        missing = sorted(set(manifest.answer_keys) - set(key_ring().keys))
    except KeysUnusable as error:
        return [str(error)]
    return [
        f"{settings.ANSWER_KEYS} lacks the key {one}, which answers are sealed with: put that file "
        "back as it was beside the backup"
        for one in missing
    ]


def _from_home(home: Path, store: Path) -> dict[str, Path]:
    paths = [path for path in sorted(store.glob("*/**/*")) if path.is_file()]
    # Something half taken in begins with a dot.
    found = {
        f"packs/{path.relative_to(store).as_posix()}": path
        for path in paths
        if not path.relative_to(store).parts[0].startswith(".")
    }
    panels = home / "panels.toml"
    return found | ({panels.name: panels} if panels.is_file() else {})


def _fingerprint(path: Path) -> str:
    # The keys are long and random: their hash gives nothing away.
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

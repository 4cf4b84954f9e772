"""The file of a backup: a gzipped tar with a manifest in front, and every part's SHA-256 in it.

The digests find what storage and transport do to a file. They are no signature: keep backups where
nobody can write to them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

FORMAT: Final = "evenhand-backup/1"
MANIFEST: Final = "manifest.json"
_MOST_MANIFEST: Final = 16 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 1024 * 1024
_NAME: Final = re.compile(
    r"evenhand\.sqlite3|work\.sqlite3|evenhand\.pgdump|panels\.toml|packs/[0-9a-f]{64}/.+"
)


class UnusableBackup(ValueError):
    """It cannot be made or restored here; the message says why and what to do."""


class BackupDamaged(Exception):
    """The backup failed a check; the message says which."""


@dataclass(frozen=True)
class Part:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        format: `evenhand-backup/1`.
        evenhand: the version that wrote it.
        made_at: when, ISO 8601.
        database: `sqlite` or `postgresql`.
        migrations: those of the domain that the database has had.
        ledger_key: the public key of the ledger; empty while the ledger is.
        keys: SHA-256 of each key file that was left out, to know it again; empty where it was none.
        answer_keys: ids of the keys that texts in it are sealed with; none in one from before.
        files: name to size and SHA-256.
    """

    format: str
    evenhand: str
    made_at: str
    database: str
    migrations: tuple[str, ...]
    ledger_key: str
    keys: Mapping[str, str]
    answer_keys: tuple[str, ...] = ()
    files: Mapping[str, Part] = field(default_factory=dict)


def write_archive(file: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write a backup that appears only once it is whole, readable by its owner alone."""
    listed = replace(manifest, files={name: _part(path) for name, path in files.items()})
    text = json.dumps(asdict(listed), indent=1).encode()
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
                _add(tar, MANIFEST, len(text), io.BytesIO(text))
                for name, path in files.items():
                    with path.open("rb") as source:
                        _add(tar, name, listed.files[name].size, source)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> Manifest:
    """Check a backup and write its parts into an empty folder.

    Raises:
        UnusableBackup: it is no backup of Evenhand, or of a format that is not known here.
        BackupDamaged: it is cut short, or a part is missing, superfluous or changed.
    """
    with file.open("rb") as raw:
        if raw.read(len(_GZIP)) != _GZIP:
            raise UnusableBackup(f"{file}: not a backup of Evenhand")
    try:
        with tarfile.open(file, mode="r|gz") as tar:
            manifest = _manifest(file, tar)
            met = set()
            while member := tar.next():
                part = manifest.files.get(member.name)
                if part is None or member.name in met or not member.isreg():
                    raise BackupDamaged(f"{file}: {member.name!r} does not belong in it")
                met.add(member.name)
                _unpack_one(file, tar, member, part, folder / member.name)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupDamaged(f"{file}: cut short or damaged ({error})") from error
    if missing := sorted(set(manifest.files) - met):
        raise BackupDamaged(f"{file}: {missing[0]} is missing from it")
    return manifest


def _add(tar: tarfile.TarFile, name: str, size: int, source: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, source)


def _part(path: Path) -> Part:
    with path.open("rb") as source:
        return Part(path.stat().st_size, hashlib.file_digest(source, "sha256").hexdigest())


def _manifest(file: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > _MOST_MANIFEST:
        raise UnusableBackup(f"{file}: not a backup of Evenhand")
    source = tar.extractfile(first)
    raw = source.read() if source else b""
    try:
        given = json.loads(raw)
        known = given["format"] == FORMAT
    except (ValueError, TypeError, KeyError) as error:
        raise BackupDamaged(f"{file}: its manifest cannot be read") from error
    if not known:
        raise UnusableBackup(
            f"{file}: its format is {given['format']!r}, and this version reads {FORMAT!r}: "
            "restore it with the version of Evenhand that wrote it"
        )
    try:
        return _read_manifest(given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupDamaged(f"{file}: its manifest is not complete") from error


def _read_manifest(given: dict[str, Any]) -> Manifest:
    files = {name: Part(int(p["size"]), str(p["sha256"])) for name, p in given["files"].items()}
    for name in files:
        # A name from outside never leads out of the folder.
        if not _NAME.fullmatch(name) or ".." in PurePosixPath(name).parts:
            raise ValueError(name)
    texts = {name: str(given[name]) for name in ("format", "evenhand", "made_at", "database")}
    return Manifest(
        **texts,
        migrations=tuple(str(name) for name in given["migrations"]),
        ledger_key=str(given["ledger_key"]),
        keys={str(name): str(value) for name, value in given["keys"].items()},
        answer_keys=tuple(str(one) for one in given.get("answer_keys", ())),
        files=files,
    )


def _unpack_one(
    file: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, part: Part, to: Path
) -> None:
    source = tar.extractfile(member)
    if source is None or member.size != part.size:
        raise BackupDamaged(f"{file}: {member.name} has not the size that the manifest gives")
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with to.open("xb") as written:
        while piece := source.read(_PIECE):
            digest.update(piece)
            written.write(piece)
    if digest.hexdigest() != part.sha256:
        raise BackupDamaged(f"{file}: {member.name} was changed (its SHA-256 is another)")

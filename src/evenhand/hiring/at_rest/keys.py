"""The keys that seal what people wrote: one file beside the database, and never in it.

A line a key, the oldest first: its id and its 256 bits. The last one seals, every one opens. The id
is taken from the key itself, so a line that was changed is found. Each process looks at the file
before each use, so a new key is in use everywhere from the moment it is in place.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from evenhand.hiring.locking import held

ID_LENGTH: Final = 16
_KEY_BYTES: Final = 32


class KeysUnusable(ValueError):
    """The key file is missing, damaged, or not the one of this database; says what to do."""


@dataclass(frozen=True)
class KeyRing:
    """Every key by its id, and the id of the one that seals."""

    keys: Mapping[str, AESGCM]
    current: str


def key_ring() -> KeyRing:
    """Return the keys as they stand in the file now.

    Raises:
        KeysUnusable: the file is missing, cannot be read, or is damaged.
    """
    path: Path = settings.ANSWER_KEYS
    try:
        seen = path.stat()
        return _read(path, (seen.st_mtime_ns, seen.st_ino, seen.st_size))
    except FileNotFoundError as error:
        raise KeysUnusable(
            f"{path} is missing, and answers are sealed with the keys in it: put that file back"
        ) from error
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be read: {error.strerror}") from error


def check_ring(known: Iterable[str]) -> KeyRing:
    """Return the keys, where all those that a database was sealed with are among them.

    Raises:
        KeysUnusable: one is missing, so this is not the file of that database.
    """
    ring = key_ring()
    if missing := sorted(set(known) - set(ring.keys)):
        raise KeysUnusable(
            f"{settings.ANSWER_KEYS} lacks the key {missing[0]}, which this database is sealed "
            "with: put the file that was kept beside it back"
        )
    return ring


def make_first_key() -> str:
    """Make the file with one key, unless it is there; return the id of the key that seals."""
    with alone():
        if not settings.ANSWER_KEYS.exists():
            _write([secrets.token_bytes(_KEY_BYTES)])
    return key_ring().current


def add_key() -> str:
    """Add a key, which seals from now on, and return its id. To be called `alone`."""
    _write([*_secrets(settings.ANSWER_KEYS).values(), secrets.token_bytes(_KEY_BYTES)])
    return key_ring().current


def keep_only(key_id: str) -> None:
    """Take every other key out of the file. To be called `alone`."""
    _write([_secrets(settings.ANSWER_KEYS)[key_id]])


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time change the keys; whoever is killed lets go.

    Raises:
        KeysUnusable: another process is at it.
    """
    path: Path = settings.ANSWER_KEYS
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(path.with_name(f".{path.name}.lock")) as mine:
        if not mine:
            raise KeysUnusable(f"another process is changing {path}: wait until it ends")
        yield


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: tuple[int, int, int]) -> KeyRing:
    found = _secrets(path)
    return KeyRing({name: AESGCM(key) for name, key in found.items()}, list(found)[-1])


def _secrets(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for number, line in enumerate(path.read_text("ascii", "replace").splitlines(), 1):
        name, _, coded = line.partition(" ")
        try:
            key = base64.b64decode(coded, validate=True)
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES or _id_of(key) != name:
            raise KeysUnusable(f"{path}, line {number}, is damaged: put a copy of the file back")
        found[name] = key
    if not found:
        raise KeysUnusable(f"{path} is empty: put a copy of the file back")
    return found


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"evenhand answer key\0" + key).hexdigest()[:ID_LENGTH]


def _write(keys: list[bytes]) -> None:
    """Put the file in place whole or not at all, on the disk before anything is sealed with it."""
    path: Path = settings.ANSWER_KEYS
    part = path.with_name(f".{path.name}.{os.getpid()}")
    lines = [f"{_id_of(key)} {base64.b64encode(key).decode()}\n" for key in keys]
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

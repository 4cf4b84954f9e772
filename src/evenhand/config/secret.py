"""The secret that signs links and sessions: in a file of the home, made there once.

Settings are made from it, so a database is looked into here without Django.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from evenhand.config import environment as env

FILE: Final = "secret-key"
_STANDS_IN: Final = "stands-in-"
_LOOK: Final = "SELECT 1 FROM hiring_user LIMIT 1"
"""Whoever has an account was given links and sessions that the secret signed."""

WAYS_OUT: Final = (
    f"put the file that was kept with this database back, or set {env.SECRET_KEY.name} where that "
    "gave it; only if it is lost for good, `evenhand keys new-secret` makes another one and says "
    "what is lost with it"
)


def kept_secret(home: Path) -> str:
    """Return the secret in a home; makes it, readable by its owner alone, at the first start.

    Raises:
        SettingError: the file is empty or cannot be read, or is missing beside a database that
            has been worked with: a new one would undo what the former one signed and sealed.
    """
    path = home / FILE
    try:
        # An account comes after the secret: who sees one made meanwhile sees the file as well.
        if not path.exists() and worked_with(home) and not path.exists():
            raise missing(path)
        kept = path.read_text() if path.exists() else make_secret(path)
    except OSError as error:
        raise env.SettingError(
            f"{env.HOME.name} is {path.parent}, but {error.filename}: {error.strerror}; "
            "name a folder that is this user's own"
        ) from error
    if not kept.strip():
        raise env.SettingError(f"{path} is empty: put a copy of it back")
    return kept


def is_kept(home: Path) -> bool:
    """Say whether there is a secret, by the environment or in the home."""
    given = env.SECRET_KEY.text()
    return (bool(given) and not given.startswith(_STANDS_IN)) or (home / FILE).exists()


def stand_in() -> None:
    """Where no secret is kept, let this process have one of its own, which stays nowhere.

    For what has to read the settings and must not make the file, nor stop because it is missing.
    """
    if not is_kept(env.HOME.path()):
        os.environ[env.SECRET_KEY.name] = _STANDS_IN + secrets.token_urlsafe(50)


def end_stand_in() -> str | None:
    """Return the secret in the home, made where there is none, where one stood in for it.

    None where none did. Raises as `kept_secret` does.
    """
    if not env.SECRET_KEY.text().startswith(_STANDS_IN):
        return None
    del os.environ[env.SECRET_KEY.name]
    return kept_secret(env.HOME.path())


def make_secret(path: Path) -> str:
    """Make the file, unless another process just did, and return what stands in it."""
    # The home holds what people wrote: nobody else on this machine looks in.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(secrets.token_urlsafe(50))
    try:
        # A link instead of a rename: of two processes that start at once, the first one wins.
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text()


def missing(path: Path) -> env.SettingError:
    """Say that the file is missing, and the two ways out."""
    return env.SettingError(
        f"{path} is missing, and links, authenticators and keys of models in the database rest on "
        f"it: {WAYS_OUT}"
    )


def worked_with(home: Path) -> bool:
    """Say whether the database that the environment names has an account in it."""
    if env.DATABASE.text():
        return _on_postgresql(env.DATABASE.text())
    file = home / "evenhand.sqlite3"
    if not file.exists():
        return False
    try:
        # Neither makes the file: it may go away between the two lines.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=20)) as there:
            return there.execute(_LOOK).fetchone() is not None
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error) or "not a database" in str(error):
            return False  # not one of Evenhand: that is said where it is opened
        raise env.SettingError(f"{file}: {error}, and {home / FILE} is missing") from error


def _on_postgresql(address: str) -> bool:
    import psycopg

    with psycopg.connect(address, connect_timeout=20) as there:
        try:
            return there.execute(_LOOK).fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return False

"""Databases that are up to date: migrating one takes seconds, so a test run does it once.

For tests of what comes after; those of a new home being made start from an empty folder.

`python -m tests.homes FOLDER` makes the original ahead of time, while the workers of a run
collect their tests.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

DATABASE: Final = "evenhand.sqlite3"
KEYS: Final = "answer-keys"
"""What the database's answers are sealed with: it knows which it was made with."""
READY: Final = "from evenhand.config.serving import make_ready; make_ready()"
TEMPLATE: Final = "EVENHAND_TEST_DATABASE"
"""Names the database on PostgreSQL that the workers' own are copied from."""


def furnish(home: Path, run: Path) -> Path:
    """Put a migrated SQLite database and its keys into a home; makes the home if need be.

    Args:
        home: Where the program under test will live.
        run: The folder that all processes of this test run share; keeps the original.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    original = once(run / "migrated-home", _ready)
    for name in (DATABASE, KEYS):
        shutil.copy(original / name, home / name)
    return home


def furnish_from_template(home: Path, run: Path) -> None:
    """Put the keys into a home whose database is copied from the one on PostgreSQL."""
    shutil.copy(once(run / "migrated-template", _ready_template) / KEYS, home / KEYS)


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, whichever process of the run was first to ask."""
    made, making = folder / "made", folder / "making"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            making.mkdir(mode=0o700, exist_ok=True)
            make(making)
            making.rename(made)
    return made


def _ready(home: Path, database: str = "") -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
    own = {
        "EVENHAND_HOME": str(home),
        "EVENHAND_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "evenhand.config.settings",
    }
    subprocess.run([sys.executable, "-c", READY], env=kept | own, check=True, timeout=600)


def _ready_template(home: Path) -> None:
    _ready(home, os.environ[TEMPLATE])


def main(run: Path) -> None:
    """Make what the tests' own databases are copied from."""
    if TEMPLATE in os.environ:
        once(run / "migrated-template", _ready_template)
    else:
        once(run / "migrated-home", _ready)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

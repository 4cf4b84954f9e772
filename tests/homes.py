"""Homes whose database is up to date: migrating one takes seconds, so a test run does it once.

For tests of what comes after; those of a new home being made start from an empty folder.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

DATABASE: Final = "evenhand.sqlite3"
KEYS: Final = "answer-keys"
"""What the database's answers are sealed with: it knows which it was made with."""
READY: Final = "from evenhand.config.serving import make_ready; make_ready()"


def furnish(home: Path, run: Path) -> Path:
    """Put a migrated SQLite database and its keys into a home; makes the home if need be.

    Args:
        home: Where the program under test will live.
        run: The folder that all processes of this test run share; keeps the original.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    original = _original(run)
    for name in (DATABASE, KEYS):
        shutil.copy(original / name, home / name)
    return home


def _original(run: Path) -> Path:
    folder = run / "migrated-home"
    folder.mkdir(exist_ok=True)
    original, making = folder / "ready", folder / "making"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers of a run may come here at once
        if not original.exists():
            kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
            own = {"EVENHAND_HOME": str(making)}
            own["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
            subprocess.run([sys.executable, "-c", READY], env=kept | own, check=True, timeout=600)
            making.rename(original)
    return original

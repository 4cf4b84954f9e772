"""A pack version as an earlier release has left it in the store: its judges' code is gone."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np

from evenhand.hiring.models import PackVersion
from evenhand.hiring.openings.packs import take_in_pack
from evenhand.rubric import shipped_pack


def outdated_folder(folder: Path) -> Path:
    """Make a pack whose calibration is of the code before this one, in numbers of another form."""
    shutil.copytree(shipped_pack(), folder)
    facts = folder / "calibration" / "embedded.json"
    known = json.loads(facts.read_text())
    facts.write_text(json.dumps({**known, "code": "0"}, indent=1, sort_keys=True) + "\n")
    np.savez(folder / "calibration" / "embedded.npz", numbers=np.ones(3))
    return folder


def take_in_outdated(now: datetime) -> PackVersion:
    """Take such a pack in, as it was when its release was the latest."""
    with tempfile.TemporaryDirectory() as folder:
        return take_in_pack(outdated_folder(Path(folder) / "pack"), now=now)

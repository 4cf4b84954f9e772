"""A few of a pack's answers and samples, drawn by a hash: enough to learn from in a second."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from evenhand.judges.inheriting import GOLDEN
from evenhand.judges.judged import FEWEST_AUTHORS
from evenhand.judges.samples import RATED, SAMPLES, TRAPS
from evenhand.rubric import Pack, load_pack

LINES: Final = 24
"""How many lines of a file of rated samples; of written samples it is one for each prompt."""

EVERY_ANSWER: Final = "EVENHAND_TEST_EVERY_ANSWER" in os.environ
"""At night every answer and every sample is read, of which by day a few are."""
at_night = pytest.mark.skipif(
    not EVERY_ANSWER, reason="set EVENHAND_TEST_EVERY_ANSWER=1 to read all that was learnt from"
)


def few_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a pack with answers of as few authors as will do, and with a few of its samples.

    What is drawn hangs on each text alone, so that of a pack with less in it most are the same.
    """
    golden = _rows(files[GOLDEN])
    authors = sorted({str(row["author"]) for row in golden}, key=_order)[:FEWEST_AUTHORS]
    few = {GOLDEN: _lines(row for row in golden if row["author"] in authors)}
    for name in (RATED, TRAPS):
        rows = sorted(_rows(files[name]), key=lambda row: _order(row["text"]))
        few[name] = _lines(rows[:LINES])
    for name in SAMPLES:
        found = yaml.load(files[name], Loader=yaml.CSafeLoader)
        one = {id: [min(given, key=lambda g: _order(g["text"]))] for id, given in found.items()}
        few[name] = yaml.safe_dump(one).encode()
    return {**files, **few}


def _order(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _rows(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().split("\n") if line.strip()]


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def write_pack(folder: Path, files: Mapping[str, bytes]) -> Pack:
    """Put a pack into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return load_pack(folder)

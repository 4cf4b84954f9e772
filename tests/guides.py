"""Guides whose code is run by the tests, so that it cannot rot.

`python -m tests.guides docs/worked-report.md` runs the Python blocks of a guide and writes what
they print into the `text` block after each: to be read before it is committed.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
_FENCE = re.compile(r"```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a guide, and where its text stands."""

    language: str
    text: str
    start: int
    end: int


def blocks(guide: str) -> list[Block]:
    """Return the fenced blocks of a guide's text, in order."""
    return [
        Block(found["language"], found["text"], *found.span("text"))
        for found in _FENCE.finditer(guide)
    ]


def run(guide: str) -> Iterator[tuple[str, Block]]:
    """Run a guide's Python blocks in order, in one session.

    Yields what was printed since the last `text` block, with each `text` block.
    """
    names: dict[str, Any] = {}
    printed = ""
    for block in blocks(guide):
        if block.language == "text":
            yield printed, block
            printed = ""
        elif block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(block.text, names)
            printed += out.getvalue()
    assert not printed, f"printed and not shown: {printed}"


def _write(path: Path) -> None:
    guide = path.read_text("utf-8")
    whole, done = "", 0
    for printed, block in run(guide):
        whole += guide[done : block.start] + printed
        done = block.end
    path.write_text(whole + guide[done:], "utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))

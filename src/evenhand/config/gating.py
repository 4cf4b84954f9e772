"""Trying a panel at an operator's word: what `evenhand gate` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import click

from evenhand import judges
from evenhand.config.panels import panels_file
from evenhand.rubric import load_pack
from evenhand.studies.gate import GateResult, run_gate
from evenhand.studies.lines import lines_of


def try_panel(folder: Path, panel: str, against: str) -> tuple[GateResult, Iterator[str]]:
    """Hold a panel against the golden answers of a pack, showing how far it is.

    Args:
        folder: of the pack.
        panel: name of what is tried.
        against: name of the panel to compare with; empty for none.

    Returns:
        The result, and its lines for a person.

    Raises:
        PackError: the pack has faults.
        JudgeError: a panel is not known, or cannot be loaded.
        StudyError: the pack's limits cannot be read.
    """
    pack = load_pack(folder)
    load = partial(judges.load_panel, pack, panels=panels_file(), environ=os.environ)
    with ExitStack() as stack:
        tried = stack.enter_context(closing(load(panel)))
        other = stack.enter_context(closing(load(against))) if against else None
        bar = stack.enter_context(
            click.progressbar(
                length=100, label="reading", file=sys.stderr, hidden=not sys.stderr.isatty()
            )
        )

        def progress(done: int, of: int) -> None:
            bar.update(100 * done // of - bar.pos)

        result = run_gate(pack, tried, against=other, progress=progress)
    return result, lines_of(result)

"""Server, worker and database are killed under people at work, and nothing they were told is lost.

The long run, 200 rounds on both databases, is bench/killed_rounds.py.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.faults.rounds import run_rounds
from tests.faults.stricken import stricken

ROUNDS = 3  # each of the three once
HANDED_IN = 1


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_whatever_is_killed_nothing_that_was_confirmed_is_lost_or_there_twice(
    tmp_path: Path, kind: str, furnish: Callable[[Path], Path]
) -> None:
    if kind == "SQLite":
        furnish(tmp_path / "home")
    with stricken(tmp_path, kind) as site:
        found = run_rounds(site, ROUNDS, Random(kind), handed_in=HANDED_IN, patience=240)
    assert found.faults == []
    assert found.acknowledged["saves"] > 0
    assert sum(found.kills.values()) == ROUNDS

"""A worker that is killed while models are asked repeats what was in flight and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.faults.killing import MOST_IN_FLIGHT, Model, Place

SITTINGS, KILLS, SEED = 20, 4, 11


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_killed_at_any_moment_every_answer_is_scored_once_and_paid_for_once(
    tmp_path: Path, furnish: Callable[[Path], Path]
) -> None:
    furnish(tmp_path / "home")
    place = Place(tmp_path, SITTINGS)
    found = place.score_under_fire(Model(), KILLS, Random(SEED), patience=240)
    place.check_once()
    assert len(found.asked) == place.contents
    assert found.beyond <= KILLS
    assert 0 <= found.repeated <= KILLS * MOST_IN_FLIGHT

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.judges import segmenting
from evenhand.judges.segmenting import segment

Array = NDArray[np.float64]


def unit(seed: int, count: int) -> Array:
    drawn: Array = np.random.default_rng(seed).standard_normal((count, 4))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def lost(vectors: Array, lengths: Array, parts: list[slice]) -> float:
    """Sum the squared distances to the middle of each part, word by word."""
    total = 0.0
    for part in parts:
        middle = np.average(vectors[part], axis=0, weights=lengths[part])
        total += (lengths[part] * ((vectors[part] - middle) ** 2).sum(axis=1)).sum()
    return total


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=8),
    most=st.integers(2, 4),
    least=st.integers(0, 40),
    seed=st.integers(0, 99),
)
def test_no_other_cuts_bring_clauses_nearer_to_their_part(
    lengths: list[int], most: int, least: int, seed: int
) -> None:
    vectors, weights = unit(seed, len(lengths)), np.array(lengths, float)

    def ways(count: int) -> list[list[slice]]:
        """Return all ways to cut it into so many parts that are long enough."""
        cuts = combinations(range(1, len(lengths)), count - 1)
        cut = [[slice(*ends) for ends in pairwise((0, *inner, len(lengths)))] for inner in cuts]
        return [way for way in cut if all(sum(lengths[part]) >= least for part in way)]

    possible = [count for count in range(2, most + 1) if ways(count)]
    found = segment(vectors, lengths, most, least)
    assert len(found) == max(possible, default=0)
    if found:
        assert found in ways(len(found))
        fewest = min(lost(vectors, weights, way) for way in ways(len(found)))
        assert lost(vectors, weights, found) == pytest.approx(fewest, abs=1e-9)


def test_a_text_of_more_clauses_than_places_is_cut_at_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenting, "MOST_PLACES", 10)
    vectors = np.vstack([np.eye(4)[[0] * 600], np.eye(4)[[2] * 400]])
    parts = segment(vectors, [3] * 1000, 2, 50)
    assert parts == [slice(0, 600), slice(600, 1000)]


def test_what_is_put_behind_a_text_is_parted_from_it() -> None:
    one, other = np.eye(4)[[0] * 7], np.eye(4)[[2] * 4]
    parts = segment(np.vstack([one, other]), [10] * 11, 2, 20)
    assert parts == [slice(0, 7), slice(7, 11)]

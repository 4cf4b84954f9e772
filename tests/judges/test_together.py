import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evenhand.judges.together import PULL, Together, fit_together

WIDTH = 4
EVERY = Together(np.zeros(WIDTH), np.eye(WIDTH), np.eye(WIDTH * (WIDTH + 1) // 2))
"""All directions there are, and the middle of them."""


def clauses(seed: int, count: int) -> NDArray[np.float64]:
    """Draw so many unit vectors."""
    drawn = np.random.default_rng(seed).normal(size=(count, WIDTH))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


@given(st.integers(0, 999), st.integers(1, 9), st.integers(1, 9))
def test_answers_are_as_alike_as_the_squared_likenesses_of_all_their_clauses(
    seed: int, one: int, other: int
) -> None:
    a, b = clauses(seed, one), clauses(seed + 1, other)
    alike = ((a @ b.T) ** 2).sum() / ((one + PULL) * (other + PULL))
    assert EVERY.of(a) @ EVERY.of(b) == pytest.approx(alike)


def test_two_clauses_about_one_thing_each_are_not_two_about_both() -> None:
    apart = np.eye(WIDTH)[:2]
    both = np.tile(apart.sum(axis=0) / np.sqrt(2), (2, 1))
    assert (apart.sum(axis=0) * np.sqrt(2)).tolist() == pytest.approx(both.sum(axis=0).tolist())
    assert EVERY.of(both) @ EVERY.of(both) > 1.5 * EVERY.of(apart) @ EVERY.of(apart)


def test_the_order_of_clauses_makes_no_difference() -> None:
    said = clauses(3, 7)
    assert np.allclose(EVERY.of(said), EVERY.of(said[::-1]))


def test_the_directions_kept_are_those_in_which_answers_differ() -> None:
    wide, narrow = np.eye(WIDTH)[0], np.eye(WIDTH)[1]
    answers = [np.stack([wide * sign, narrow * 0.01]) for sign in (1.0, -1.0, 1.0, -1.0)]
    found = fit_together(answers)
    assert abs(found.directions[0, 0]) == pytest.approx(1.0, abs=1e-3)
    kept = found.moments.T @ found.moments
    assert np.allclose(kept, np.eye(len(kept)))

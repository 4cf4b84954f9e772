"""What is said together: the second moments of an answer's clauses, in few numbers.

A sum of clause vectors says what an answer is about on the whole. Which clauses carry it is lost:
two clauses about one thing each add up to the same as two that are both about both. The mean of the
clauses' outer products keeps it; its inner product with another answer's is the sum of the squared
likenesses of all their clauses (a polynomial kernel of degree two between sets: Gartner, Flach,
Kowalczyk and Smola 2002). It is written down in the directions in which answers vary most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DIRECTIONS = 96
"""Directions of clauses that are kept; the second moments have about half the square as many."""
MOMENTS = 192
"""Directions of second moments that are kept."""
PULL = 15.0
"""Clauses of nothing that each answer is averaged with."""


@dataclass(frozen=True, eq=False)
class Together:
    """The directions in which answers vary.

    Attributes:
        middle: (WIDTH,) the mean clause.
        directions: (WIDTH, d) orthonormal.
        moments: (d (d + 1) / 2, m) orthonormal.
    """

    middle: Array
    directions: Array
    moments: Array

    def of(self, vectors: Array) -> Array:
        """Describe an answer, (m,), by its clauses' (clauses, WIDTH) unit vectors."""
        found: Array = _moments(vectors, self.middle, self.directions) @ self.moments
        return found


def _moments(vectors: Array, middle: Array, directions: Array) -> Array:
    """Return the upper triangle of the second moments, so scaled that inner products are kept."""
    along = (vectors - middle) @ directions
    square = along.T @ along / (len(vectors) + PULL)
    rows, columns = np.triu_indices(directions.shape[1])
    upper: Array = square[rows, columns] * np.where(rows == columns, 1.0, np.sqrt(2.0))
    return upper


def fit_together(answers: Sequence[Array]) -> Together:
    """Find the directions of some answers, each of its clauses' (clauses, WIDTH) vectors."""
    clauses = np.concatenate(answers)
    middle = clauses.mean(axis=0)
    directions = _directions(clauses - middle, DIRECTIONS)
    moments = np.stack([_moments(one, middle, directions) for one in answers])
    return Together(middle, directions, _directions(moments, MOMENTS))


def _directions(rows: Array, most: int) -> Array:
    """Return the directions in which rows are longest, longest first: (columns, most)."""
    found: Array = np.linalg.svd(rows, full_matrices=False)[2][:most].T
    return np.ascontiguousarray(found)

"""Tell clauses of known kinds apart by what they are about and by how they are put.

A Gaussian process for each kind, 1 for a clause of the kind and -1 for any other, on the clause's
embedding and on its runs of words. All kinds are learnt from the same clauses with the same kernel,
so that they share one solution. It is written down with some of the clauses (a subset of
regressors: Quinonero-Candela and Rasmussen 2005, section 5) and fixed from then on, so that the
same text is told the same each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.phrases import Phrases, known_phrases

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Floats = NDArray[np.floating]

SLOPE, STRAIGHT = 1.0, 0.5
"""The kernel on embeddings: Gaussian in the distance of two clauses, and a part that is linear."""
PUT = 2.0
"""What runs of words weigh in the kernel."""
JITTER = 1e-4


@dataclass(frozen=True, eq=False)
class Telling:
    """What tells clauses of some kinds from others.

    Attributes:
        places: (m, WIDTH) unit vectors that clauses are compared with, in single precision: there
            are thousands, and reading them is most of what a comparison costs.
        weights: (m, kinds) of the process.
        phrases: The runs of words that are known.
        put: (runs, kinds) what each weighs.
    """

    places: NDArray[np.float32]
    weights: Array
    phrases: Phrases
    put: Array

    def scores(self, vectors: Array, said: Sequence[str]) -> Array:
        """Return how much each clause is of each kind, (clauses, kinds): about -1 to 1.

        Args:
            vectors: (clauses, WIDTH) unit vectors.
            said: The clauses.
        """
        about: Array = _kernel(vectors.astype(np.float32), self.places) @ self.weights
        put: Array = self.phrases.vectors(said) @ self.put
        return about + put

    def arrays(self) -> dict[str, Any]:
        """Return it as arrays for a file."""
        return {
            "places": self.places.astype(np.float16),
            "weights": self.weights,
            "runs": "\n".join(self.phrases.place),
            "rarity": self.phrases.rarity,
            "put": self.put.astype(np.float32),
        }


def from_arrays(kept: Mapping[str, Any]) -> Telling:
    """Read what `Telling.arrays` gave.

    Raises:
        KeyError, ValueError: something is missing, or is no such array.
    """
    runs = str(kept["runs"]).split("\n")
    phrases = Phrases({run: at for at, run in enumerate(runs)}, kept["rarity"])
    places, put = _as_compared(_as_kept(kept["places"])), kept["put"].astype(np.float64)
    return Telling(places, kept["weights"], phrases, put)


def learn_telling(
    vectors: Array, said: Sequence[str], kind: Array, places: Index, noise: float
) -> Telling:
    """Learn from some clauses.

    Args:
        vectors: (N, WIDTH) unit vectors of the clauses.
        said: The N clauses.
        kind: (N, kinds) 1 for a clause of the kind, -1 for any other.
        places: Indices of the clauses that it is written down with.
        noise: Variance of what is said of one clause.
    """
    kept, phrases = _as_kept(vectors[places]), known_phrases(said)
    runs = phrases.vectors(said)
    there = runs[places]
    along = _kernel(vectors, kept) + PUT * (runs @ there.T).toarray()
    prior = _kernel(kept, kept) + PUT * (there @ there.T).toarray()
    prior += JITTER * np.eye(len(kept))
    weights = np.linalg.solve(along.T @ along + noise * prior, along.T @ kind)
    # The part of the kernel on runs is linear, so that its places come to one weight for each run.
    return Telling(_as_compared(kept), weights, phrases, PUT * (there.T @ weights))


def _kernel(a: Floats, b: Floats) -> Floats:
    along = a @ b.T
    covariance: Floats = np.exp(-SLOPE * (2 - 2 * along)) + STRAIGHT * along
    return covariance


def _as_compared(places: Array) -> NDArray[np.float32]:
    # Column by column, as a product with few clauses is a third faster then.
    return np.asfortranarray(places, dtype=np.float32)


def _as_kept(places: Array) -> Array:
    """Round places to half precision, as the file keeps them: weights hold for those alone."""
    kept = places.astype(np.float16).astype(np.float64)
    unit: Array = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    return unit

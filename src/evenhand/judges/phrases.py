"""Which words a clause has and which follow each other, as sparse unit vectors.

An embedding tells what a clause is about; how it is put ("whoever reads this", "I would be glad
if") is told by runs of words. Each run counts once, by how rare it is among clauses (tf-idf with
binary counts: Salton and Buckley 1988), and vectors have length one, so that a long clause weighs
no more.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from evenhand.judges.clauses import words

LONGEST = 2
"""Words in a run at most. Runs of three told bids of writers left out hardly better."""
FEWEST = 3
"""Clauses that have a run, for it to be kept."""
_OPENS, _ENDS = "<", ">"
"""What stands for the edge of a clause in a run; `words` makes no such word."""


@lru_cache(maxsize=1024)
def runs_of(clause: str) -> frozenset[str]:
    """Return the runs of a clause, its edges included.

    >>> sorted(runs_of("Round it up."))
    ['< round', 'it', 'it up', 'round', 'round it', 'up', 'up >']
    """
    said = words(clause)
    edged = [_OPENS, *said, _ENDS]
    longer = (
        " ".join(edged[at : at + size])
        for size in range(2, LONGEST + 1)
        for at in range(len(edged) - size + 1)
    )
    return frozenset([*said, *longer])


@dataclass(frozen=True, eq=False)
class Phrases:
    """The runs that are known.

    Attributes:
        place: Of each run in a vector.
        rarity: (runs,) the natural logarithm of one over the share of clauses that have it.
    """

    place: dict[str, int]
    rarity: NDArray[np.float32]

    def vectors(self, clauses: Sequence[str]) -> csr_array:
        """Return the unit vectors of clauses, (clauses, runs); one with no known run is empty."""
        rows, columns = [], []
        for row, clause in enumerate(clauses):
            known = [self.place[run] for run in runs_of(clause) if run in self.place]
            columns += known
            rows += [row] * len(known)
        values = self.rarity[columns].astype(np.float64)
        length = np.sqrt(np.bincount(rows, values**2, minlength=len(clauses)))
        return csr_array(
            (values / length[rows], (rows, columns)), shape=(len(clauses), len(self.place))
        )


def known_phrases(clauses: Sequence[str]) -> Phrases:
    """Return the runs that at least `FEWEST` clauses have, in the order of the alphabet."""
    count = Counter(run for clause in clauses for run in runs_of(clause))
    kept = sorted(run for run, times in count.items() if times >= FEWEST)
    rarity = [math.log(len(clauses) / count[run]) for run in kept]
    return Phrases({run: at for at, run in enumerate(kept)}, np.array(rarity, dtype=np.float32))

"""Cut a text where it turns to something else.

Of all ways to cut it into so many parts the one is taken whose clauses lie nearest to the middle of
their part (Fisher 1958, JASA 53:789, sections 2 and 3; by dynamic programming): what was put before
or behind an answer is parted from it, wherever paragraphs end.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_PLACES = 400
"""Places where a text may be cut. One of more clauses, of hardly a word each, may be at some."""


def segment(vectors: Array, lengths: Sequence[int], most: int, least: int) -> list[slice]:
    """Return the parts of a text, in their order; none where it cannot be cut.

    Args:
        vectors: (clauses, WIDTH) unit vectors, at least one.
        lengths: (clauses,) words of each, which are its weight.
        most: How many parts, or fewer where so many would be too short.
        least: Words of a part at least.
    """
    places = np.unique(np.linspace(0, len(lengths), min(len(lengths), MOST_PLACES) + 1).astype(int))
    gained = _gained(vectors, np.asarray(lengths, float), places, least)
    best, begins = gained[0], []
    for _ in range(most - 1):
        # Of each place: the most that is gained by parts that end there, and where the last begins.
        upto = best[:, None] + gained
        begin = upto.argmax(axis=0)
        found = np.take_along_axis(upto, begin[None], axis=0)[0]
        if not np.isfinite(found[-1]):
            break
        best = found
        begins.append(begin)
    if not begins:
        return []
    cuts = [len(places) - 1]
    for begin in reversed(begins):
        cuts.insert(0, int(begin[cuts[0]]))
    ends = places[cuts].tolist()
    return [slice(begin, end) for begin, end in zip([0, *ends[:-1]], ends, strict=True)]


def _gained(vectors: Array, lengths: Array, places: NDArray[np.intp], least: int) -> Array:
    """Return what a part from one place to another is worth, (places, places).

    The squares of its clauses' distances to its middle come to its words less this.
    """
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(lengths[:, None] * vectors, axis=0)])
    sums, upto = sums[places], np.concatenate([[0.0], np.cumsum(lengths)])[places]
    held = upto[None, :] - upto[:, None]
    square = (sums**2).sum(axis=1)
    apart = square[None, :] + square[:, None] - 2 * sums @ sums.T
    return np.where(held >= max(least, 1), apart / np.maximum(held, 1), -np.inf)

"""Cut a text where it turns to something else.

Of all ways to cut it into so many parts the one is taken whose clauses lie nearest to the middle of
their part (Alemi and Ginsparg 2015, arXiv 1503.05543, section 3): what was put before or behind an
answer is parted from it, wherever paragraphs end.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def segment(vectors: Array, lengths: Sequence[int], count: int, least: int) -> list[slice]:
    """Return the parts of a text, in their order; none where it cannot be cut so.

    Args:
        vectors: (clauses, WIDTH) unit vectors, at least one.
        lengths: (clauses,) words of each, which it counts.
        count: How many parts, at least two.
        least: Words that each of them has at least.
    """
    gained = _gained(vectors, np.asarray(lengths, float), least)
    best, from_where = gained[0], []
    for _ in range(count - 1):
        # (begin, end): the best so far up to where the next part begins, and that part.
        upto = best[:, None] + gained
        from_where.append(upto.argmax(axis=0))
        best = upto.max(axis=0)
    if not np.isfinite(best[-1]):
        return []
    cuts = [len(lengths)]
    for before in reversed(from_where):
        cuts.insert(0, int(before[cuts[0]]))
    return [slice(begin, end) for begin, end in zip([0, *cuts[:-1]], cuts, strict=True)]


def _gained(vectors: Array, lengths: Array, least: int) -> Array:
    """Return what a part from one clause to before another is worth, (clauses + 1, clauses + 1).

    The squares of its clauses' distances to its middle come to its length less this.
    """
    sums = np.vstack([np.zeros(vectors.shape[1]), np.cumsum(lengths[:, None] * vectors, axis=0)])
    upto = np.concatenate([[0.0], np.cumsum(lengths)])
    held = upto[None, :] - upto[:, None]
    square = (sums**2).sum(axis=1)
    apart = square[None, :] + square[:, None] - 2 * sums @ sums.T
    return np.where(held >= max(least, 1), apart / np.maximum(held, 1), -np.inf)

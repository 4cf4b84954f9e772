"""What the embedded judges' levels of one answer come to together."""

from collections.abc import Sequence

import numpy as np

from evenhand.judges.learning import embedded_in
from evenhand.measure import AnswerLevel, Components, answer_level

FINE = 1e-3
"""Levels to which it is found how far a judge counts that is far above the others."""


def join_levels(
    levels: Sequence[float], dimension: str, components: Components, confidence: float = 0.9
) -> tuple[list[float], AnswerLevel]:
    """Return the levels as they count, and what they come to together.

    A judge so far above the others that the measurement model would leave it out is held down to
    where it just counts (winsorised: Tukey 1962, Ann. Math. Stat. 33:1). So an answer
    that every judge reads higher does not come out lower, as it would where one of them passed the
    limit. Where several are that far above, they share one limit, and it still may; they then
    differ so much that the answer is left to people (`doubt`).

    Args:
        levels: By the embedded judges, in their order.
        dimension: What was judged.
        components: Of the measurement model.
        confidence: Nominal coverage of the interval.
    """

    def joined(most: float) -> AnswerLevel:
        held = np.minimum(levels, most).tolist()
        by_judge = dict(zip(embedded_in(components), held, strict=True))
        return answer_level(by_judge, dimension, components, confidence=confidence)

    low, high = min(levels), max(levels)
    found = joined(high)
    if not found.left_out:
        return list(levels), found
    while high - low > FINE:
        middle = (low + high) / 2
        low, high = (low, middle) if joined(middle).left_out else (middle, high)
    return np.minimum(levels, low).tolist(), joined(low)

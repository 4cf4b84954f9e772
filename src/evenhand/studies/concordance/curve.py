"""The decision curve: is it worth going by the score, whatever a wasted interview costs?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import stdtrit

from evenhand.studies.concordance.values import (
    FEWEST_EACH,
    Array,
    Index,
    by_cluster,
    student,
)

THRESHOLDS: Final = tuple(k / 20 for k in range(1, 20))


@dataclass(frozen=True)
class Benefit:
    """Net benefit at one threshold, in right advances a decision; advancing nobody is 0.

    Attributes:
        threshold: t, the P from which one would advance: whoever takes it holds a person advanced
            in vain to cost t / (1 - t) of a right advance.
        net: of advancing whoever has P at or above t.
        low, high: its interval; None where too few candidates have such a P to tell.
        everyone: of advancing all.
    """

    threshold: float
    net: float
    low: float | None
    high: float | None
    everyone: float


def decision_curve(p: Array, advance: Array, of: Index, confidence: float) -> list[Benefit]:
    """Return net benefit = TP/n - FP/n x t/(1 - t) over thresholds (Vickers and Elkin 2006).

    The interval is Student's of a mean over candidates, at each threshold by itself. What moves it
    are those at or above the threshold, so the degrees of freedom are those of the fewest: yeses,
    noes (`student`) or them; with fewer than `FEWEST_EACH` of them there is none.
    """
    share, n = float(advance.mean()), len(p)
    times = student(confidence, advance > 0.5, of)
    made = []
    for threshold in THRESHOLDS:
        odds = threshold / (1 - threshold)
        rows = np.where(p >= threshold, np.where(advance > 0.5, 1.0, -odds), 0.0)
        net = float(rows.mean())
        summed = by_cluster(rows - net, of)
        above = len(np.unique(of[p >= threshold]))
        low = high = None
        if above >= FEWEST_EACH:
            wider = max(times, float(stdtrit(above - 1, (1 + confidence) / 2)))
            reach = wider * math.sqrt(float(summed @ summed)) / n
            low, high = net - reach, net + reach
        everyone = share - (1 - share) * odds
        made.append(Benefit(threshold, net, low, high, everyone))
    return made

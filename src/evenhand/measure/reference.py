"""The printed formulas of the best-known product of this kind, for comparison and for nothing else.

They are recomputed from its public white paper and science pages: a score in 0..1 becomes a triple
(T, F, R) of truth, falsity and refusal, and R becomes a "+-". Nothing of the product itself was run
or is judged here; where the print leaves something open, the reading taken is named.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.measure.values import HIGHEST, LOWEST, MeasureError

EPSILON = 1e-9
"""Keeps the printed score defined where T and F are both 0."""
FOLLOW_UP = 0.25
"""The printed R above which a follow-up question is asked."""


@dataclass(frozen=True)
class Triple:
    """Truth, falsity and refusal, each 0 to 1.

    Attributes:
        truth: T.
        falsity: F.
        refusal: R, the printed uncertainty.
    """

    truth: float
    falsity: float
    refusal: float

    @property
    def score(self) -> float:
        """The printed score, 0 to 100: 100 T / (T + F)."""
        return 100 * self.truth / (self.truth + self.falsity + EPSILON)

    @property
    def confidence(self) -> float:
        """The printed confidence: 1 - R."""
        return 1 - self.refusal

    def half_width(self, scaling: float = 15.0) -> float:
        """Return the printed "+-" on 0..100: (1 - confidence) times a scaling of 10 to 15."""
        return scaling * (1 - self.confidence)

    @property
    def asks(self) -> bool:
        """Whether the printed rule asks a follow-up question."""
        return self.refusal > FOLLOW_UP


def refusal(truth: float, falsity: float) -> float:
    """Return R = sqrt(1 - T^2 - F^2).

    Raises:
        MeasureError: If T or F is outside 0..1, or T^2 + F^2 is above 1.
    """
    if not (0 <= truth <= 1 and 0 <= falsity <= 1):
        raise MeasureError(f"reference: T {truth} and F {falsity} are not both from 0 to 1")
    left = 1 - truth**2 - falsity**2
    if left < -1e-12:
        raise MeasureError(f"reference: T {truth} and F {falsity}: their squares sum to over 1")
    return math.sqrt(max(left, 0.0))


def triple(scores: Sequence[float]) -> Triple:
    """Return the triple of scores in 0..1, one from each judge.

    T is their mean times an agreement factor and F one minus their mean times the same. The factor
    is not defined in print; it is read as 1 minus the standard deviation of the scores.

    Raises:
        MeasureError: If there are no scores, or one is outside 0..1.
    """
    found = np.array(scores, dtype=np.float64)
    if found.size == 0 or not ((found >= 0) & (found <= 1)).all():
        raise MeasureError("reference: give scores from 0 to 1, at least one")
    mean, agreement = float(found.mean()), 1 - float(found.std())
    truth, falsity = mean * agreement, (1 - mean) * agreement
    return Triple(truth, falsity, refusal(truth, falsity))


def aggregate(triples: Sequence[Triple], weights: Sequence[float] | None = None) -> Triple:
    """Return the printed aggregate: weighted means of T and F, with R computed anew.

    Raises:
        MeasureError: If there are no triples, or the weights do not fit them.
    """
    weight = np.ones(len(triples)) if weights is None else np.array(weights, dtype=np.float64)
    if not triples or len(weight) != len(triples) or (weight < 0).any() or not weight.sum() > 0:
        raise MeasureError("reference: give one weight of at least 0 for each triple, not all 0")
    weight = weight / weight.sum()
    truth = float(weight @ [one.truth for one in triples])
    falsity = float(weight @ [one.falsity for one in triples])
    return Triple(truth, falsity, refusal(truth, falsity))


def of_levels(levels: Sequence[float]) -> Triple:
    """Return the triple of levels from 1 to 5, each mapped to 0..1 in proportion."""
    return triple([(level - LOWEST) / (HIGHEST - LOWEST) for level in levels])

"""The Brier score of P(at or above the bar) as a forecast of people's decisions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import t

from evenhand.studies.concordance.values import (
    NO_SPREAD,
    Array,
    Figure,
    Index,
    by_cluster,
    untold,
)


@dataclass(frozen=True)
class Brier:
    """A Brier score, what it would be with no knowledge, and what it is made of.

    score = miscalibration - discrimination + null (Dimitriadis, Gneiting and Jordan 2021): each
    part against the best monotone recalibration of the same forecasts, so no bins are chosen.

    Attributes:
        score: mean of (p - decision)²; 0 is perfect.
        null: the score of always saying the share that was advanced.
        skill: 1 - score / null; above 0 is better than that.
        miscalibration: what recalibrating would save.
        discrimination: what recalibrated forecasts save against the null.
    """

    score: Figure
    null: float
    skill: Figure
    miscalibration: float
    discrimination: float


def brier(p: Array, advance: Array, of: Index, confidence: float) -> Brier:
    """Return the Brier score (1950) with intervals over candidates.

    The intervals are Student's, from the spread between candidates; that of the skill is by the
    delta method, as score and null are means of the same rows.

    Args:
        p: (n,) forecasts.
        advance: (n,) 1 where people would have advanced.
        of: (n,) which candidate.
        confidence: of the intervals.
    """
    n, share = len(p), float(advance.mean())
    rows = (p - advance) ** 2
    score, null = float(rows.mean()), share * (1 - share)
    best = _recalibrated(p, advance)
    least = float(((best - advance) ** 2).mean())
    clusters = int(of.max()) + 1
    times = float(t.ppf((1 + confidence) / 2, max(clusters - 1, 1)))

    def error(moved: Array) -> float:
        summed = by_cluster(moved, of)
        return times * math.sqrt(float(summed @ summed) * clusters / max(clusters - 1, 1)) / n

    reach = error(rows - score)
    skill = untold(NO_SPREAD)
    if null > 0:
        of_null = (1 - 2 * share) * (advance - share)
        moved = -(rows - score) / null + score / null**2 * of_null
        off = error(moved)
        value = 1 - score / null
        skill = Figure(value, value - off, min(value + off, 1.0))
    return Brier(
        Figure(score, max(score - reach, 0.0), min(score + reach, 1.0)),
        null,
        skill,
        score - least,
        null - least,
    )


def _recalibrated(p: Array, advance: Array) -> Array:
    """Return the decisions' share as the best function of p that never falls; ties get one value.

    Isotonic regression by pooling adjacent violators (Ayer and others 1955).
    """
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    share = np.bincount(place, weights=advance) / count
    fitted: Array = isotonic_regression(share, weights=count).x[place]
    return fitted

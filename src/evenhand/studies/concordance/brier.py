"""The Brier score of P(at or above the bar) as a forecast of people's decisions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import isotonic_regression

from evenhand.studies.concordance.values import (
    NO_SPREAD,
    Array,
    Figure,
    Index,
    by_cluster,
    student,
    untold,
)

_LEAST: Final = 1e-12
"""A score or null below this counts as this: the log of 0 has no value."""
_HIGHEST: Final = 50.0
"""Farthest end of log(score / null): e to a much higher power overflows."""


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

    The intervals are Student's (`student`), from the spread between candidates: that of the score
    on the scale of its log, as a score near 0 has a short way down and a long one up; that of the
    skill by the jackknife over candidates (Tukey 1958) on the scale of log(score / null), which has
    no end: a skill near 1 has a long way down and a short one up.

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
    times = student(confidence, advance > 0.5, of)
    moved = by_cluster(rows - score, of)
    error = math.sqrt(float(moved @ moved) * clusters / max(clusters - 1, 1)) / n
    reach = times * error / score if score > 0 else 0.0
    skill = untold(NO_SPREAD)
    if null > 0:
        value = 1 - score / null
        low, high = _skill_ends(rows, advance, of, times)
        skill = Figure(value, min(low, value), max(high, value))
    return Brier(
        Figure(score, score * math.exp(-reach), min(score * math.exp(reach), 1.0)),
        null,
        skill,
        score - least,
        null - least,
    )


def _skill_ends(rows: Array, advance: Array, of: Index, times: float) -> tuple[float, float]:
    """Return the skill `times` jackknife errors below and above, on that scale of logs."""
    sums = [by_cluster(one, of) for one in (rows, advance, np.ones(len(rows)))]

    def log_ratio(lost: Array, yes: Array, n: Array) -> Array:
        share = yes / n
        ratio: Array = np.log(np.maximum(lost / n, _LEAST)) - np.log(
            np.maximum(share * (1 - share), _LEAST)
        )
        return ratio

    whole = float(log_ratio(*(one.sum() for one in sums)))
    without = log_ratio(*(one.sum() - one for one in sums))
    clusters = len(without)
    off = without - without.mean()
    reach = times * math.sqrt(float(off @ off) * max(clusters - 1, 1) / clusters)
    low, high = (1 - math.exp(min(whole + side * reach, _HIGHEST)) for side in (1, -1))
    return low, high


def _recalibrated(p: Array, advance: Array) -> Array:
    """Return the decisions' share as the best function of p that never falls; ties get one value.

    Isotonic regression by pooling adjacent violators (Ayer and others 1955).
    """
    _, place, count = np.unique(p, return_inverse=True, return_counts=True)
    share = np.bincount(place, weights=advance) / count
    fitted: Array = isotonic_regression(share, weights=count).x[place]
    return fitted

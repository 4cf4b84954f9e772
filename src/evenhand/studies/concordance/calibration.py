"""Is P(at or above the bar) too bold or too shy? The logistic line of decisions on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from evenhand.studies.concordance.values import (
    FEWEST_EACH,
    FEWEST_EACH_SLOPE,
    FEWEST_LEVEL,
    NO_SPREAD,
    SEPARATED,
    TOO_FEW,
    Array,
    Figure,
    Index,
    by_cluster,
    deviate,
    student,
    untold,
)

SUREST: Final = 0.999
"""P is taken as at most this and at least 1 minus it: its logit would be infinite at 1."""
_FARTHEST: Final = 60.0


@dataclass(frozen=True)
class Line:
    """logit P(advance) = intercept + slope x logit P(at or above the bar) (Cox 1958).

    Attributes:
        intercept: with the slope held at 1; above 0, people advance more than P says.
        slope: 1 is right; below 1, P is too sure of itself, above 1 too shy.
    """

    intercept: Figure
    slope: Figure


@dataclass(frozen=True)
class Group:
    """Candidates of like P, for the calibration plot: what was said and what people decided."""

    said: float
    happened: float
    low: float
    high: float
    candidates: int


def line(p: Array, advance: Array, of: Index, confidence: float) -> Line:
    """Return the calibration line with profile-likelihood intervals.

    An end of an interval is where twice the log likelihood has fallen by the square of Student's t
    (`student`; Venzon and Moolgavkar 1988 take chi-square's quantile, to which it goes), times the
    ratio of the robust to the plain variance, at least 1 (Rotnitzky and Jewell 1990): several
    decisions on a candidate are not independent, and the intercept is taken at a slope that may be
    wrong. The slope, which may not be, has it for candidates with several decisions alone.

    Where one value of P parts all who would be advanced from all others, the best slope is
    infinite: that is said instead of a number (Albert and Anderson 1984).
    """
    x = logit(np.clip(p, 1 - SUREST, SUREST))
    yes = advance > 0.5
    rarer = min(int(yes.sum()), int((~yes).sum()))
    if rarer < FEWEST_EACH:
        return Line(untold(TOO_FEW), untold(TOO_FEW))
    fall = student(confidence, yes, of) ** 2
    at_one = _level(x, advance, 1.0)
    candidates = int(of.max()) + 1
    intercept = untold(TOO_FEW)
    if candidates >= FEWEST_LEVEL:
        wider = _inflation(np.ones((len(x), 1)), x + at_one, advance, of)
        intercept = _profiled(lambda a: _log_likelihood(a + x, advance), at_one, fall * wider)
    if rarer < FEWEST_EACH_SLOPE:
        return Line(intercept, untold(TOO_FEW))
    if np.ptp(x) < 1e-9:
        return Line(intercept, untold(NO_SPREAD))
    if x[yes].min() >= x[~yes].max() or x[yes].max() <= x[~yes].min():
        return Line(intercept, untold(SEPARATED))
    slope = _slope(x, advance)
    eta = _level(x, advance, slope) + slope * x
    design = np.column_stack([np.ones(len(x)), x])
    several = candidates < len(of)
    return Line(
        intercept,
        _profiled(
            lambda b: _log_likelihood(_level(x, advance, b) + b * x, advance),
            slope,
            fall * (_inflation(design, eta, advance, of) if several else 1.0),
        ),
    )


def groups(p: Array, advance: Array, of: Index, confidence: float) -> list[Group]:
    """Return the calibration plot: groups of like P with about ten candidates each, at most ten.

    The interval is Wilson's (1927) for a share of as many candidates as there are in the group.
    """
    candidates = int(of.max()) + 1
    cuts = np.unique(np.quantile(p, np.linspace(0, 1, max(min(candidates // 10, 10), 2) + 1)))
    place = np.clip(np.searchsorted(cuts, p, side="right") - 1, 0, max(len(cuts) - 2, 0))
    z = deviate(confidence)
    made = []
    for group in np.unique(place):
        rows = place == group
        n, share = len(np.unique(of[rows])), float(advance[rows].mean())
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        made.append(
            Group(float(p[rows].mean()), share, max(middle - reach, 0), min(middle + reach, 1), n)
        )
    return made


def _log_likelihood(eta: Array, y: Array) -> float:
    return float(y @ eta - np.logaddexp(0, eta).sum())


def _level(x: Array, y: Array, slope: float) -> float:
    """Return the best intercept at a slope: there, as many are expected as were advanced."""
    wanted = float(y.sum())

    def off(a: float) -> float:
        return float(expit(a + slope * x).sum()) - wanted

    reach = _FARTHEST + abs(slope) * float(np.abs(x).max())
    return float(brentq(off, -reach, reach))


def _slope(x: Array, y: Array) -> float:
    def off(b: float) -> float:
        return float(x @ (y - expit(_level(x, y, b) + b * x)))

    reach = 1.0
    while off(-reach) * off(reach) > 0 and reach < 1e4:
        reach *= 2
    return float(brentq(off, -reach, reach))


def _profiled(likelihood: Callable[[float], float], best: float, fall: float) -> Figure:
    """Return where the likelihood has fallen too far on either side of its best."""
    top = likelihood(best)

    def off(value: float) -> float:
        return 2 * (top - likelihood(value)) - fall

    ends = []
    for side in (-1, 1):
        step = 0.5
        while off(best + side * step) < 0 and step < 1e3:
            step *= 2
        far = best + side * step
        ends.append(float(brentq(off, best, far)) if off(far) > 0 else side * math.inf)
    return Figure(best, ends[0], ends[1])


def _inflation(design: Array, eta: Array, y: Array, of: Index) -> float:
    """Return the ratio of the robust to the plain variance of the last coefficient, at least 1."""
    mean = expit(eta)
    plain = np.linalg.inv(design.T @ (design * (mean * (1 - mean))[:, None]))
    scores = design * (y - mean)[:, None]
    summed = np.column_stack([by_cluster(column, of) for column in scores.T])
    robust = plain @ (summed.T @ summed) @ plain
    return max(float(robust[-1, -1] / plain[-1, -1]), 1.0)

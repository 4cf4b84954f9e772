"""Correlation with an outcome, its interval, and what a restricted range does to it."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

from evenhand.studies.concordance.values import NO_SPREAD, Array, Figure, untold


def correlation(x: Array, y: Array, confidence: float) -> Figure:
    """Return Pearson's r with an interval that also holds beside a yes or no.

    The error is the asymptotically distribution-free one, the spread of each row's first-order
    contribution zx zy - r (zx² + zy²)/2 (Steiger and Hakstian 1982), taken on Fisher's z scale with
    Student's quantile and n - 3; with a normal error it would be Fisher's own.

    Args:
        x: (n,) the predictor.
        y: (n,) the outcome of the same people.
        confidence: of the interval.
    """
    n = len(x)
    if n < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return untold(NO_SPREAD)
    zx, zy = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    r = float(np.mean(zx * zy))
    if 1 - r * r < 1e-12:
        return Figure(round(r, 12), r, r)
    moved = zx * zy - r * (zx * zx + zy * zy) / 2
    error = math.sqrt(float(moved @ moved) / (n * (n - 3))) / (1 - r * r)
    reach = float(stdtrit(n - 2, (1 + confidence) / 2)) * error
    low, high = (math.tanh(math.atanh(r) + side * reach) for side in (-1, 1))
    return Figure(r, low, high)


def restriction(everyone: Array, with_outcome: Array) -> float | None:
    """Return u: the predictor's spread among everyone over that among those with an outcome.

    None where everyone has an outcome, so that nothing is restricted.
    """
    if len(everyone) <= len(with_outcome) or np.ptp(with_outcome) == 0:
        return None
    return float(everyone.std(ddof=1) / with_outcome.std(ddof=1))


def unrestricted(figure: Figure, u: float) -> Figure:
    """Return what r would be over everyone: r u / sqrt(1 + r² (u² - 1)) (Thorndike 1949, case II).

    It holds where people came to have an outcome by this predictor alone, the line is straight and
    spread is even. The ends of the interval are corrected alike: u is taken as known.

    >>> round(unrestricted(Figure(0.3, 0.1, 0.5), 1.5).value, 3)
    0.427
    """
    if figure.value is None or figure.low is None or figure.high is None:
        return figure

    def corrected(r: float) -> float:
        return r * u / math.sqrt(1 + r * r * (u * u - 1))

    return Figure(corrected(figure.value), corrected(figure.low), corrected(figure.high))

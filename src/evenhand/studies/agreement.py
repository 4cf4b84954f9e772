"""How far levels agree with those of raters: each statistic with its formula and its source.

Arrays are (n,) and aligned: one element an answer on a dimension, levels on 1..5. Where a statistic
is not defined (too few values, no spread) it is NaN, which passes no check.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]

BANDS: Mapping[str, tuple[float, float]] = {
    "low": (1.0, 2.5),
    "middle": (2.5, 3.5),
    "high": (3.5, 5.0),
}
"""Bands of the raters' mean level, the lower end included; `high` includes 5."""


@dataclass(frozen=True)
class Interval:
    """A figure with the interval that resampling gives it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Ceiling:
    """How far single raters agree with one another: what a panel can be expected to reach.

    Attributes:
        pairs: pairs of raters of one answer that the figures rest on.
        r, kappa: over all pairs, each taken in both orders.
        by_band: kappa by band of the pair's mean level.
    """

    pairs: int
    r: float
    kappa: float
    by_band: Mapping[str, float]


def pearson(a: Array, b: Array) -> float:
    """Return r = cov(a, b) / (sd a · sd b) (Pearson 1895).

    >>> round(pearson(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])), 3)
    0.5
    """
    if len(a) < 2:
        return math.nan
    x, y = a - a.mean(), b - b.mean()
    below = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / below if below > 0 else math.nan


def rmse(level: Array, truth: Array) -> float:
    """Return the root of the mean squared difference, in levels.

    >>> rmse(np.array([1.0, 5.0]), np.array([4.0, 1.0])) == 12.5**0.5
    True
    """
    return float(np.sqrt(np.mean((level - truth) ** 2))) if len(level) else math.nan


def bias(level: Array, truth: Array) -> float:
    """Return the mean of level − truth, in levels; above 0 is over-rated."""
    return float(np.mean(level - truth)) if len(level) else math.nan


def quadratic_kappa(a: Array, b: Array, *, step: float = 0.5) -> float:
    """Return quadratic-weighted kappa of levels rounded to a step (Cohen 1968).

    kappa = 1 - mean over answers of (a_i - b_i)² / mean over all pairs of (a_i - b_j)².

    Args:
        a: one rating of each answer.
        b: another of the same answers.
        step: what levels are rounded to: halves, as raters give them.

    >>> round(quadratic_kappa(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 3.0])), 4)
    0.8
    """
    x, y = np.round(a / step), np.round(b / step)
    if not len(x):
        return math.nan
    # The mean over all pairs, worked out from moments.
    by_chance = float(x.var() + y.var() + (x.mean() - y.mean()) ** 2)
    return 1 - float(np.mean((x - y) ** 2)) / by_chance if by_chance > 0 else math.nan


def in_band(level: Array, band: str) -> NDArray[np.bool_]:
    """Say which levels lie in a band of `BANDS`."""
    low, high = BANDS[band]
    inside: NDArray[np.bool_] = (level >= low) & ((level < high) | (high == 5.0))
    return inside


def kappa_by_band(a: Array, b: Array, at: Array) -> dict[str, float]:
    """Return kappa within each band of `at`.

    Within a band there is little spread to agree on, so kappa is lower than over all: compare it
    with the raters' own in that band, never with the kappa over all.
    """
    return {
        band: quadratic_kappa(a[rows], b[rows]) for band in BANDS for rows in [in_band(at, band)]
    }


def midranks(values: Array) -> Array:
    """Return the rank of each, from 1; ties at their mean rank.

    >>> midranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    ordered = np.sort(values)
    below, upto = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    ranks: Array = (below + upto + 1) / 2
    return ranks


def spearman(a: Array, b: Array) -> float:
    """Return rho: Pearson's r of the ranks, ties at their mean rank (Spearman 1904)."""
    return pearson(midranks(a), midranks(b)) if len(a) else math.nan


def kendall_tau_b(a: Array, b: Array) -> float:
    """Return tau-b = (C - D) / sqrt((P - ties in a)(P - ties in b)) (Kendall 1945).

    C and D count the concordant and discordant of all P pairs.

    >>> round(kendall_tau_b(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])), 4)
    0.3333
    """
    x, y = np.sign(a[:, None] - a[None]), np.sign(b[:, None] - b[None])
    below = math.sqrt(float(np.sum(x * x)) * float(np.sum(y * y)))
    return float(np.sum(x * y)) / below if below > 0 else math.nan


def partial_correlation(a: Array, b: Array, held: Array) -> float:
    """Return the correlation of a and b when `held` is held (Yule 1907).

    r_ab.h = (r_ab - r_ah r_bh) / sqrt((1 - r_ah²)(1 - r_bh²)): here of level and log length, given
    the raters' mean, it says how far a panel rewards length that raters do not.
    """
    ab, ah, bh = pearson(a, b), pearson(a, held), pearson(b, held)
    below = (1 - ah * ah) * (1 - bh * bh)
    return (ab - ah * bh) / math.sqrt(below) if below > 1e-12 else math.nan


def coverage(truth: Array, low: Array, high: Array) -> float:
    """Return the share of intervals that hold the truth, ends included."""
    if not len(truth):
        return math.nan
    return float(np.mean((truth >= low - 1e-9) & (truth <= high + 1e-9)))


def mean_width(low: Array, high: Array) -> float:
    """Return the mean width of intervals, in levels."""
    return float(np.mean(high - low)) if len(low) else math.nan


def repeat_sd(first: Array, second: Array) -> float:
    """Return the standard deviation of one reading around the mean of many.

    sd = sqrt(sum of d² / 2n), d the difference of two runs over the same answers (Dahlberg 1940).

    >>> repeat_sd(np.array([3.0, 2.0]), np.array([3.0, 4.0]))
    1.0
    """
    return float(np.sqrt(np.mean((first - second) ** 2) / 2)) if len(first) else math.nan


def human_ceiling(ratings: Sequence[tuple[str, str, float]]) -> Ceiling:
    """Return how far raters of the same answer agree with one another.

    Args:
        ratings: (answer and dimension, rater, level); every two of one answer are a pair.
    """
    by_answer: dict[str, dict[str, float]] = {}
    for answer, rater, level in ratings:
        by_answer.setdefault(answer, {})[rater] = level
    pairs = [
        pair
        for levels in by_answer.values()
        for pair in combinations((levels[rater] for rater in sorted(levels)), 2)
    ]
    # Neither of a pair is the first, so each pair counts once in either order.
    both = np.array([*pairs, *((b, a) for a, b in pairs)], dtype=np.float64).reshape(-1, 2)
    a, b = both[:, 0], both[:, 1]
    return Ceiling(
        len(pairs), pearson(a, b), quadratic_kappa(a, b), kappa_by_band(a, b, (a + b) / 2)
    )


def bootstrap(
    statistic: Callable[[Index], float],
    authors: NDArray[np.str_],
    *,
    seed: int,
    draws: int = 500,
    confidence: float = 0.9,
) -> Interval:
    """Return a statistic with its percentile interval over authors drawn anew.

    Authors are drawn with replacement and all answers of one come along, since answers of one
    author are not independent (Davison and Hinkley 1997, section 3.8).

    Args:
        statistic: of the rows with these indices.
        authors: (n,) who wrote each row.
        seed: of the draws.
        draws: how many samples of authors.
        confidence: of the interval.
    """
    rng = np.random.default_rng(seed)
    rows = [np.flatnonzero(authors == name) for name in np.unique(authors)]
    value = statistic(np.arange(len(authors)))
    if not rows:
        return Interval(value, math.nan, math.nan)
    drawn = [
        statistic(np.concatenate([rows[k] for k in rng.integers(0, len(rows), len(rows))]))
        for _ in range(draws)
    ]
    told = np.array([one for one in drawn if not math.isnan(one)])
    if not len(told):
        return Interval(value, math.nan, math.nan)
    low, high = np.quantile(told, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(value, float(low), float(high))

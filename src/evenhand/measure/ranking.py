"""Who is ahead of whom, and how sure that is.

P(top k) is worked out in `top`; rank intervals come from draws of all posteriors together; bands
group people whom nothing told apart. For decisions against somebody
there is a frequentist twin: a confidence set for ranks that holds for all people at once whatever
their abilities, on unshrunk scores (Mogstad, Romano, Shaikh & Wilhelm 2023, Review of Economic
Studies 91:476, sections 3 and 4). Posteriors of different people are taken to be independent, and
rank 1 is the best.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from evenhand.measure.table import Array, Index
from evenhand.measure.top import check_posteriors, p_top
from evenhand.measure.values import Estimate, MeasureError, check_confidence

DRAWS = 4000
"""Draws of all posteriors, for rank intervals."""
ENTRIES = 2_000_000
"""Most numbers drawn at a time, which bounds the memory."""
SEED = 20_23
"""Draws are the same every time: a rank does not change because somebody looked again."""
PAIRS = 400
"""Of more people than this, differences are simulated against a spread of so many others."""


@dataclass(frozen=True)
class Rank:
    """Where one candidate stands among those ranked.

    Attributes:
        candidate: Who.
        expected: Posterior mean rank, 1 to n.
        low, high: Ends of the posterior interval for the rank.
        p_top: Probability of being among the best k.
        band: 1 for the first band; people of one band were not told apart from its first.
        surely_from, surely_to: Ends of the simultaneous confidence set for the rank.
    """

    candidate: str
    expected: float
    low: int
    high: int
    p_top: float
    band: int
    surely_from: int
    surely_to: int


def rank(estimates: Sequence[Estimate], *, top: int, confidence: float = 0.9) -> list[Rank]:
    """Rank candidates by their estimates of one dimension, or of `overall`.

    Args:
        estimates: One for each candidate, all of one dimension.
        top: The k of P(top k).
        confidence: Of intervals, bands and the confidence set.

    Returns:
        One rank for each candidate, in the order given.

    Raises:
        MeasureError: If there are no estimates, several of one candidate or of several dimensions,
            or `top` is negative.
    """
    check_confidence(confidence)
    if not estimates:
        raise MeasureError("rank: there are no estimates; give at least one")
    names = [estimate.candidate for estimate in estimates]
    if len(set(names)) < len(names) or len({e.dimension for e in estimates}) > 1:
        raise MeasureError("rank: give one estimate of one dimension for each candidate")
    mean = np.array([estimate.mean for estimate in estimates])
    whole = np.array([estimate.sd for estimate in estimates])
    check_posteriors(mean, whole)
    # How hard the loop is on the whole moves everybody alike, and nobody's rank.
    common = np.array([estimate.level_sd for estimate in estimates])
    sd = np.sqrt(np.maximum(whole**2 - common**2, 0.0))
    share = p_top(mean, sd, top)
    expected, low, high = rank_intervals(mean, sd, confidence)
    bands = band(mean, sd, confidence)
    x, error = unshrunk(mean, sd, np.array([e.reliability for e in estimates]))
    first, last = rank_sets(x, error, confidence)
    columns = (expected, low, high, share, bands, first, last)
    return [
        Rank(name, *row)
        for name, row in zip(names, zip(*(c.tolist() for c in columns), strict=True), strict=True)
    ]


def p_above(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the probability that one person's level lies above another's.

    Args:
        one: Mean, sd and level sd, as in an `Estimate`.
        other: The same of the other.

    >>> round(p_above((3.6, 0.4, 0.2), (3.2, 0.4, 0.2)), 2), p_above((3, 0.4, 0), (3, 0.2, 0))
    (0.79, 0.5)
    """
    (mean, sd, level_sd), (mean_2, sd_2, level_sd_2) = one, other
    # What moves both alike puts neither ahead.
    spread = math.sqrt(max(sd**2 - level_sd**2, 0.0) + max(sd_2**2 - level_sd_2**2, 0.0))
    gap = mean - mean_2
    return float(ndtr(gap / spread)) if spread else (0.5 if gap == 0 else float(gap > 0))


def rank_intervals(mean: Array, sd: Array, confidence: float) -> tuple[Array, Index, Index]:
    """Return the posterior mean of each rank, and the ends of its equal-tailed interval.

    Args:
        mean: (n,) of independent Gaussian posteriors.
        sd: (n,) of the same.
        confidence: Probability inside the interval, at least; ranks are whole numbers.
    """
    check_posteriors(mean, sd)
    count = len(mean)
    rng = np.random.default_rng(SEED)
    draws = min(DRAWS, max(400, 400 * ENTRIES // max(count, 1) // 400))
    ranks = np.empty((draws, count), dtype=np.int32)
    step = max(1, ENTRIES // count)
    places = np.arange(1, count + 1, dtype=np.int32)
    for first in range(0, draws, step):
        size = min(step, draws - first)
        order = np.argsort(-(mean + sd * rng.standard_normal((size, count))), axis=1)
        np.put_along_axis(ranks[first : first + size], order, places[None], axis=1)
    tail = (1 - confidence) / 2
    ends = np.quantile(ranks, [tail, 1 - tail], axis=0, method="nearest")
    return ranks.mean(axis=0), ends[0].astype(np.intp), ends[1].astype(np.intp)


def band(mean: Array, sd: Array, confidence: float) -> Index:
    """Return (n,) the band of each person, 1 for the best.

    From the best mean down, a band takes in everybody whose difference from the first of the band
    is within what chance explains (two-sided, at this confidence); the next opens the next band.
    """
    check_posteriors(mean, sd)
    z = float(ndtri(0.5 + confidence / 2))
    found = np.empty(len(mean), dtype=np.intp)
    head, number = -1, 0
    for place in np.argsort(-mean, kind="stable").tolist():
        if head < 0 or mean[head] - mean[place] > z * np.hypot(sd[head], sd[place]):
            head, number = place, number + 1
        found[place] = number
    return found


def unshrunk(mean: Array, sd: Array, reliability: Array) -> tuple[Array, Array]:
    """Return scores without the pull to the mean of the group, and their standard errors.

    Shrinkage pulls the less known further, which would order people by how much they were asked.
    A reliability of 0 gives an infinite standard error.
    """
    share = np.clip(reliability, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = float(np.average(mean, weights=share)) if share.sum() > 0 else float(mean.mean())
        x = np.where(share > 0, centre + (mean - centre) / share, centre)
        error = np.where(share > 0, sd / np.sqrt(share), np.inf)
    return x, error


def rank_sets(x: Array, error: Array, confidence: float) -> tuple[Index, Index]:
    """Return the ends of a simultaneous confidence set for all ranks.

    With c the quantile of the largest |Z_i - Z_j| / se_ij over all pairs, person i is surely behind
    those j with x_j - x_i > c se_ij and surely ahead of those with x_i - x_j > c se_ij.

    Args:
        x: (n,) unshrunk scores.
        error: (n,) their standard errors; infinite for somebody of whom nothing is known.
        confidence: Probability that every rank is in its set.
    """
    count = len(x)
    cut = _largest(error, confidence)
    first, last = np.ones(count, dtype=np.intp), np.full(count, count, dtype=np.intp)
    step = max(1, ENTRIES // count)
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        reach = cut * np.hypot(error[part, None], error[None])
        gap = x[None] - x[part, None]
        first[part] += np.sum(gap > reach, axis=1)
        last[part] -= np.sum(-gap > reach, axis=1)
    return first, last


def _largest(error: Array, confidence: float) -> float:
    """Simulate the quantile of the largest standardised difference over pairs."""
    known = np.sort(error[np.isfinite(error) & (error > 0)])
    if len(known) < 2:
        return float(ndtri(0.5 + confidence / 2))
    rng = np.random.default_rng(SEED)
    used = known
    if len(known) > PAIRS:
        used = known[np.linspace(0, len(known) - 1, PAIRS).astype(np.intp)]
        # Fewer pairs are simulated than there are: the level is that of all of them.
        share = (len(used) * (len(used) - 1)) / (len(known) * (len(known) - 1))
        confidence = confidence**share
    width = np.hypot(used[:, None], used[None])
    largest = np.empty(1000)
    for draw in range(len(largest)):
        z = used * rng.standard_normal(len(used))
        largest[draw] = np.max(np.abs(z[:, None] - z[None]) / width)
    return float(np.quantile(largest, confidence))

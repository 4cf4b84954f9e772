"""P(top k): who is among the best k, when everybody is known with a Gaussian error.

A person is among the best k where fewer than k others stand above. Given where the person stands,
the number above is a sum of independent yes and no, one for each other person (Poisson binomial).
For up to CONTENDERS people in question its distribution is worked out exactly, person by person
(Hong 2013, Computational Statistics & Data Analysis 59:41, section 2), and each person is taken out
of it again, in the direction in which rounding does not grow. Of more people the count is taken as
normal with its own mean, variance and skewness (Volkova 1996, Theory of Probability and its
Applications 40:791): then each has a small chance, and what is left of the error is smaller still.
"""

import numpy as np
from scipy.special import expit, ndtr

from evenhand.measure.table import Array
from evenhand.measure.values import MeasureError

CONTENDERS = 300
"""Most people whose place in the best k is in question and is worked out exactly."""
SURE = 1e-6
"""Somebody within this of 0 or 1 is not in question."""
EDGES = np.linspace(-4.5, 4.5, 41)
"""Standard deviations at which each person's own levels are cut."""
MOST_LEVELS = 1200
SMALLEST_SD = 1e-6
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
"""Where a person may stand, in standard deviations, and how likely; for the normal count."""
GRID = 400
STEPS = np.linspace(0, 1, 201)


def p_top(mean: Array, sd: Array, top: int) -> Array:
    """Return (n,) probabilities of being among the best `top`; they sum to it.

    Args:
        mean: (n,) of independent Gaussian posteriors.
        sd: (n,) of the same.
        top: The k of the best k.

    Raises:
        MeasureError: If `top` is negative, or an sd is negative or no number.
    """
    check_posteriors(mean, sd)
    if top < 0:
        raise MeasureError(f"rank: top: {top} is negative")
    if top >= len(mean):
        return np.ones(len(mean))
    if top == 0:
        return np.zeros(len(mean))
    spread = np.maximum(sd, SMALLEST_SD)
    if len(mean) <= CONTENDERS:
        return _summing_to(_exact(mean, spread, top), top)
    found = _summing_to(_normal(mean, spread, top), top)
    asked = (found > SURE) & (found < 1 - SURE)
    left = top - int((found >= 1 - SURE).sum())
    if 0 < left < asked.sum() <= CONTENDERS:
        found[asked] = _exact(mean[asked], spread[asked], left)
    return _summing_to(found, top)


def _exact(mean: Array, spread: Array, top: int) -> Array:
    """Sum over levels: how likely the person is there, and fewer than `top` others above."""
    edges = np.unique((mean[:, None] + spread[:, None] * EDGES).ravel())
    if len(edges) > MOST_LEVELS:
        edges = edges[np.linspace(0, len(edges) - 1, MOST_LEVELS).astype(np.intp)]
    level = (edges[1:] + edges[:-1]) / 2
    below = ndtr((edges - mean[:, None]) / spread[:, None])
    below[:, 0], below[:, -1] = 0.0, 1.0
    over = ndtr((mean[:, None] - level) / spread[:, None])
    return np.asarray(np.sum(np.diff(below, axis=1) * _fewer(over, top), axis=1))


def _fewer(over: Array, top: int) -> Array:
    """Return (n, T): the probability that fewer than `top` others are above, at each level.

    Args:
        over: (n, T) probability that each person is above each level.
        top: k.
    """
    people = len(over)
    count = np.zeros((people + 1, over.shape[1]))
    count[0] = 1.0
    for done, p in enumerate(over, start=1):
        count[1 : done + 1] = count[1 : done + 1] * (1 - p) + count[:done] * p
        count[0] *= 1 - p
    seldom = over <= 0.5
    # Without the person: upwards from 0 where it is seldom above, else downwards from n.
    up = np.where(seldom, over, 0.0)
    term, fewer = np.zeros_like(over), np.zeros_like(over)
    for at in range(top):
        term = (count[at] - up * term) / (1 - up)
        fewer += term
    down = np.where(seldom, 1.0, over)
    term, more = np.zeros_like(over), np.zeros_like(over)
    for at in range(people, top, -1):
        term = (count[at] - (1 - down) * term) / down
        more += term
    return np.clip(np.where(seldom, fewer, 1 - more), 0.0, 1.0)


def _normal(mean: Array, spread: Array, top: int) -> Array:
    """The same with a count that is normal but for its skewness."""
    found = np.zeros(len(mean))
    grid = _grid(mean, spread)
    moments = np.array([_above(level, mean, spread) for level in grid])
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        level, own = mean + spread * node, float(ndtr(-node))
        others = [np.interp(level, grid, column) for column in moments.T]
        count = others[0] - own
        variance = np.maximum(others[1] - own * (1 - own), 1e-12)
        skew = (others[2] - own * (1 - own) * (1 - 2 * own)) / variance**1.5
        x = (top - 0.5 - count) / np.sqrt(variance)
        density = np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)
        found += weight * np.clip(ndtr(x) + skew * (1 - x**2) * density / 6, 0.0, 1.0)
    return found


def _grid(mean: Array, spread: Array) -> Array:
    """Return levels close enough together to read the moments off between them."""
    reach = 8 * spread
    return np.unique(
        np.concatenate(
            [
                np.linspace(float((mean - reach).min()), float((mean + reach).max()), GRID),
                np.quantile(np.concatenate([mean - spread, mean, mean + spread]), STEPS),
            ]
        )
    )


def _above(level: float, mean: Array, spread: Array) -> tuple[float, float, float]:
    """Return mean, variance and third moment of how many stand above a level."""
    over = ndtr((mean - level) / spread)
    both = over * (1 - over)
    return float(over.sum()), float(both.sum()), float((both * (1 - 2 * over)).sum())


def _summing_to(found: Array, top: int) -> Array:
    """Shift probabilities on the logit scale, which keeps their order, until they sum to `top`."""
    odds = np.log(np.maximum(found, 1e-300)) - np.log(np.maximum(1 - found, 1e-300))
    low, high = -700.0, 700.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(odds + middle).sum() < top else (low, middle)
    return np.asarray(expit(odds + (low + high) / 2))


def check_posteriors(mean: Array, sd: Array) -> None:
    """Refuse means that are missing and standard deviations that are none."""
    if len(mean) == 0 or not np.isfinite(mean).all():
        raise MeasureError("rank: a mean is missing or not finite")
    if not (np.isfinite(sd) & (sd >= 0)).all():
        raise MeasureError("rank: an sd is negative or not finite")

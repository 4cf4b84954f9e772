"""Estimates of candidates: posterior mean, interval, chance of reaching the bar."""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from evenhand.measure.components import Components
from evenhand.measure.model import posteriors
from evenhand.measure.table import Array, tabulate
from evenhand.measure.values import (
    HIGHEST,
    LOWEST,
    OVERALL,
    Estimate,
    MeasureError,
    Rating,
    check_confidence,
)


def estimate(
    ratings: Sequence[Rating],
    components: Components,
    *,
    bar: float = 3.5,
    confidence: float = 0.9,
    weights: Mapping[str, float] | None = None,
    candidates: Sequence[str] = (),
) -> list[Estimate]:
    """Estimate every candidate on every dimension of the components, and overall.

    A dimension without ratings is estimated from the others, through psi. The link is linear; the
    mean and the interval are clipped to 1..5, which keeps their order.

    Args:
        ratings: Ratings of any number of candidates, in any order.
        components: Parameters of the model.
        bar: The level asked for, in levels.
        confidence: Nominal coverage of the interval over candidates.
        weights: Weight of each dimension in `overall`; one not named weighs 0. Equal by default.
        candidates: Candidates to estimate even if nobody rated them: such a one is taken for anyone
            of the population, with reliability 0.

    Returns:
        For each candidate, in order of first appearance, those without ratings last: the
        dimensions in the order of the components, then `overall`.

    Raises:
        MeasureError: If a dimension of a rating or weight is unknown, or an argument unusable.

    >>> from evenhand.measure import Rating, default_components
    >>> one = Rating("ana", "evaluation", "q1", "final", "kim", "human", 5)
    >>> [round(e.mean, 3) for e in estimate([one], default_components(["evaluation"]))]
    [3.889, 3.889]
    """
    check_confidence(confidence)
    if not np.isfinite(bar):
        raise MeasureError(f"bar: {bar} is not a finite level")
    weight = overall_weights(components, weights)
    # The last row makes `overall` one more coordinate beside the dimensions.
    readout = np.vstack([np.eye(len(weight)), weight])
    prior = _variances(readout, components.psi[None])[0]
    level = _variances(readout, components.location_cov[None])
    names = (*components.dimensions, OVERALL)

    def rows(who: Sequence[str], mean: Array, covariance: Array) -> dict[str, list[Estimate]]:
        mean, variance = mean @ readout.T, _variances(readout, covariance)
        low, high, sd = interval(mean, variance + level, components.conformal, confidence)
        columns = (
            clip(mean), sd, low, high, ndtr((mean - bar) / sd), np.clip(1 - variance / prior, 0, 1)
        )  # fmt: skip
        figures = np.stack(columns, axis=2).tolist()
        return {
            one: [Estimate(one, name, *row) for name, row in zip(names, figures[n], strict=True)]
            for n, one in enumerate(who)
        }

    found: dict[str, list[Estimate]] = {}
    order: tuple[str, ...] = ()
    if ratings:
        table = tabulate(ratings, components.dimensions)
        order = table.candidates
        for posterior in posteriors(table, components):
            who = [order[number] for number in posterior.batch.candidate.tolist()]
            found |= rows(who, posterior.mean, posterior.covariance)
    for one in candidates:
        if one not in found:
            found |= rows([one], components.location[None], components.psi[None])
            order = (*order, one)
    return [row for one in order for row in found[one]]


def overall_weights(components: Components, weights: Mapping[str, float] | None) -> Array:
    """Return the (D,) weights of `overall`, which sum to 1.

    Raises:
        MeasureError: If a weight is negative or of an unknown dimension, or all are 0.
    """
    size = len(components.dimensions)
    if weights is None:
        return np.full(size, 1 / size)
    weight = np.zeros(size)
    for dimension, value in weights.items():
        if not (np.isfinite(value) and value >= 0):
            raise MeasureError(f"weights: {dimension}: {value} is not a number of at least 0")
        weight[components.index(dimension)] = value
    if weight.sum() == 0:
        raise MeasureError("weights: all are 0; give one dimension a weight")
    return np.asarray(weight / weight.sum())


def interval(
    mean: Array, variance: Array, conformal: float, confidence: float
) -> tuple[Array, Array, Array]:
    """Return low and high, clipped to 1..5, and the sd that the conformal factor widened."""
    sd = np.sqrt(variance) * conformal
    half = ndtri(0.5 + confidence / 2) * sd
    return clip(mean - half), clip(mean + half), sd


def clip(level: Array) -> Array:
    """Clip levels to 1..5."""
    return np.clip(level, LOWEST, HIGHEST)


def _variances(readout: Array, covariance: Array) -> Array:
    variances = np.einsum("kd,bde,ke->bk", readout, covariance, readout, optimize=True)
    # Rounding may leave a variance that is 0 to working precision just below it.
    return np.asarray(np.maximum(variances, np.finfo(np.float64).tiny))

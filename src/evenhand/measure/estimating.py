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
    report = _Readout(components, weights, bar, confidence)
    found: dict[str, list[Estimate]] = {}
    if ratings:
        table = tabulate(ratings, components.dimensions)
        # Batches come in another order than candidates did.
        found = {one: [] for one in table.candidates}
        for posterior in posteriors(table, components):
            who = [table.candidates[number] for number in posterior.batch.candidate.tolist()]
            found |= report.estimates(who, posterior.mean, posterior.covariance)
    for one in candidates:
        if one not in found:
            found |= report.estimates([one], components.location[None], components.psi[None])
    return [row for rows in found.values() for row in rows]


class _Readout:
    """Turns posteriors of abilities into estimates of each dimension and overall."""

    def __init__(
        self,
        components: Components,
        weights: Mapping[str, float] | None,
        bar: float,
        confidence: float,
    ) -> None:
        weight = overall_weights(components, weights)
        # The last row makes `overall` one more coordinate beside the dimensions.
        self._matrix = np.vstack([np.eye(len(weight)), weight])
        self._names = (*components.dimensions, OVERALL)
        self._prior = _variances(self._matrix, components.psi[None])[0]
        self._level = _variances(self._matrix, components.location_cov[None])
        self._conformal, self._bar, self._confidence = components.conformal, bar, confidence

    def estimates(
        self, who: Sequence[str], mean: Array, covariance: Array
    ) -> dict[str, list[Estimate]]:
        """Return the estimates by candidate; mean is (B, D), covariance (B, D, D)."""
        mean, variance = mean @ self._matrix.T, _variances(self._matrix, covariance)
        low, high, sd = interval(mean, variance + self._level, self._conformal, self._confidence)
        reliability = np.clip(1 - variance / self._prior, 0, 1)
        columns = (clip(mean), sd, low, high, ndtr((mean - self._bar) / sd), reliability)
        figures = np.stack(columns, axis=2).tolist()
        return {
            one: [
                Estimate(one, name, *row)
                for name, row in zip(self._names, figures[place], strict=True)
            ]
            for place, one in enumerate(who)
        }


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

"""Estimates of candidates: posterior mean, interval, chance of reaching the bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from evenhand.measure.components import Components
from evenhand.measure.link import Back
from evenhand.measure.posterior import Posteriors, posterior
from evenhand.measure.table import Array, Ratings
from evenhand.measure.values import (
    HIGHEST,
    LOWEST,
    OVERALL,
    Estimate,
    MeasureError,
    check_confidence,
)

_TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, eq=False)
class EstimateColumns:
    """Estimates as arrays; the fields of `Estimate`, each (C, D + 1), `overall` last."""

    candidates: tuple[str, ...]
    dimensions: tuple[str, ...]
    mean: Array
    sd: Array
    low: Array
    high: Array
    p_bar: Array
    reliability: Array
    level_sd: Array

    def rows(self) -> list[Estimate]:
        """Return one `Estimate` for each candidate and dimension, candidates together."""
        figures = np.stack(
            (
                self.mean,
                self.sd,
                self.low,
                self.high,
                self.p_bar,
                self.reliability,
                self.level_sd,
            ),
            axis=2,
        ).tolist()
        return [
            Estimate(candidate, dimension, *row)
            for candidate, rows in zip(self.candidates, figures, strict=True)
            for dimension, row in zip(self.dimensions, rows, strict=True)
        ]


def estimate(
    ratings: Ratings,
    components: Components,
    *,
    bar: float = 3.5,
    confidence: float = 0.9,
    weights: Mapping[str, float] | None = None,
    candidates: Sequence[str] = (),
) -> list[Estimate]:
    """Estimate every candidate on every dimension of the components, and overall.

    A dimension without ratings is estimated from the others, through psi. With a link, a mean is
    the level expected under the posterior, and the ends of an interval are mapped back; without
    one, scores are levels. Both are clipped to 1..5, which keeps their order.

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
    with_these = Estimator(components, bar=bar, confidence=confidence, weights=weights)
    return with_these.columns(ratings, candidates=candidates).rows()


class Estimator:
    """Estimates with one set of components: what `estimate` does, again and again.

    What depends on the components alone is worked out once, so that a rating that arrives changes
    the estimates of its candidate at once and with no refit: pass the candidate's ratings again,
    the new one among them. The estimates are the same as from all ratings together.

    Args:
        components, bar, confidence, weights: As for `estimate`.

    Raises:
        MeasureError: If an argument is unusable.
    """

    def __init__(
        self,
        components: Components,
        *,
        bar: float = 3.5,
        confidence: float = 0.9,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        check_confidence(confidence)
        if not np.isfinite(bar):
            raise MeasureError(f"bar: {bar} is not a finite level")
        self._of = components
        self._weight = overall_weights(components, weights)
        self._back = Back(components.link, components.dimensions)
        self._bars = self._back.score(bar)
        self._bar, self._z = bar, float(ndtri(0.5 + confidence / 2))

    def columns(self, ratings: Ratings, *, candidates: Sequence[str] = ()) -> EstimateColumns:
        """Return estimates as arrays; arguments and errors are those of `estimate`."""
        known = posterior(ratings, self._of, candidates=candidates)
        return EstimateColumns(
            known.candidates, (*self._of.dimensions, OVERALL), *self._read(known)
        )

    def _read(self, known: Posteriors) -> tuple[Array, ...]:
        """Return mean, sd, low, high, p_bar, reliability and level_sd, each (C, D + 1)."""
        left = np.diagonal(known.covariance, axis1=1, axis2=2)
        loop = np.diag(self._of.location_cov)
        variance = left + loop
        factor = np.where(known.human, self._of.conformal_rated, self._of.conformal)
        sd = _root(variance) * factor
        half = self._z * sd
        level = self._back.level(known.mean, variance)
        slope = self._back.slope(known.mean, variance)
        overall, reliability, common = self._overall(known, slope, factor)
        mean = level @ self._weight
        columns = (
            (clip(level), clip(mean)),
            (sd * slope, overall),
            (clip(self._back.level(known.mean - half)), clip(mean - self._z * overall)),
            (clip(self._back.level(known.mean + half)), clip(mean + self._z * overall)),
            (ndtr((known.mean - self._bars) / sd), ndtr((mean - self._bar) / overall)),
            (np.clip(1 - left / np.diag(self._of.psi), 0, 1), np.clip(reliability, 0, 1)),
            (np.sqrt(loop) * factor * slope, common),
        )
        return tuple(np.column_stack(column) for column in columns)

    def _overall(self, known: Posteriors, slope: Array, factor: Array) -> tuple[Array, ...]:
        """Return sd, reliability and level_sd of the mean of levels, by the delta method."""
        pull = slope * self._weight
        doubt = np.sum((pull @ self._of.location_cov) * pull, axis=1)
        prior = np.sum((pull @ self._of.psi) * pull, axis=1)
        # What was removed is exactly 0 for somebody of whom nothing is known.
        removed = np.einsum("cd,cde,ce->c", pull, self._of.psi - known.covariance, pull)
        # The widest factor of the dimensions that count: `overall` may rest on either kind.
        widest = factor[:, self._weight > 0].max(axis=1)
        return (
            _root(prior - removed + doubt) * widest,
            removed / np.maximum(prior, _TINY),
            np.sqrt(np.maximum(doubt, 0.0)) * widest,
        )


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


def readout_of(
    components: Components, dimension: str, weights: Mapping[str, float] | None
) -> Array:
    """Return the (D,) weights with which abilities make up a dimension, or `overall`.

    Raises:
        MeasureError: If the dimension or a weight is unusable.
    """
    if dimension == OVERALL:
        return overall_weights(components, weights)
    unit = np.zeros(len(components.dimensions))
    unit[components.index(dimension)] = 1.0
    return unit


def clip(level: Array) -> Array:
    """Clip levels to 1..5."""
    return np.clip(level, LOWEST, HIGHEST)


def _root(variance: Array) -> Array:
    # Rounding may leave a variance that is 0 to working precision just below it.
    return np.asarray(np.sqrt(np.maximum(variance, _TINY)))

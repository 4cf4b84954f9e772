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

    def rows(self) -> list[Estimate]:
        """Return one `Estimate` for each candidate and dimension, candidates together."""
        figures = np.stack(
            (self.mean, self.sd, self.low, self.high, self.p_bar, self.reliability), axis=2
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
    return estimate_columns(
        ratings,
        components,
        bar=bar,
        confidence=confidence,
        weights=weights,
        candidates=candidates,
    ).rows()


def estimate_columns(
    ratings: Ratings,
    components: Components,
    *,
    bar: float = 3.5,
    confidence: float = 0.9,
    weights: Mapping[str, float] | None = None,
    candidates: Sequence[str] = (),
) -> EstimateColumns:
    """Do what `estimate` does, and return arrays: for many candidates at once.

    Raises:
        MeasureError: As `estimate`.
    """
    check_confidence(confidence)
    if not np.isfinite(bar):
        raise MeasureError(f"bar: {bar} is not a finite level")
    report = _Readout(components, weights, bar, confidence)
    known = posterior(ratings, components, candidates=candidates)
    return EstimateColumns(known.candidates, (*components.dimensions, OVERALL), *report.read(known))


class _Readout:
    """Turns posteriors of abilities into estimates of each dimension and overall."""

    def __init__(
        self,
        components: Components,
        weights: Mapping[str, float] | None,
        bar: float,
        confidence: float,
    ) -> None:
        self._of = components
        self._weight = overall_weights(components, weights)
        self._back = [Back(components.link, name) for name in components.dimensions]
        self._bar, self._z = bar, float(ndtri(0.5 + confidence / 2))

    def read(self, known: Posteriors) -> tuple[Array, ...]:
        """Return mean, sd, low, high, p_bar and reliability, each (C, D + 1)."""
        prior, doubt = np.diag(self._of.psi), np.diag(self._of.location_cov)
        variance = np.einsum("cdd->cd", known.covariance)
        factor = np.where(known.human, self._of.conformal_rated, self._of.conformal)
        sd = _root(variance + doubt) * factor
        columns = [
            np.stack(column, axis=1)
            for column in zip(
                *(
                    self._dimension(back, known.mean[:, d], variance[:, d] + doubt[d], sd[:, d])
                    for d, back in enumerate(self._back)
                ),
                strict=True,
            )
        ]
        level, slope, spread, low, high, p_bar = columns
        reliability = 1 - variance / prior
        mean, overall = level @ self._weight, self._overall(known, slope, factor)
        half = self._z * overall[0]
        whole = (mean, overall[0], mean - half, mean + half, ndtr((mean - self._bar) / overall[0]))
        joined = [
            np.column_stack([part, last])
            for part, last in zip(
                (level, spread, low, high, p_bar, reliability), (*whole, overall[1]), strict=True
            )
        ]
        for place in (0, 2, 3):
            joined[place] = clip(joined[place])
        joined[5] = np.clip(joined[5], 0, 1)
        return tuple(joined)

    def _dimension(
        self, back: Back, mean: Array, variance: Array, sd: Array
    ) -> tuple[Array, Array, Array, Array, Array, Array]:
        """Return level, slope of the map, sd, low, high and p_bar on one dimension."""
        half = self._z * sd
        bar = back.score(self._bar)
        return (
            back.level(mean, variance),
            back.slope(mean, variance),
            sd * back.slope(mean, variance),
            back.level(mean - half),
            back.level(mean + half),
            ndtr((mean - bar) / sd),
        )

    def _overall(self, known: Posteriors, slope: Array, factor: Array) -> tuple[Array, Array]:
        """Return sd and reliability of the weighted mean of levels, by the delta method."""
        pull = slope * self._weight
        doubt = np.einsum("cd,de,ce->c", pull, self._of.location_cov, pull, optimize=True)
        left = np.einsum("cd,cde,ce->c", pull, known.covariance, pull, optimize=True)
        prior = np.einsum("cd,de,ce->c", pull, self._of.psi, pull, optimize=True)
        # The widest factor of the dimensions that count: `overall` may rest on either kind.
        widest = factor[:, self._weight > 0].max(axis=1)
        return _root(left + doubt) * widest, 1 - left / np.maximum(prior, _TINY)


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


def _root(variance: Array) -> Array:
    # Rounding may leave a variance that is 0 to working precision just below it.
    return np.asarray(np.sqrt(np.maximum(variance, _TINY)))

"""How much stricter one person is than another.

Two severities are known together far better than apart: that both may be off, since the level of
the scale is, cancels in their difference. `Components` holds each with its own variance alone; here
the covariance of those who met a candidate together is kept.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from evenhand.measure.components import Components
from evenhand.measure.link import Back
from evenhand.measure.table import Array, Index
from evenhand.measure.values import MeasureError, check_confidence


@dataclass(frozen=True, eq=False)
class Severities:
    """Joint posterior of the severities of R people, in scores.

    Attributes:
        people: Their names.
        mean: (R,) posterior means.
        one, other: (K,) places of two people who met a candidate together, or of one and the same.
        covariance: (K,) of their severities.
    """

    people: tuple[str, ...]
    mean: Array
    one: Index
    other: Index
    covariance: Array

    def gap(self, strict: str, lenient: str) -> tuple[float, float]:
        """Return mean and variance of the severity of one person minus that of another.

        Raises:
            MeasureError: If one is unknown, or they never met a candidate together.
        """
        for name in (strict, lenient):
            if name not in self.people:
                raise MeasureError(f"severity: {name}: is no person of this fit")
        a, b = self.people.index(strict), self.people.index(lenient)
        if a == b:
            return 0.0, 0.0
        here = {
            (int(one), int(other)): float(value)
            for one, other, value in zip(self.one, self.other, self.covariance, strict=True)
            if one in (a, b) and other in (a, b)
        }
        if (a, b) not in here:
            raise MeasureError(
                f"severity: {strict} and {lenient} never rated the same candidate; compare each "
                "with somebody who met candidates of both"
            )
        variance = here[a, a] + here[b, b] - 2 * here[a, b]
        return float(self.mean[a] - self.mean[b]), max(variance, 0.0)


@dataclass(frozen=True)
class SeverityGap:
    """By how many levels one person rates below another, on average over the population."""

    mean: float
    low: float
    high: float


def severity_gap(
    severities: Severities,
    components: Components,
    dimension: str,
    *,
    strict: str,
    lenient: str,
    confidence: float = 0.9,
) -> SeverityGap:
    """Say how much stricter one person is than another, in levels; negative if more lenient.

    With a link the difference is one of scores. In levels it is smaller where many stand at the end
    of the scale, which nobody can be lenient beyond; the map rises with the difference, so the ends
    of its interval map to the ends of the interval in levels.

    Args:
        severities: Of a fit.
        components: Of the same fit.
        dimension: Whose scale is meant.
        strict: Whose severity it is.
        lenient: From whose severity it is counted.
        confidence: Of the interval.

    Raises:
        MeasureError: As `Severities.gap`, or if the dimension is unknown.
    """
    check_confidence(confidence)
    mean, variance = severities.gap(strict, lenient)
    half = float(ndtri(0.5 + confidence / 2)) * np.sqrt(variance)
    names = severities.people
    middle = float(np.mean([severities.mean[names.index(name)] for name in (strict, lenient)]))
    levels = _Levels(components, dimension, middle)
    return SeverityGap(levels.of(mean), levels.of(mean - half), levels.of(mean + half))


def own_severity(
    components: Components, rater: str, *, confidence: float = 0.9
) -> SeverityGap | None:
    """Say how much stricter one person is than the average rater, in levels over all dimensions.

    The average rater has severity 0, which the prior holds people to; how far the raters of a fit
    are off it together is part of the interval.

    Args:
        components: Of a fit.
        rater: Whose severity it is.
        confidence: Of the interval.

    Returns:
        The mean over the dimensions; None where the fit has not met this person.

    >>> from dataclasses import replace
    >>> from evenhand.measure import Effect, default_components
    >>> of = replace(default_components(["data"]), raters={"kim": Effect(0.3, 0.01)})
    >>> found = own_severity(of, "kim")
    >>> round(found.mean, 2), round(found.low, 2), round(found.high, 2)
    (0.3, 0.14, 0.46)
    """
    check_confidence(confidence)
    effect = components.raters.get(rater)
    if effect is None:
        return None
    half = float(ndtri(0.5 + confidence / 2)) * float(np.sqrt(effect.variance))
    each = [_Levels(components, name, effect.mean / 2) for name in components.dimensions]
    mean, low, high = (
        float(np.mean([levels.of(effect.mean + by) for levels in each])) for by in (0, -half, half)
    )
    return SeverityGap(mean, low, high)


class _Levels:
    """Differences of severity on one dimension, from scores to levels.

    Args:
        components: Of the fit.
        dimension: Whose scale is meant.
        middle: Half way between the two severities, in scores.
    """

    def __init__(self, components: Components, dimension: str, middle: float) -> None:
        place = components.index(dimension)
        self._centre = float(components.location[place]) - middle
        self._back = Back(components.link, [dimension], known=components.human_severity)
        self._ability = float(components.psi[place, place])

    def of(self, gap: float) -> float:
        """Return a gap in scores as one in levels, on average over the population."""
        ends = self._back.level(
            np.array([[self._centre + gap / 2], [self._centre - gap / 2]]), self._ability
        )
        return float(ends[0, 0] - ends[1, 0])

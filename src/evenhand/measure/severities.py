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
    place = components.index(dimension)
    mean, variance = severities.gap(strict, lenient)
    half = float(ndtri(0.5 + confidence / 2)) * np.sqrt(variance)
    names = severities.people
    centre = float(components.location[place])
    centre -= float(np.mean([severities.mean[names.index(name)] for name in (strict, lenient)]))
    back = Back(components.link, [dimension], known=components.human_severity)
    ability = float(components.psi[place, place])

    def levels(gap: float) -> float:
        ends = back.level(np.array([[centre + gap / 2], [centre - gap / 2]]), ability)
        return float(ends[0, 0] - ends[1, 0])

    return SeverityGap(levels(mean), levels(mean - half), levels(mean + half))

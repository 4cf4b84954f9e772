"""Our posterior in the words of fuzzy triples, for readers who think in them.

A Beta distribution with the posterior's mean and variance on 0..1 is an opinion of subjective logic
(Josang, Subjective Logic, 2016, chapter 3): belief, disbelief and uncertainty that sum to 1. It is
the same statement in other words, and can be turned back exactly. Uncertainty falls with evidence.
"""

import math
from dataclasses import dataclass

from evenhand.measure.values import HIGHEST, LOWEST, Estimate, MeasureError

WEIGHT = 2.0
"""What the even prior of an opinion weighs, in observations: that of a uniform distribution."""


@dataclass(frozen=True)
class Opinion:
    """Belief, disbelief and uncertainty, each 0 to 1, which sum to 1."""

    belief: float
    disbelief: float
    uncertainty: float

    @property
    def mean(self) -> float:
        """Mean of the Beta distribution, on 0..1."""
        return self.belief + self.uncertainty / 2

    @property
    def variance(self) -> float:
        """Variance of the Beta distribution."""
        return self.mean * (1 - self.mean) / (WEIGHT / self.uncertainty + 1)

    @property
    def hesitancy(self) -> float:
        """What is left in a display by squares: sqrt(1 - belief^2 - disbelief^2)."""
        return math.sqrt(max(1 - self.belief**2 - self.disbelief**2, 0.0))


def opinion(mean: float, variance: float) -> Opinion:
    """Return the opinion whose Beta distribution has this mean and variance on 0..1.

    Raises:
        MeasureError: If the mean is not inside 0..1, or the variance not above 0 or so large that
            belief or disbelief would fall below 0: then less is known than by an opinion of one.
    """
    if not 0 < mean < 1:
        raise MeasureError(f"opinion: mean: {mean} is not between 0 and 1")
    if not (variance > 0 and math.isfinite(variance)):
        raise MeasureError(f"opinion: variance: {variance} is not above 0")
    evidence = mean * (1 - mean) / variance - 1
    uncertainty = WEIGHT / evidence if evidence > 0 else math.inf
    belief, disbelief = mean - uncertainty / 2, 1 - mean - uncertainty / 2
    if min(belief, disbelief) < -1e-12:
        raise MeasureError(
            f"opinion: variance: {variance:g} is too large for a mean of {mean:g}: no Beta "
            "distribution with belief and disbelief of at least 0 has them"
        )
    return Opinion(max(belief, 0.0), max(disbelief, 0.0), uncertainty)


def of_estimate(estimate: Estimate) -> Opinion:
    """Return the opinion that says what an estimate says, 1..5 mapped to 0..1 in proportion.

    Raises:
        MeasureError: As `opinion`.
    """
    width = HIGHEST - LOWEST
    return opinion((estimate.mean - LOWEST) / width, (estimate.sd / width) ** 2)

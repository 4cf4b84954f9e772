"""What a question is worth: narrower estimates, estimates as narrow as asked for, a surer decision.

Each aim says what every option would gain, given the (D, D) covariance of ability before it and the
(O, D, D) after each, and whether there is nothing more to ask for. No gain is ever below 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, owens_t

from evenhand.measure.components import Components
from evenhand.measure.estimating import overall_weights
from evenhand.measure.link import Back
from evenhand.measure.table import Array, Flags
from evenhand.measure.values import MeasureError

ANY = 1e9
"""A target that every dimension is at."""
_TINY = float(np.finfo(np.float64).tiny)


class Scale:
    """Standard deviations as estimates state them: in levels, with factor and doubt of location.

    Args:
        components: Parameters of the model.
        mean: (D,) mean ability now, in scores; where a link bends the scale, it is read there.

    Attributes:
        level: (D,) the same in levels.
    """

    def __init__(self, components: Components, mean: Array) -> None:
        self._of, self._mean = components, mean
        self._back = Back(components.link, components.dimensions)
        self._doubt = np.diag(components.location_cov)
        self.level = self._back.level(mean[None])[0]

    def sd(self, covariance: Array, human: Flags) -> Array:
        """Return the (..., D) standard deviations of (..., D, D) covariances of ability."""
        return self.read(covariance, self.per_score(covariance, human))

    def per_score(self, covariance: Array, human: Flags) -> Array:
        """Return the (..., D) factors from scores to levels stated."""
        variance = _diagonal(covariance) + self._doubt
        mean = np.broadcast_to(self._mean, variance.shape)
        factor = np.where(human, self._of.conformal_rated, self._of.conformal)
        return np.asarray(factor * self._back.slope(mean, variance))

    def read(self, covariance: Array, per_score: Array) -> Array:
        """Return the standard deviations at given factors."""
        return np.asarray(per_score * np.sqrt(_diagonal(covariance) + self._doubt))


@dataclass(frozen=True)
class Narrow:
    """As narrow as the minutes allow: the fall of the summed log posterior variance."""

    goal: Literal["narrow"] = "narrow"

    def gains(self, before: Array, after: Array, human: Flags) -> Array:
        """Return sum_d log(V_dd before / V_dd after)."""
        fall = np.log(_diagonal(before)) - np.log(_diagonal(after))
        return np.asarray(np.maximum(fall, 0).sum(axis=1))

    def reached(self, covariance: Array, human: Flags) -> bool:
        """Never: there is always more to know."""
        return False


class Target:
    """Every dimension at a standard deviation wanted; what is narrower than that counts nothing.

    Args:
        scale: How standard deviations are stated.
        sd: (D,) targets; `ANY` for a dimension that needs none.
    """

    goal: Literal["target"] = "target"

    def __init__(self, scale: Scale, sd: Array) -> None:
        self._scale, self._sd = scale, sd

    def gains(self, before: Array, after: Array, human: Flags) -> Array:
        """Return sum_d [log(V_dd / s_d^2)]+ before minus after."""
        # Factors stay as they are now: a gain is what an answer tells, not how it is stated.
        per_score = self._scale.per_score(before, human)
        over = np.maximum(self._scale.read(before, per_score), self._sd)
        left = np.maximum(self._scale.read(after, per_score), self._sd)
        return np.asarray(np.maximum(2 * np.log(over / left), 0).sum(axis=1))

    def reached(self, covariance: Array, human: Flags) -> bool:
        """Return whether every dimension is at its target."""
        return bool((self._scale.sd(covariance, human) <= self._sd * (1 + 1e-9)).all())


class Decide:
    """The overall level on the right side of the bar: expected value of the answers to come.

    With m the gap of the overall mean to the bar and s^2 the variance that answers explain, the
    value of hearing them before deciding is s [phi(m / s) - (m / s) Phi(-m / s)] levels; for one
    question that is the usual EVSI (Raiffa and Schlaifer 1961). A further question gains what it
    adds to the value of those planned before it, averaged over all that may be answered. The
    decision is then right with chance 1 - 2 T(m / t, r / s), T being Owen's function, r^2 what
    stays unknown and t^2 = r^2 + s^2; before any question that is Phi(m / t).

    Args:
        components: Parameters of the model.
        mean: (D,) mean ability now, in scores.
        covariance: (D, D) of ability now.
        human: (D,) whether a human has rated the dimension.
        bar: Level asked for.
        sure: Chance of being on the right side at which nothing more needs to be asked.
        weights: Weight of each dimension in the overall level; equal by default.

    Raises:
        MeasureError: If bar, sure or weights are unusable.
    """

    goal: Literal["decide"] = "decide"

    def __init__(
        self,
        components: Components,
        mean: Array,
        covariance: Array,
        human: Flags,
        *,
        bar: float,
        sure: float,
        weights: Mapping[str, float] | None,
    ) -> None:
        if not np.isfinite(bar):
            raise MeasureError(f"focus: bar: {bar} is not a finite level")
        if not 0.5 < sure < 1:
            raise MeasureError(f"focus: sure: {sure} is not between .5 and 1; 0.85 is usual")
        weight = overall_weights(components, weights)
        back = Back(components.link, components.dimensions)
        variance = (np.diag(covariance) + np.diag(components.location_cov))[None]
        widest = np.where(human, components.conformal_rated, components.conformal)[weight > 0].max()
        self._pull = widest * back.slope(mean[None], variance)[0] * weight
        self.gap = abs(float(back.level(mean[None], variance)[0] @ weight) - bar)
        self._start = float(self._pull @ covariance @ self._pull)
        self._doubt = float(self._pull @ components.location_cov @ self._pull)
        self._sure = sure

    def gains(self, before: Array, after: Array, human: Flags) -> Array:
        """Return what each option adds to the expected value of the answers."""
        value = self._value(self._told(after)) - self._value(self._told(before))
        return np.maximum(value, 0)

    def reached(self, covariance: Array, human: Flags) -> bool:
        """Return whether the decision is as sure as asked for."""
        return self.right(covariance) >= self._sure

    def right(self, covariance: Array) -> float:
        """Return the chance of being on the right side, averaged over the answers up to there."""
        told = float(self._told(covariance))
        left = max(self._start - told**2, 0.0) + self._doubt
        total = np.sqrt(max(self._start + self._doubt, _TINY))
        with np.errstate(divide="ignore"):
            return float(1 - 2 * owens_t(self.gap / total, np.sqrt(left) / np.float64(told)))

    def explained(self, covariance: Array) -> float:
        """Return the share of what is in doubt of the overall level that answers up to there tell.

        Doubt of where the loop as a whole lies is in it: no question tells of that.
        """
        told = float(self._told(covariance))
        return min(told**2 / max(self._start + self._doubt, _TINY), 1.0)

    def _told(self, covariance: Array) -> Array:
        """Return the standard deviation of the overall mean over the answers up to there."""
        left = np.einsum("d,...de,e->...", self._pull, covariance, self._pull)
        fall = self._start - left
        # Rounding must not pass for a question asked.
        return np.asarray(np.sqrt(np.where(fall > 1e-12 * self._start, fall, 0.0)))

    def _value(self, told: Array) -> Array:
        z = self.gap / np.maximum(told, _TINY)
        # Beyond 40 standard deviations the value is 0, and the square would overflow.
        z = np.minimum(z, 40.0)
        density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        return np.asarray(told * (density - z * ndtr(-z)))


def targets(components: Components, target_sd: float | Mapping[str, float]) -> Array:
    """Return the (D,) targets; a dimension that a mapping leaves out needs none.

    Raises:
        MeasureError: If one is not above 0, or of an unknown dimension.
    """
    named = (
        target_sd
        if isinstance(target_sd, Mapping)
        else dict.fromkeys(components.dimensions, target_sd)
    )
    found = np.full(len(components.dimensions), ANY)
    for dimension, sd in named.items():
        if not (np.isfinite(sd) and sd > 0):
            raise MeasureError(f"focus: target_sd: {dimension}: {sd} is not a number above 0")
        found[components.index(dimension)] = sd
    return found


def _diagonal(covariance: Array) -> Array:
    # Rounding may leave a variance that is 0 to working precision just below it.
    return np.maximum(np.diagonal(covariance, axis1=-2, axis2=-1), _TINY)

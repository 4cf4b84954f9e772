"""Holding the intervals against gold: people whom fresh raters rated as well.

A gold is the mean level that fresh, trained raters gave a person on a dimension, none of whose
ratings went into the estimate. Golds do two things. They show the estimand itself, and so fix the
level of the scale, which questions of unknown difficulty leave open. And they show how far
estimates really miss: the conformal factor makes the intervals hold as many golds as they promise
(split conformal prediction with a normalised score, Lei et al. 2018, JASA 113:1094, section 5.2),
separately for dimensions that only models rated and those that a human rated too (Mondrian, Vovk,
Gammerman & Shafer 2005, chapter 4).

A gold is about as uncertain as what it judges, so the factor that a hundred people show is off by a
tenth or two from chance alone, and would unsettle intervals that were right. So the factor in use
stays where it was but for what chance does not explain: its logarithm is shrunk by two standard
errors (James & Stein's positive-part rule; Efron & Morris 1973, JASA 68:117). With more golds it
goes over to what they show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from evenhand.measure.components import Components, Effect
from evenhand.measure.link import Back
from evenhand.measure.posterior import Posteriors, posterior
from evenhand.measure.table import Array, Index, Ratings
from evenhand.measure.values import MeasureError, Rating, check_confidence, check_level

USUAL = (0.85, 1.25)
"""A factor outside says that the model and the raters do not agree on how far estimates miss."""
WIDEST = 5.0
"""No factor is sought beyond this."""
SMALLEST = 0.05
"""Nor below this: where golds miss less than their own error explains."""
CHANCE = 2.0
"""Standard errors within which a measured factor says nothing against the one in use."""


@dataclass(frozen=True)
class Gold:
    """What fresh raters say of one person on one dimension.

    Attributes:
        level: Mean of their levels, 1 to 5.
        variance: Of the error of that mean, from how far the raters differ; at least 0.

    Raises:
        MeasureError: If the level is outside 1 to 5 or the variance is not a number of at least 0.
    """

    candidate: str
    dimension: str
    level: float
    variance: float

    def __post_init__(self) -> None:
        check_level(self.level, f"gold of {self.candidate} on {self.dimension}: level")
        if not (math.isfinite(self.variance) and self.variance >= 0):
            raise MeasureError(
                f"gold of {self.candidate} on {self.dimension}: variance: {self.variance} is not a "
                "number of at least 0"
            )


@dataclass(frozen=True)
class Factor:
    """A conformal factor.

    Attributes:
        kind: `model-only` or `human-rated`.
        value: The factor to use on half-widths; None if there were too few golds of this kind.
        measured: The split-conformal factor itself, of which the guarantee speaks.
        error: Standard error of its logarithm, people being what varies.
        golds, candidates: How many it rests on. Golds of one candidate hang together, so that the
            candidates are what the guarantee counts.
        alarm: In words, if the factor is outside of the usual or there is none.
    """

    kind: str
    value: float | None
    measured: float | None
    error: float | None
    golds: int
    candidates: int
    alarm: str | None


@dataclass(frozen=True, eq=False)
class Calibration:
    """What golds say of components.

    Attributes:
        components: With level, its uncertainty and factors set by the golds.
        shift: (D,) by how much the level of each dimension moved, in scores.
        factors: One for each kind.
        guarantee: What the factors promise, in words.
    """

    components: Components
    shift: Array
    factors: tuple[Factor, Factor]
    guarantee: str


def golds_of(ratings: Sequence[Rating]) -> list[Gold]:
    """Turn ratings of fresh raters into golds.

    The variance is pooled over all people and dimensions with two raters or more, since two to four
    levels say little of their own spread.

    Raises:
        MeasureError: If a rating is a model's, or nobody has two raters on one dimension.
    """
    levels: dict[tuple[str, str], list[float]] = {}
    for r in ratings:
        if r.rater_kind != "human":
            raise MeasureError(
                f"gold of {r.candidate} on {r.dimension}: {r.rater} is a model; golds are people's"
            )
        levels.setdefault((r.candidate, r.dimension), []).append(r.level)
    squares = sum(len(found) * float(np.var(found)) for found in levels.values())
    df = sum(len(found) - 1 for found in levels.values())
    if df == 0:
        raise MeasureError("golds: nobody has two raters on one dimension; have two rate some")
    return [
        Gold(candidate, dimension, float(np.mean(found)), squares / df / len(found))
        for (candidate, dimension), found in levels.items()
    ]


def calibrate(
    ratings: Ratings,
    components: Components,
    golds: Sequence[Gold],
    *,
    confidence: float = 0.9,
) -> Calibration:
    """Set level and conformal factors by golds.

    Args:
        ratings: The ratings of the gold people, without those of the fresh raters.
        components: From a fit that has not seen the fresh raters' ratings.
        golds: At most one for a candidate and dimension.
        confidence: The coverage for which the factors are set.

    Raises:
        MeasureError: If there are no golds, one is doubled, or of a candidate without ratings or of
            an unknown dimension.
    """
    check_confidence(confidence)
    if not golds:
        raise MeasureError("calibrate: there are no golds; have fresh raters rate some people")
    known = posterior(ratings, components)
    who, what = _places(known, golds)
    level = np.array([gold.level for gold in golds])
    doubt = np.array([gold.variance for gold in golds])
    shift, unsure = _level(known, components, who, what, level, doubt)
    moved = _moved(components, shift, unsure)
    estimate, sd = _read(known, moved, shift)
    miss = np.abs(level - estimate[who, what])
    human = known.human[who, what]
    factors = tuple(
        _factor(kind, miss[of], sd[who, what][of], doubt[of], who[of], confidence, used)
        for kind, of, used in (
            ("model-only", ~human, components.conformal),
            ("human-rated", human, components.conformal_rated),
        )
    )
    model_only, rated = factors
    value = model_only.value or rated.value or components.conformal
    return Calibration(
        replace(moved, conformal=value, conformal_rated=rated.value or value),
        shift,
        (model_only, rated),
        _guarantee(confidence),
    )


def _places(known: Posteriors, golds: Sequence[Gold]) -> tuple[Index, Index]:
    candidates = {name: place for place, name in enumerate(known.candidates)}
    dimensions = {name: place for place, name in enumerate(known.dimensions)}
    seen: set[tuple[str, str]] = set()
    for gold in golds:
        where = f"gold of {gold.candidate} on {gold.dimension}"
        if gold.candidate not in candidates:
            raise MeasureError(f"{where}: the candidate has no ratings")
        if gold.dimension not in dimensions:
            raise MeasureError(f"{where}: the components know {', '.join(dimensions)} only")
        if (gold.candidate, gold.dimension) in seen:
            raise MeasureError(f"{where}: is given twice; give the mean of all fresh raters")
        seen.add((gold.candidate, gold.dimension))
    return (
        np.array([candidates[gold.candidate] for gold in golds], dtype=np.intp),
        np.array([dimensions[gold.dimension] for gold in golds], dtype=np.intp),
    )


def _level(
    known: Posteriors,
    components: Components,
    who: Index,
    what: Index,
    level: Array,
    doubt: Array,
) -> tuple[Array, Array]:
    """Return the posterior of the level's shift: (D,) mean and (D, D) covariance, in scores.

    The prior is `location_cov`; a candidate's golds, less its estimates, show the shift with the
    covariance of the estimates' own error (a Kalman filter over candidates).
    """
    back = Back(components.link, components.dimensions)
    variance = np.diagonal(known.covariance, axis1=1, axis2=2)
    estimate, slope = back.level(known.mean, variance), back.slope(known.mean, variance)
    mean, unsure = np.zeros(len(known.dimensions)), components.location_cov.copy()
    for candidate in np.unique(who):
        mine = who == candidate
        at = what[mine]
        pull = np.diag(slope[candidate, at])
        error = pull @ known.covariance[candidate][np.ix_(at, at)] @ pull + np.diag(doubt[mine])
        across = unsure[:, at] @ pull
        gain = np.linalg.solve(pull @ unsure[np.ix_(at, at)] @ pull + error, across.T).T
        surprise = level[mine] - estimate[candidate, at] - slope[candidate, at] * mean[at]
        mean = mean + gain @ surprise
        unsure = unsure - gain @ across.T
    return mean, (unsure + unsure.T) / 2


def _moved(components: Components, shift: Array, unsure: Array) -> Components:
    """Move the level; what the questions asked are known to yield stays where it is."""
    by = dict(zip(components.dimensions, shift.tolist(), strict=True))
    difficulties = {
        task: {
            name: Effect(effect.mean + by.get(name, 0.0), effect.variance)
            for name, effect in known.items()
        }
        for task, known in components.difficulties.items()
    }
    return replace(
        components,
        location=components.location + shift,
        location_cov=unsure,
        difficulties=difficulties,
    )


def _read(known: Posteriors, moved: Components, shift: Array) -> tuple[Array, Array]:
    """Return (C, D) levels and their standard deviations at the level that golds set."""
    back = Back(moved.link, moved.dimensions)
    variance = np.diagonal(known.covariance, axis1=1, axis2=2) + np.diag(moved.location_cov)
    mean = known.mean + shift
    return back.level(mean, variance), np.sqrt(variance) * back.slope(mean, variance)


def _factor(
    kind: str,
    miss: Array,
    sd: Array,
    doubt: Array,
    who: Index,
    confidence: float,
    used: float,
) -> Factor:
    """Measure a factor, and move the one in use by as much as chance does not explain."""
    candidates = len(np.unique(who))
    least = math.ceil(confidence / (1 - confidence) - 1e-9)
    if candidates < least:
        few = f"{candidates} {kind} gold candidates are too few for a factor: {least} are needed"
        return Factor(kind, None, None, None, len(miss), candidates, few)
    share = min(math.ceil((candidates + 1) * confidence) / candidates, 1.0)
    measured = _measured(miss, sd, doubt, share, confidence)
    error = _error(measured, miss, sd, doubt, who, confidence)
    off = math.log(measured / used)
    beyond = max(0.0, 1 - (CHANCE * error) ** 2 / off**2) if off else 0.0
    value = used * math.exp(beyond * off)
    alarm = None
    if not USUAL[0] <= value <= USUAL[1]:
        alarm = (
            f"the factor of {kind} dimensions is {value:.2f}, outside {USUAL[0]} to {USUAL[1]}: "
            "estimates miss further, or less far, than the components say; look for what changed"
        )
    return Factor(kind, value, measured, error, len(miss), candidates, alarm)


def _measured(miss: Array, sd: Array, doubt: Array, share: float, confidence: float) -> float:
    """Find the factor k at which the quantile of miss / sqrt(k^2 sd^2 + doubt) is as promised.

    For the gold it has the conformal guarantee; for the level behind the gold it takes the raters'
    own error off by its variance.
    """
    z = float(ndtri(0.5 + confidence / 2))
    low, high = 0.0, WIDEST
    for _ in range(60):
        middle = (low + high) / 2
        scored = np.sort(miss / np.sqrt(middle**2 * sd**2 + doubt))
        reached = scored[min(math.ceil(share * len(scored)), len(scored)) - 1]
        low, high = (middle, high) if reached > z else (low, middle)
    return max(high, SMALLEST)


def _error(
    factor: float, miss: Array, sd: Array, doubt: Array, who: Index, confidence: float
) -> float:
    """Return the standard error of the log factor: that of the coverage, over its slope.

    The coverage's error is that of a mean over people, whose golds hang together; its slope by the
    log factor is 2 z phi(z) times the part of a miss's variance that the factor scales.
    """
    z = float(ndtri(0.5 + confidence / 2))
    scaled = factor**2 * sd**2
    hit = (miss <= z * np.sqrt(scaled + doubt)) - confidence
    by_person = np.bincount(who, hit)
    coverage = float(np.sqrt(np.sum(by_person**2))) / len(miss)
    density = math.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return coverage / (2 * z * density * float(np.mean(scaled / (scaled + doubt))))


def _guarantee(confidence: float) -> str:
    return (
        "If the next person is exchangeable with the gold people, an interval with the measured "
        "factor that adds the fresh raters' own error holds the mean level of such raters with "
        f"probability at least {confidence:.0%}, on average over people and not for each level, "
        "group or person; several dimensions of one person count as one. For the level behind the "
        "raters it is an approximation: their error is taken off by its variance. The factor in "
        "use differs from the measured one only by what chance explains."
    )

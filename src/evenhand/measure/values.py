"""The values that measurement takes in and gives back, and its one exception."""

import math
from dataclasses import dataclass
from typing import Literal

LOWEST, HIGHEST = 1.0, 5.0
MIDDLE = 3.0
"""The middle of the scale, where a judge's severity is read off."""

OVERALL = "overall"
"""The name of the weighted mean of all dimensions; no dimension may be called so."""

RaterKind = Literal["model", "human"]


class MeasureError(ValueError):
    """Input that cannot be measured; one line says what, where and what to do."""


@dataclass(frozen=True)
class Rating:
    """One rater's level for one dimension of one candidate's answer to one task.

    A rating that was not given (an abstention, a question not asked) is a row that is not there.

    Attributes:
        candidate: Who was rated.
        dimension: What was rated.
        task: The prompt or probe that was answered. Ratings of one candidate with the same task and
            dimension are of the same answer, in whatever round they were given.
        round: The round of the loop in which the rater met the candidate.
        rater: The judge or the person who rated.
        rater_kind: `model` or `human`.
        level: 1 to 5; a mean or an expected level may lie between.

    Raises:
        MeasureError: If a name is empty, the kind unknown or the level outside 1 to 5.
    """

    candidate: str
    dimension: str
    task: str
    round: str
    rater: str
    rater_kind: RaterKind
    level: float

    def __post_init__(self) -> None:
        for field in ("candidate", "dimension", "task", "round", "rater"):
            if not getattr(self, field):
                raise MeasureError(f"rating: {field}: is empty; name the {field}")
        if self.rater_kind not in ("model", "human"):
            raise MeasureError(f'rating: rater_kind: "{self.rater_kind}" is not model or human')
        check_level(self.level, "rating: level")


@dataclass(frozen=True)
class Estimate:
    """What is known of one candidate on one dimension, or `overall`.

    Attributes:
        candidate: Who.
        dimension: A dimension, or `overall`.
        mean: Posterior mean level, clipped to 1..5.
        sd: Posterior standard deviation in levels, already widened by the conformal factor.
        low: Lower end of the interval, clipped to 1..5.
        high: Upper end of the interval, clipped to 1..5.
        p_bar: Probability that the level is at or above the bar.
        reliability: Share of the prior variance that the ratings have removed, 0 to 1.
        level_sd: The part of `sd` that is how hard the loop is on the whole, the same for everyone:
            it does not blur who is ahead of whom.
    """

    candidate: str
    dimension: str
    mean: float
    sd: float
    low: float
    high: float
    p_bar: float
    reliability: float
    level_sd: float = 0.0


@dataclass(frozen=True)
class AnswerLevel:
    """The mean level that trained raters would give one answer, with its interval, all on 1..5.

    Attributes:
        left_out: Judges far above the others, whose levels do not count.
    """

    level: float
    sd: float
    low: float
    high: float
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """One summand of an estimate.

    Attributes:
        source: `prior` (where the estimate would stand without ratings), `rating`, or `scale` (what
            clipping to 1..5, or the map from scores to levels, added or took off).
        rating: The rating, for source `rating`.
        share: Levels added to the estimate.
    """

    source: Literal["prior", "rating", "scale"]
    rating: Rating | None
    share: float


def check_level(level: float, where: str) -> None:
    """Refuse a level that is not a finite number from 1 to 5."""
    if not math.isfinite(level):
        raise MeasureError(f'{where}: "{level}" is not a finite number')
    if level < LOWEST:
        raise MeasureError(f'{where}: "{level:g}" is below {LOWEST:g}')
    if level > HIGHEST:
        raise MeasureError(f'{where}: "{level:g}" is above {HIGHEST:g}')


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is not strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise MeasureError(f"confidence: {confidence} is not between 0 and 1; 0.9 is usual")

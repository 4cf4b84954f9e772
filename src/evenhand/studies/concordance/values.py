"""What a concordance study is made of: scores, people's decisions, figures with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]

FEWEST: Final = 20
"""Candidates below which no figure is told: `bench/concordance_coverage.py` starts here."""
FEWEST_EACH: Final = 5
"""Decisions of each kind (advance, do not) below which no figure is told."""
FEWEST_EACH_SLOPE: Final = 10
"""The same for the calibration line, which is two numbers."""

FEWEST_GAP: Final = 60
"""Candidates judged by two below which the panel is not held against people's own agreement: with
20 to 40 the interval held the truth in 84 to 89 % of samples instead of 90."""
FEWEST_LEVEL: Final = 40
"""Candidates below which the calibration intercept is not told: where 20 are told at all, because 5
got the rarer decision, more got it than usually do, and the intercept says so."""

TOO_FEW: Final = "too_few"
NO_SPREAD: Final = "no_spread"
SEPARATED: Final = "separated"


@dataclass(frozen=True)
class Score:
    """What was estimated of one candidate: P(at or above the bar), 0 to 1."""

    candidate: str
    p_bar: float


@dataclass(frozen=True)
class Decision:
    """Whether one person would have advanced one candidate.

    Attributes:
        candidate: as the scores name them.
        judge: who decided; two judges of a candidate are two names.
        advance: what they would have done.
        sure: how sure they were, 0 to 1; None where they did not say.
    """

    candidate: str
    judge: str
    advance: bool
    sure: float | None = None


@dataclass(frozen=True)
class Figure:
    """A figure with its interval; `why` is a code where there is none to tell.

    Attributes:
        value, low, high: None where not told; low and high may be infinite.
        why: "" or one of `TOO_FEW`, `NO_SPREAD`, `SEPARATED`.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""

    @property
    def half(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def untold(why: str) -> Figure:
    """Return the figure that is not told, with the reason's code."""
    return Figure(None, why=why)


@dataclass(frozen=True, eq=False)
class Sample:
    """Decisions beside scores: a row is one decision, a cluster one candidate.

    Attributes:
        candidates: (c,) names.
        judges: (n,) who decided.
        of: (n,) the candidate's place in `candidates`.
        p: (n,) P(at or above the bar) of that candidate.
        advance: (n,) what people would have done.
        sure: (n,) 0 to 1; NaN where not said.
    """

    candidates: tuple[str, ...]
    judges: tuple[str, ...]
    of: Index
    p: Array
    advance: Flags
    sure: Array

    @property
    def enough(self) -> bool:
        """Whether figures are told at all."""
        return len(self.candidates) >= FEWEST and self.rarer >= FEWEST_EACH

    @property
    def rarer(self) -> int:
        """How many decisions there are of the rarer kind."""
        yes = int(self.advance.sum())
        return min(yes, len(self.advance) - yes)

    def rows(self, keep: Flags) -> Sample:
        """Return the sample of these rows alone."""
        kept, of = np.unique(self.of[keep], return_inverse=True)
        return Sample(
            tuple(self.candidates[k] for k in kept),
            tuple(name for name, kept_one in zip(self.judges, keep, strict=True) if kept_one),
            of,
            self.p[keep],
            self.advance[keep],
            self.sure[keep],
        )


def sample_of(scores: Sequence[Score], decisions: Sequence[Decision]) -> Sample:
    """Put decisions beside scores; who has only one of the two is left out."""
    p_of = {one.candidate: one.p_bar for one in scores}
    both = sorted(
        (one for one in decisions if one.candidate in p_of),
        key=lambda one: (one.candidate, one.judge),
    )
    names = sorted({one.candidate for one in both})
    place = {name: k for k, name in enumerate(names)}
    return Sample(
        tuple(names),
        tuple(one.judge for one in both),
        np.array([place[one.candidate] for one in both], dtype=np.intp),
        np.array([p_of[one.candidate] for one in both], dtype=np.float64),
        np.array([one.advance for one in both], dtype=np.bool_),
        np.array(
            [np.nan if one.sure is None else one.sure for one in both], dtype=np.float64
        ),
    )  # fmt: skip


def deviate(confidence: float) -> float:
    """Return z: how many standard errors an interval reaches to either side.

    >>> round(deviate(0.9), 3)
    1.645
    """
    return float(ndtri((1 + confidence) / 2))


def student(confidence: float, advance: Flags, of: Index) -> float:
    """Return Student's t that takes the place of z where few were decided one way.

    What is known of the yeses rests on the candidates who got one, and of the noes likewise; the
    degrees of freedom are those of the rarer kind, one less than its candidates. Candidates less
    one would be too many: with five yeses of twenty, intervals held the truth in 79 of 100 samples
    where 90 were promised.

    >>> round(student(0.9, np.array([True] * 5 + [False] * 15), np.arange(20)), 3)
    2.132
    """
    kinds = (advance, ~advance)
    rarer = min(len(np.unique(of[kind])) for kind in kinds)
    return float(stdtrit(max(rarer - 1, 1), (1 + confidence) / 2))


def by_cluster(values: Array, of: Index) -> Array:
    """Return the sums of rows of the same candidate, (c,)."""
    sums: Array = np.bincount(of, weights=values).astype(np.float64)
    return sums

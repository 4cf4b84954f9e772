"""The validity study: do score and conventional signals go with what came of it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from evenhand.studies.concordance.values import TOO_FEW, Array, Figure, untold
from evenhand.studies.validity.adding import added
from evenhand.studies.validity.correlating import correlation, restriction, unrestricted

FEWEST: Final = 30
"""People with predictor and outcome below which no correlation is told."""
FEWEST_BOTH: Final = 60
"""People with score, signal and outcome below which what one adds to the other is not told."""
CLAIMED: Final = 0.8
"""The share of variance that has been claimed for the seven dimensions; here it is tested."""


@dataclass(frozen=True)
class Predictor:
    """Something known of candidates before the outcome.

    Attributes:
        kind: `score`, or the signal's kind.
        name: of the signal.
        values: by candidate.
    """

    kind: str
    name: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Found:
    """One predictor beside the outcome.

    Attributes:
        people: with predictor and outcome.
        everyone: with the predictor.
        r: correlation, as observed.
        u: how many times wider the predictor's spread is among everyone; None where everyone has
            an outcome.
        corrected: r as it would be among everyone, if people had an outcome by this predictor
            alone; equal to r where u is None.
    """

    kind: str
    name: str
    people: int
    everyone: int
    r: Figure
    u: float | None
    corrected: Figure


@dataclass(frozen=True)
class Compared:
    """A signal and the score, among those who have both and an outcome.

    Attributes:
        r_score, r_signal: correlations with the outcome.
        score_adds: change in R² when the score joins the signal.
        signal_adds: change when the signal joins the score.
    """

    kind: str
    name: str
    people: int
    r_score: Figure
    r_signal: Figure
    score_adds: Figure
    signal_adds: Figure


@dataclass(frozen=True)
class Validity:
    """The study's result.

    Attributes:
        outcome: its name.
        people: with an outcome.
        confidence: of the intervals.
        reliability: of the outcome, where it was given.
        found: score first, then signals.
        compared: score and each signal.
        claim: whether the score explains 80 % of the outcome's true variance: `rejected` where the
            interval's upper end is below, `open` where it is not, `untested` where the outcome's
            reliability is not known or there are too few.
    """

    outcome: str
    people: int
    confidence: float
    reliability: float | None
    found: Sequence[Found]
    compared: Sequence[Compared]
    claim: str

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return asdict(self)


def validity(
    score: Predictor,
    signals: Sequence[Predictor],
    outcome: Mapping[str, float],
    *,
    name: str,
    confidence: float = 0.9,
    reliability: float | None = None,
    seed: int = 0,
) -> Validity:
    """Hold the score and each signal against an outcome.

    Args:
        score: the estimates.
        signals: what was imported.
        outcome: by candidate: a rating, or the share of people who would have advanced them.
        name: of the outcome.
        confidence: of the intervals.
        reliability: share of the outcome's variance that is not error, above 0 to 1.
        seed: of the bootstrap.
    """
    found = [_found(one, outcome, confidence) for one in (score, *signals)]
    return Validity(
        outcome=name,
        people=len(outcome),
        confidence=confidence,
        reliability=reliability,
        found=found,
        compared=[_compared(score, one, outcome, confidence, seed) for one in signals],
        claim=_claim(found[0], reliability),
    )


def _found(one: Predictor, outcome: Mapping[str, float], confidence: float) -> Found:
    both = sorted(set(one.values) & set(outcome))
    x, y = _array(one.values, both), _array(outcome, both)
    u = restriction(_array(one.values, sorted(one.values)), x) if len(both) >= FEWEST else None
    r = correlation(x, y, confidence) if len(both) >= FEWEST else untold(TOO_FEW)
    return Found(
        one.kind,
        one.name,
        len(both),
        len(one.values),
        r,
        u,
        r if u is None else unrestricted(r, u),
    )


def _compared(
    score: Predictor,
    signal: Predictor,
    outcome: Mapping[str, float],
    confidence: float,
    seed: int,
) -> Compared:
    all_three = sorted(set(score.values) & set(signal.values) & set(outcome))
    n = len(all_three)
    x, s, y = (_array(of, all_three) for of in (score.values, signal.values, outcome))
    few = untold(TOO_FEW)
    enough = n >= FEWEST_BOTH
    return Compared(
        signal.kind,
        signal.name,
        n,
        correlation(x, y, confidence) if n >= FEWEST else few,
        correlation(s, y, confidence) if n >= FEWEST else few,
        added(s, x, y, confidence=confidence, seed=seed) if enough else few,
        added(x, s, y, confidence=confidence, seed=seed) if enough else few,
    )


def _claim(score: Found, reliability: float | None) -> str:
    """Hold the most that the interval allows against what was claimed (Spearman 1904)."""
    low, high = score.corrected.low, score.corrected.high
    if reliability is None or low is None or high is None:
        return "untested"
    return "rejected" if max(low**2, high**2) / reliability < CLAIMED else "open"


def _array(values: Mapping[str, float], names: Sequence[str]) -> Array:
    return np.array([values[name] for name in names], dtype=np.float64)

"""The coverage judge: does some clause of the answer show this indicator?

Each clause is compared with each indicator's reference sentences. What comes near, how near, how
much of it there is, how worked-out those clauses are and what they say, gives a soft mark (see
`marking`). The level is a regularised line through the marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.evidence import DETAIL, NAMES
from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.rubric import Dimension

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

NEAR, SHARPNESS = 1.0, 2.0
"""Standard deviations above unrelated sentences at which a clause counts half as near."""
HEED, HEED_PULL = 0.5, 3.0
"""The same for the clauses whose sense is read, averaged with three clauses of nothing."""
WORKED = ("number", "past", "condition")
SIGNALS = 9 + len(NAMES) + len(DETAIL)
LEVEL_PENALTY = 0.5


def signals(references: References, indicators: Sequence[str], reading: Reading) -> Array:
    """Describe what an answer of at least one clause says on indicators: (indicators, SIGNALS)."""
    both = references.closeness(indicators, reading.vectors)
    near = both.mean(2)
    order = -np.sort(-near, axis=1)
    nearest = order[:, :1]
    weight = _sigmoid(near - NEAR)
    shown = (reading.signs > 0).astype(np.float64)
    focus = np.exp(SHARPNESS * (near - nearest))
    return np.concatenate(
        [
            nearest,
            np.log1p(weight.sum(1, keepdims=True)),
            both.max(1),
            order[:, 1:2] if order.shape[1] > 1 else nearest - 1.0,
            near.mean(1, keepdims=True),
            np.log1p(weight @ shown[:, [NAMES.index(sign) for sign in WORKED]]),
            focus @ shown / focus.sum(1, keepdims=True),
            np.tile(reading.features[list(DETAIL)], (len(near), 1)),
        ],
        axis=1,
    )


def sense(references: References, indicators: Sequence[str], reading: Reading) -> Array:
    """Return the mean vector of the clauses near each indicator, shrunk: (indicators, WIDTH)."""
    weight = _sigmoid(references.near(indicators, reading.vectors) - HEED)
    mean: Array = weight @ reading.vectors / (weight.sum(1, keepdims=True) + HEED_PULL)
    return mean


def _sigmoid(x: Array) -> Array:
    y: Array = 1 / (1 + np.exp(-SHARPNESS * x))
    return y


@dataclass(frozen=True, eq=False)
class Rows:
    """What the coverage judge sees of some answers: one row for each (answer, indicator).

    Attributes:
        case, which, dimension: (R,) index of the answer, the indicator and the dimension.
        signal: (R, SIGNALS).
        sense: (R, WIDTH).
    """

    case: Index
    which: Index
    dimension: Index
    signal: Array
    sense: Array

    def take(self, keep: Mask | Index) -> "Rows":
        """Return some of the rows."""
        return Rows(
            self.case[keep],
            self.which[keep],
            self.dimension[keep],
            self.signal[keep],
            self.sense[keep],
        )


def rows_of(
    references: References,
    dimension: Dimension,
    reading: Reading,
    case: int,
    number: int,
    indices: dict[str, int],
) -> Rows:
    """Lay out one answer: a row for each indicator of the dimension.

    Args:
        references: The sentences to compare with.
        dimension: What is judged.
        reading: The answer; at least one clause.
        case: Index of the answer.
        number: Index of the dimension.
        indices: Index of each indicator by id.
    """
    names = [indicator.id for indicator in dimension.indicators]
    return Rows(
        np.full(len(names), case, dtype=np.intp),
        np.array([indices[name] for name in names], dtype=np.intp),
        np.full(len(names), number, dtype=np.intp),
        signals(references, names, reading),
        sense(references, names, reading),
    )


def join_rows(parts: list[Rows]) -> Rows:
    """Lay the rows of several answers under each other."""
    return Rows(
        np.concatenate([p.case for p in parts]),
        np.concatenate([p.which for p in parts]),
        np.concatenate([p.dimension for p in parts]),
        np.concatenate([p.signal for p in parts]),
        np.concatenate([p.sense for p in parts]),
    )


def summarise(soft: Array, flag: Mask, case: Index, cases: int) -> Array:
    """Return what the level is read from, by case: (cases, 4).

    The mean soft mark of the strong indicators, how much of them is clearly shown, the mean of the
    red flags, and one.
    """

    def mean(values: Array, keep: Mask) -> Array:
        count = np.maximum(np.bincount(case[keep], minlength=cases), 1)
        found: Array = np.bincount(case[keep], values[keep], cases) / count
        return found

    clear = np.clip(soft - 1.0, 0.0, 1.0)
    return np.stack(
        [mean(soft, ~flag), mean(clear, ~flag), mean(soft, flag), np.ones(cases)], axis=1
    )


def fit_line(summaries: Array, levels: Array, noise: Array) -> Array:
    """Fit the line from mark summaries to levels: (4,)."""
    weighted = summaries / noise[:, None]
    penalty = np.diag([LEVEL_PENALTY, LEVEL_PENALTY, LEVEL_PENALTY, 1e-6])
    solved = np.linalg.solve(weighted.T @ summaries + penalty, weighted.T @ levels)
    return np.asarray(solved, dtype=np.float64)


def fit_cuts(soft: Array, marks: Array) -> Array:
    """Return the two cuts that give marks 0, 1 and 2 as often as the raters do."""
    shares = [float(np.mean(marks < 0.5)), float(np.mean(marks < 1.5))]
    return np.array([float(np.quantile(soft, share)) for share in shares])

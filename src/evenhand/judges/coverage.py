"""The coverage judge: does some clause of the answer show this indicator?

Each clause is compared with each indicator's reference sentences. What comes near, how near, how
much of it there is, how worked-out those clauses are and what they say, gives a soft mark: a
Gaussian process with linear kernels, in part common to all indicators, in part each indicator's
own, so that an indicator with few examples leans on the others. The level is a regularised line
through the marks.
"""

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
SIGNALS = 9 + len(NAMES) + len(DETAIL)
OWN = 4
"""The first signals have slopes of each indicator's own beside the common ones."""
COMMON_SLOPES, OWN_OFFSET, OWN_SLOPES = 0.01, 0.2, 0.05
SENSE, DIMENSION_SENSE = 2.0, 1.0
LEVEL_PENALTY = 0.5


def nearness(references: References, indicator: str, reading: Reading) -> Array:
    """Return how near each clause comes to an indicator, in standard deviations: (clauses,)."""
    near: Array = references.closeness(indicator, reading.vectors).mean(1)
    return near


def signals(references: References, indicator: str, reading: Reading) -> Array:
    """Describe what an answer with at least one clause says on one indicator: (SIGNALS,)."""
    both = references.closeness(indicator, reading.vectors)
    near = both.mean(1)
    order = np.sort(near)[::-1]
    weight = _sigmoid(near - NEAR)
    shown = reading.signs > 0
    focus = np.exp(SHARPNESS * (near - order[0]))
    second = order[1] if len(order) > 1 else order[0] - 1.0
    return np.concatenate(
        [
            [order[0], np.log1p(weight.sum()), *both.max(0), second, near.mean()],
            [np.log1p((weight * shown[:, NAMES.index(s)]).sum()) for s in WORKED],
            focus @ shown / focus.sum(),
            reading.features[list(DETAIL)],
        ]
    )


WORKED = ("number", "past", "condition")


def sense(references: References, indicator: str, reading: Reading) -> Array:
    """Return the mean vector of the clauses near an indicator, shrunk: (WIDTH,)."""
    weight = _sigmoid(nearness(references, indicator, reading) - HEED)
    mean: Array = weight @ reading.vectors / (weight.sum() + HEED_PULL)
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
        pooled: (R, WIDTH) the whole answer's vector.
    """

    case: Index
    which: Index
    dimension: Index
    signal: Array
    sense: Array
    pooled: Array

    def take(self, keep: Mask) -> "Rows":
        """Return some of the rows."""
        return Rows(
            self.case[keep],
            self.which[keep],
            self.dimension[keep],
            self.signal[keep],
            self.sense[keep],
            self.pooled[keep],
        )


def rows_of(
    references: References,
    dimension: Dimension,
    reading: Reading,
    pooled: Array,
    case: int,
    number: int,
    indices: dict[str, int],
) -> Rows:
    """Lay out one answer: a row for each indicator of the dimension.

    Args:
        references: The sentences to compare with.
        dimension: What is judged.
        reading: The answer; at least one clause.
        pooled: (WIDTH,) the whole answer's vector.
        case: Index of the answer.
        number: Index of the dimension.
        indices: Index of each indicator by id.
    """
    names = [indicator.id for indicator in dimension.indicators]
    return Rows(
        np.full(len(names), case, dtype=np.intp),
        np.array([indices[name] for name in names], dtype=np.intp),
        np.full(len(names), number, dtype=np.intp),
        np.stack([signals(references, name, reading) for name in names]),
        np.stack([sense(references, name, reading) for name in names]),
        np.tile(pooled, (len(names), 1)),
    )


def join_rows(parts: list[Rows]) -> Rows:
    """Lay the rows of several answers under each other."""
    return Rows(
        np.concatenate([p.case for p in parts]),
        np.concatenate([p.which for p in parts]),
        np.concatenate([p.dimension for p in parts]),
        np.concatenate([p.signal for p in parts]),
        np.concatenate([p.sense for p in parts]),
        np.concatenate([p.pooled for p in parts]),
    )


@dataclass(frozen=True, eq=False)
class MarkModel:
    """Soft marks of one kind of indicator (strong, or red flag), as weights.

    Attributes:
        centre, scale: (SIGNALS,) standardisation.
        mean: The mark before anything is known.
        common: (SIGNALS,) slopes for every indicator.
        own: (indicators, 1 + OWN) offset and slopes of each indicator.
        sense: (indicators, WIDTH) what clauses near it must say.
        whole: (dimensions, WIDTH) what the whole answer says.
    """

    centre: Array
    scale: Array
    mean: float
    common: Array
    own: Array
    sense: Array
    whole: Array

    def marks(self, rows: Rows) -> Array:
        """Return soft marks, about 0 to 2: (rows,)."""
        z = (rows.signal - self.centre) / self.scale
        own = self.own[rows.which]
        soft: Array = (
            self.mean
            + z @ self.common
            + own[:, 0]
            + (z[:, :OWN] * own[:, 1:]).sum(1)
            + (self.sense[rows.which] * rows.sense).sum(1)
            + (self.whole[rows.dimension] * rows.pooled).sum(1)
        )
        return soft


def fit_marks(
    rows: Rows, marks: Array, noise: Array, indicators: int, dimensions: int
) -> MarkModel:
    """Fit soft marks; the Gaussian process is solved and written down as weights.

    Args:
        rows: R rows of one kind of indicator.
        marks: (R,) the raters' mean marks, 0 to 2.
        noise: (R,) relative variance of each.
        indicators: How many indicators there are in all.
        dimensions: How many dimensions.
    """
    centre, scale = rows.signal.mean(0), rows.signal.std(0) + 1e-6
    z = (rows.signal - centre) / scale
    near = z[:, :OWN]
    size = float((rows.sense**2).sum(1).mean())
    width = float((rows.pooled**2).sum(1).mean())
    mean = float(np.average(marks, weights=1 / noise))
    # Rows of two dimensions meet in the common slopes alone: block by block, then Woodbury.
    wanted: Array = np.concatenate([(marks - mean)[:, None], z], axis=1)
    solved = np.empty_like(wanted)
    for number in range(dimensions):
        at = np.flatnonzero(rows.dimension == number)
        felt, told = rows.sense[at], rows.pooled[at]
        own = OWN_OFFSET + OWN_SLOPES * near[at] @ near[at].T + SENSE / size * felt @ felt.T
        block = own * (rows.which[at][:, None] == rows.which[at][None])
        block += DIMENSION_SENSE / width * told @ told.T + np.diag(noise[at])
        solved[at] = np.linalg.solve(block, wanted[at])
    inner = np.eye(z.shape[1]) / COMMON_SLOPES + z.T @ solved[:, 1:]
    alpha: Array = solved[:, 0] - solved[:, 1:] @ np.linalg.solve(inner, z.T @ solved[:, 0])
    of = np.equal.outer(np.arange(indicators), rows.which) * alpha
    over = np.equal.outer(np.arange(dimensions), rows.dimension) * alpha
    return MarkModel(
        centre,
        scale,
        mean,
        COMMON_SLOPES * alpha @ z,
        np.concatenate([OWN_OFFSET * of.sum(1, keepdims=True), OWN_SLOPES * of @ near], axis=1),
        SENSE / size * of @ rows.sense,
        DIMENSION_SENSE / width * over @ rows.pooled,
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

"""The ends of the scale: levels to Gaussian scores and back.

Levels stop at 1 and 5, and people give whole ones; what lies behind them does not stop. Each column
(one judge, or all humans, on one dimension) is therefore replaced by normal scores: a level counts
as the mean of the part of a normal curve that holds its share of the column, divided by the
variance of these means, so that a score is what lies behind it plus noise, with slope 1 (Pearson's
polyserial relation). Mean and spread of the column stay, so scores read like levels.

Back goes the level expected of raters who cut the same normal curve:
g(x) = v_1 + sum_c (v_c+1 - v_c) Phi((x - cut_c) / spread). It rises everywhere, so that the ends of
an interval map to the ends of an interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from evenhand.measure.table import Array, Table
from evenhand.measure.values import HIGHEST, LOWEST

LEAST = 100
"""A column with fewer readings is taken as it is: its shares would be mostly chance."""
BINS = 21
"""A column with more distinct levels than this is cut into so many bins of equal mass."""
LEAST_SPREAD = 0.2
"""Smallest standard deviation, in levels, of what stands between ability and a human level."""


@dataclass(frozen=True)
class Column:
    """One column of levels and the scores that stand for them; both rise.

    Attributes:
        levels: The levels that occur, or the means of bins.
        scores: The score of each, in level units.
        cuts: Where the normal curve is cut between one level and the next: one fewer than levels.
        coarseness: Variance that cutting adds to a score.
    """

    levels: tuple[float, ...]
    scores: tuple[float, ...]
    cuts: tuple[float, ...]
    coarseness: float

    def score(self, level: Array) -> Array:
        """Return scores of levels: linear between those known, slope 1 beyond them."""
        inside = np.interp(level, self.levels, self.scores)
        beyond = level - np.clip(level, self.levels[0], self.levels[-1])
        return np.asarray(inside + beyond)


@dataclass(frozen=True)
class Link:
    """The columns that are scored; every other is taken as it is.

    Attributes:
        humans: Column of all humans, by dimension. Where there is one, estimates are mapped back
            through it; elsewhere a score is reported as a level and clipped.
        judges: Column of each judge, by judge and dimension.
        spread: By dimension, the standard deviation of what stands between ability and one human
            level: luck of the answer, difficulty, severity, halo and error.
    """

    humans: Mapping[str, Column]
    judges: Mapping[str, Mapping[str, Column]]
    spread: Mapping[str, float]

    def scored(self, table: Table) -> Table:
        """Return a table with scores in place of levels."""
        level = table.level.copy()
        group = table.rater * len(table.cells) + table.cell
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            first = rows[0]
            dimension = table.cells[table.cell[first]][1]
            column = self._column(table.raters[table.rater[first]], dimension)
            if column is not None:
                level[rows] = column.score(level[rows])
        return replace(table, level=level)

    def score(self, kind: str, rater: str, dimension: str, level: float) -> float:
        """Return the score of one level."""
        column = self._column((kind, rater), dimension)
        return level if column is None else float(column.score(np.asarray(level)))

    def _column(self, rater: tuple[str, str], dimension: str) -> Column | None:
        kind, name = rater
        columns = self.humans if kind == "human" else self.judges.get(name, {})
        return columns.get(dimension)

    def plain(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "humans": {name: vars(column) for name, column in self.humans.items()},
            "judges": {
                judge: {name: vars(column) for name, column in columns.items()}
                for judge, columns in self.judges.items()
            },
            "spread": dict(self.spread),
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "Link":
        """Read what `plain` wrote."""
        return cls(
            {name: _column_of(column) for name, column in plain["humans"].items()},
            {
                judge: {name: _column_of(column) for name, column in columns.items()}
                for judge, columns in plain["judges"].items()
            },
            {name: float(value) for name, value in plain["spread"].items()},
        )


class Back:
    """The map from scores to levels on one dimension; without a column, the identity clipped."""

    def __init__(self, link: Link | None, dimension: str) -> None:
        column = None if link is None else link.humans.get(dimension)
        self.linear = column is None
        if link is not None and column is not None:
            self._steps = np.diff(column.levels)
            self._cuts = np.array(column.cuts)
            self._low, self._variance = column.levels[0], link.spread[dimension] ** 2

    def level(self, score: Array, variance: Array | float = 0.0) -> Array:
        """Return the level expected at scores known with a variance; not clipped if linear."""
        if self.linear:
            return np.asarray(score)
        z = self._standard(score, variance)
        return np.asarray(self._low + ndtr(z) @ self._steps)

    def slope(self, score: Array, variance: Array | float = 0.0) -> Array:
        """Return the derivative of `level` by the score."""
        if self.linear:
            return np.ones_like(score)
        width = np.sqrt(self._variance + np.asarray(variance))
        density = np.exp(-0.5 * self._standard(score, variance) ** 2) / np.sqrt(2 * np.pi)
        return np.asarray(density @ self._steps / width)

    def score(self, level: float) -> float:
        """Return the score whose level this is; minus or plus infinity if none is."""
        if self.linear:
            return level
        ends = self._low, self._low + float(self._steps.sum())
        if not ends[0] < level < ends[1]:
            return float(np.copysign(np.inf, level - ends[0]))
        reach = 40 * float(np.sqrt(self._variance))
        low, high = float(self._cuts[0]) - reach, float(self._cuts[-1]) + reach
        return float(brentq(lambda x: float(self.level(np.asarray(x))) - level, low, high))

    def _standard(self, score: Array, variance: Array | float) -> Array:
        width = np.sqrt(self._variance + np.asarray(variance))
        return np.asarray((np.asarray(score)[..., None] - self._cuts) / width[..., None])


def learn(table: Table) -> Link | None:
    """Cut the columns of a table; `spread` is still to be set. None if no column is long enough."""
    humans: dict[str, Column] = {}
    judges: dict[str, dict[str, Column]] = {}
    names = {int(d): cell[1] for d, cell in _cell_dimensions(table)}
    for dimension, name in names.items():
        here = table.dimension == dimension
        if column := _cut(table.level[here & ~table.model], whole=True):
            humans[name] = column
        for rater, (kind, judge) in enumerate(table.raters):
            if kind == "model" and (column := _cut(table.level[here & (table.rater == rater)])):
                judges.setdefault(judge, {})[name] = column
    return Link(humans, judges, {}) if humans or judges else None


def _cut(levels: Array, *, whole: bool = False) -> Column | None:
    """Cut a normal curve by the shares of a column; None if it is too short or all the same."""
    if len(levels) < LEAST:
        return None
    known = np.unique(levels)
    if len(known) < 3:
        return None
    if len(known) > BINS:
        edges = np.unique(np.quantile(levels, np.linspace(0, 1, BINS + 1)[1:-1]))
        place = np.searchsorted(edges, levels, side="right")
        count = np.bincount(place).astype(np.float64)
        value = np.bincount(place, levels) / np.maximum(count, 1)
        value, count = value[count > 0], count[count > 0]
    else:
        value = np.union1d(known, np.arange(LOWEST, HIGHEST + 1)) if whole else known
        count = np.bincount(np.searchsorted(value, levels), minlength=len(value)).astype(np.float64)
    # Half a reading more for each level keeps one that nobody gave from lying infinitely far out.
    share = (count + 0.5) / (count + 0.5).sum()
    cut = ndtri(np.cumsum(share)[:-1])
    density = np.concatenate([[0.0], np.exp(-0.5 * cut**2) / np.sqrt(2 * np.pi), [0.0]])
    score = -np.diff(density) / share
    kept = float(share @ score**2)
    centre, width = float(levels.mean()), float(levels.std())
    return Column(
        tuple(value.tolist()),
        tuple((centre + width * score / kept).tolist()),
        tuple((centre + width * cut).tolist()),
        width**2 * (1 / kept - 1),
    )


def _cell_dimensions(table: Table) -> list[tuple[int, tuple[str, str]]]:
    codes, first = np.unique(table.dimension, return_index=True)
    return [
        (int(code), table.cells[table.cell[row]]) for code, row in zip(codes, first, strict=True)
    ]


def _column_of(plain: Mapping[str, Any]) -> Column:
    levels, scores, cuts = (tuple(map(float, plain[k])) for k in ("levels", "scores", "cuts"))
    return Column(levels, scores, cuts, float(plain["coarseness"]))

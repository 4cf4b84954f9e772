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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from evenhand.measure.table import Array, Table
from evenhand.measure.values import HIGHEST, LOWEST

LEAST = 100
"""A column with fewer readings is taken as it is: its shares would be mostly chance."""
BINS = 21
"""A column with more distinct levels than this is cut into so many bins of equal mass."""
APART = 10.0
"""How far apart columns are laid end to end, to be read as one curve; more than their width."""
REACH = 100.0
"""No score lies farther out than this."""
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

    def knots(self) -> tuple[Array, Array]:
        """Return levels from 1 to 5 and their scores, slope 1 beyond the levels known."""
        levels = np.array([LOWEST, *self.levels, HIGHEST])
        scores = np.array([self.scores[0], *self.scores, self.scores[-1]])
        scores[0] -= self.levels[0] - LOWEST
        scores[-1] += HIGHEST - self.levels[-1]
        used = np.append(True, np.diff(levels) > 0)
        return levels[used], scores[used]


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

    @cached_property
    def _chain(self) -> tuple[dict[tuple[str, str, str], int], Array, Array]:
        """The columns end to end: where each starts, and the knots of all, as one curve."""
        columns = {("human", "", name): column for name, column in self.humans.items()}
        for judge, by_dimension in self.judges.items():
            columns |= {("model", judge, name): column for name, column in by_dimension.items()}
        knots = [column.knots() for column in columns.values()]
        levels = [APART * place + level for place, (level, _) in enumerate(knots)]
        return (
            {key: place for place, key in enumerate(columns)},
            np.concatenate([np.zeros(1), *levels]),
            np.concatenate([np.zeros(1), *(score for _, score in knots)]),
        )

    def scored(self, table: Table) -> Table:
        """Return a table with scores in place of levels."""
        places, levels, scores = self._chain
        keys, which = np.unique(table.rater * len(table.cells) + table.cell, return_inverse=True)
        found = []
        for key in keys.tolist():
            kind, name = table.raters[key // len(table.cells)]
            dimension = table.cells[key % len(table.cells)][1]
            found.append(places.get((kind, "" if kind == "human" else name, dimension), -1))
        column = np.array(found, dtype=np.intp)[which]
        known = np.interp(table.level + APART * column, levels, scores)
        return replace(table, level=np.where(column < 0, table.level, known))

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
    """The map from scores to levels on D dimensions; where there is no column, the identity.

    Args:
        link: The columns.
        dimensions: D of them.
        known: Variance, of all that stands between ability and a human level, that does not stand
            between the score and it: for an answer, its luck and the difficulty of its task.
    """

    def __init__(self, link: Link | None, dimensions: Sequence[str], *, known: float = 0.0) -> None:
        columns = [None if link is None else link.humans.get(name) for name in dimensions]
        most = max((len(column.cuts) for column in columns if column), default=0)
        self._linear = np.array([column is None for column in columns])
        self._cuts = np.zeros((len(columns), most))
        self._steps = np.zeros((len(columns), most))
        self._low, self._spread = np.zeros(len(columns)), np.ones(len(columns))
        for d, (name, column) in enumerate(zip(dimensions, columns, strict=True)):
            if link is not None and column is not None:
                self._cuts[d, : len(column.cuts)] = column.cuts
                self._steps[d, : len(column.cuts)] = np.diff(column.levels)
                self._low[d] = column.levels[0]
                left = max(link.spread[name] ** 2 - known, LEAST_SPREAD**2)
                self._spread[d] = np.sqrt(left)

    def level(self, score: Array, variance: Array | float = 0.0) -> Array:
        """Return the (C, D) levels expected at scores known with a variance; not clipped."""
        if self._linear.all():
            return np.asarray(score)
        z, _ = self._standard(score, variance)
        found = self._low + np.sum(ndtr(z) * self._steps, axis=-1)
        return np.where(self._linear, score, found)

    def slope(self, score: Array, variance: Array | float = 0.0) -> Array:
        """Return the (C, D) derivatives of `level` by the score."""
        if self._linear.all():
            return np.ones_like(score)
        z, width = self._standard(score, variance)
        density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        return np.where(self._linear, 1.0, np.sum(density * self._steps, axis=-1) / width)

    def score(self, level: float) -> Array:
        """Return the (D,) scores whose level this is; infinite where none is."""
        top = self._low + self._steps.sum(axis=1)
        low, high = (np.full(len(top), sign * REACH) for sign in (-1.0, 1.0))
        for _ in range(60):
            middle = (low + high) / 2
            below = self.level(middle[None])[0] < level
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found = np.where(level <= self._low, -np.inf, np.where(level >= top, np.inf, high))
        return np.where(self._linear, level, found)

    def _standard(self, score: Array, variance: Array | float) -> tuple[Array, Array]:
        width = np.sqrt(self._spread**2 + variance)
        return (score[..., None] - self._cuts) / width[..., None], width


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

"""Ratings as arrays with named axes: columns as given, and distinct readings grouped by person."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from evenhand.measure.values import HIGHEST, LOWEST, MeasureError, RaterKind, Rating

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
T = TypeVar("T")
U = TypeVar("U")

STEP = 4
"""Candidates are batched with others whose row count agrees when rounded up to this."""
ENTRIES = 500_000
"""Most entries of a batch of covariance matrices, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class RatingTable:
    """N ratings as columns, for data of many candidates; wherever a list of `Rating` goes, it goes.

    Attributes:
        candidates, dimensions, tasks, rounds: Names in order of first appearance.
        raters: Kind and name of each rater.
        candidate, dimension, task, round, rater: (N,) codes into these names.
        level: (N,) levels, 1 to 5.
    """

    candidates: tuple[str, ...]
    dimensions: tuple[str, ...]
    tasks: tuple[str, ...]
    rounds: tuple[str, ...]
    raters: tuple[tuple[RaterKind, str], ...]
    candidate: Index
    dimension: Index
    task: Index
    round: Index
    rater: Index
    level: Array

    def __len__(self) -> int:
        return len(self.level)

    @classmethod
    def from_columns(
        cls,
        *,
        candidate: Sequence[str],
        dimension: Sequence[str],
        task: Sequence[str],
        round: Sequence[str],
        rater: Sequence[str],
        rater_kind: Sequence[str],
        level: Sequence[float],
    ) -> "RatingTable":
        """Read columns of one length; their values are those of `Rating`.

        Raises:
            MeasureError: If the lengths differ, a name is empty, a kind unknown or a level outside
                1 to 5; the message names the column and the row, counted from 0.
        """
        columns = {
            "candidate": candidate, "dimension": dimension, "task": task, "round": round,
            "rater": rater, "rater_kind": rater_kind, "level": level,
        }  # fmt: skip
        for name, column in columns.items():
            if len(column) != len(level):
                raise MeasureError(f"ratings: {name}: has {len(column)} rows and not {len(level)}")
        levels = np.asarray(level, dtype=np.float64)
        wrong = np.flatnonzero(~((levels >= LOWEST) & (levels <= HIGHEST)))
        if len(wrong):
            value = levels[wrong[0]]
            raise MeasureError(f"ratings: level: row {wrong[0]}: {value:g} is not from 1 to 5")
        names, codes = {}, {}
        for name in ("candidate", "dimension", "task", "round"):
            names[name], codes[name] = _numbered(columns[name])
            if "" in names[name]:
                raise MeasureError(f"ratings: {name}: row {_where(columns[name], '')}: is empty")
        raters, codes["rater"] = _numbered(list(zip(rater_kind, rater, strict=True)))
        for kind, name in raters:
            if kind not in ("model", "human") or not name:
                row = _where(list(zip(rater_kind, rater, strict=True)), (kind, name))
                raise MeasureError(
                    f'ratings: rater: row {row}: "{kind}" "{name}" is no named model or human'
                )
        return cls(
            names["candidate"], names["dimension"], names["task"], names["round"],
            cast("tuple[tuple[RaterKind, str], ...]", raters), level=levels, **codes,
        )  # fmt: skip

    @classmethod
    def of(cls, ratings: "Ratings") -> "RatingTable":
        """Return ratings as columns; a table comes back as it is."""
        if isinstance(ratings, RatingTable):
            return ratings
        candidates, candidate = _numbered([r.candidate for r in ratings])
        dimensions, dimension = _numbered([r.dimension for r in ratings])
        tasks, task = _numbered([r.task for r in ratings])
        rounds, met = _numbered([r.round for r in ratings])
        raters, rater = _numbered([(r.rater_kind, r.rater) for r in ratings])
        level = np.array([r.level for r in ratings], dtype=np.float64)
        return cls(
            candidates, dimensions, tasks, rounds, raters,
            candidate, dimension, task, met, rater, level,
        )  # fmt: skip


Ratings = Sequence[Rating] | RatingTable
"""What measurement takes in."""


@dataclass(frozen=True, eq=False)
class Table:
    """N readings of C candidates.

    Ratings that agree in candidate, dimension, task and rater (and round, if a human gave them) are
    draws of one reading. Their mean is the reading, and its error is no smaller than that of one
    draw: what a judge gets wrong about an answer, it gets wrong in every draw.

    Attributes:
        candidates: Names in order of first appearance.
        raters: Kind and name of each rater.
        cells: Task and dimension of each cell; a candidate has one answer in a cell.
        circles: Human rater and round; the ratings of one candidate in a circle share a halo.
        reading: For each rating given, the row it went into.
        draws: (N,) number of ratings in each row.
        candidate, dimension, rater, cell, circle: (N,) indices; circle is -1 for model judges.
        model: (N,) whether a model judge gave it.
        level: (N,) levels.
    """

    candidates: tuple[str, ...]
    raters: tuple[tuple[RaterKind, str], ...]
    cells: tuple[tuple[str, str], ...]
    circles: tuple[tuple[str, str], ...]
    reading: Index
    draws: Array
    candidate: Index
    dimension: Index
    rater: Index
    cell: Index
    circle: Index
    model: Flags
    level: Array


@dataclass(frozen=True, eq=False)
class Batch:
    """B candidates with P rows each; rows beyond a candidate's own are padding.

    Attributes:
        candidate: (B,) indices into the table's candidates.
        row: (B, P) indices into the table's rows; 0 where padded.
        real: (B, P) False where padded.
    """

    candidate: Index
    row: Index
    real: Flags


def tabulate(ratings: Ratings, dimensions: Sequence[str]) -> Table:
    """Encode ratings as distinct readings, rows in order of first appearance.

    Args:
        ratings: Any number, in any order.
        dimensions: The dimensions in the order of the components.

    Raises:
        MeasureError: If a rating is of another dimension.
    """
    of = RatingTable.of(ratings)
    places = {name: place for place, name in enumerate(dimensions)}
    for code, name in enumerate(of.dimensions):
        if name not in places:
            row = int(np.flatnonzero(of.dimension == code)[0])
            raise MeasureError(
                f"rating of {of.candidates[of.candidate[row]]}, task {of.tasks[of.task[row]]}: "
                f'dimension "{name}" is not in the components, which know {", ".join(dimensions)}'
            )
    model_rater = np.array([kind == "model" for kind, _ in of.raters], dtype=np.bool_)
    model = model_rater[of.rater]
    cells, cell = _distinct(of.task * len(of.dimensions) + of.dimension)
    circles, circle = _distinct(of.rater * len(of.rounds) + of.round, ~model)
    # A judge reads an answer, wherever it was given; a person meets somebody in a round.
    met = np.where(model, 0, of.round + 1)
    key = (of.candidate * len(of.raters) + of.rater) * max(len(cells), 1) + cell
    keys, reading = _distinct(key * (len(of.rounds) + 1) + met)
    draws = np.bincount(reading, minlength=len(keys)).astype(np.float64)
    first = np.empty(len(keys), dtype=np.intp)
    first[reading[::-1]] = np.arange(len(of) - 1, -1, -1)
    place = np.array([places[name] for name in of.dimensions], dtype=np.intp)
    task, dimension = np.divmod(cells, max(len(of.dimensions), 1))
    rater, met = np.divmod(circles, max(len(of.rounds), 1))
    return Table(
        candidates=of.candidates,
        raters=of.raters,
        cells=tuple((of.tasks[t], of.dimensions[d]) for t, d in zip(task, dimension, strict=True)),
        circles=tuple((of.raters[r][1], of.rounds[m]) for r, m in zip(rater, met, strict=True)),
        reading=reading,
        draws=draws,
        candidate=of.candidate[first],
        dimension=place[of.dimension[first]],
        rater=of.rater[first],
        cell=cell[first],
        circle=circle[first],
        model=model[first],
        level=np.bincount(reading, of.level, len(keys)) / draws,
    )


def among(table: Table, chosen: Index) -> Table:
    """Return the readings of some candidates; raters, cells and circles keep their numbers."""
    place = np.full(len(table.candidates), -1)
    place[chosen] = np.arange(len(chosen))
    rows = np.flatnonzero(place[table.candidate] >= 0)
    return replace(
        table,
        candidates=tuple(table.candidates[number] for number in chosen.tolist()),
        candidate=place[table.candidate[rows]],
        **{
            name: getattr(table, name)[rows]
            for name in ("draws", "dimension", "rater", "cell", "circle", "model", "level")
        },
        # Which rating went where is of no use in a part.
        reading=np.empty(0, dtype=np.intp),
    )


def batches(table: Table) -> Iterator[Batch]:
    """Yield all candidates in batches of about equal row counts."""
    for batch in grouped(table.candidate, len(table.candidates), ENTRIES):
        if batch.row.shape[1]:
            yield batch


def grouped(group: Index, groups: int, entries: int) -> Iterator[Batch]:
    """Yield the rows of every group, groups of about equal row counts together, padded.

    Args:
        group: (N,) the group of each row.
        groups: Number of groups; one without rows comes in a batch of no columns.
        entries: Most entries B * P * P of a batch.
    """
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group, minlength=groups)
    starts = np.cumsum(counts) - counts
    width = -(-counts // STEP) * STEP
    for rows in np.unique(width):
        members = np.flatnonzero(width == rows)
        most = max(1, entries // max(int(rows), 1) ** 2)
        for first in range(0, len(members), most):
            chosen = members[first : first + most]
            offset = np.arange(counts[chosen].max())
            real = offset < counts[chosen][:, None]
            place = np.where(real, starts[chosen][:, None] + offset, 0)
            yield Batch(chosen, np.where(real, order[place], 0), real)


def side_by_side(work: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """Map in threads, results in order: numpy's solvers free the lock."""
    listed = list(items)
    if len(listed) < 2:
        return [work(item) for item in listed]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, listed))


def _numbered(values: Sequence[Any]) -> tuple[tuple[Any, ...], Index]:
    """Return the distinct values in order of first appearance, and the code of each value."""
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return tuple(codes), np.fromiter((codes[v] for v in values), np.intp, len(values))


def _distinct(key: Index, among: Flags | None = None) -> tuple[Index, Index]:
    """Return the distinct keys in order of first appearance, and which one each row has.

    Rows outside `among` have none: -1.
    """
    chosen = np.arange(len(key)) if among is None else np.flatnonzero(among)
    keys, first, inverse = np.unique(key[chosen], return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    codes = np.full(len(key), -1, dtype=np.intp)
    codes[chosen] = rank[inverse]
    return np.asarray(keys[order], dtype=np.intp), codes


def _where(values: Sequence[Any], value: Any) -> int:
    return list(values).index(value)

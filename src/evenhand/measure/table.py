"""Ratings as arrays with named axes: one row a distinct reading, grouped by candidate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.measure.values import MeasureError, RaterKind, Rating

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

STEP = 4
"""Candidates are batched with others whose row count agrees when rounded up to this."""
ENTRIES = 2_000_000
"""Most entries of a batch of covariance matrices, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class Table:
    """N readings of C candidates.

    Ratings that agree in candidate, dimension, task, round and rater are draws of one reading.
    Their mean is the reading, and its error is no smaller than that of one draw: what a judge gets
    wrong about an answer, it gets wrong in every draw.

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


def tabulate(ratings: Sequence[Rating], dimensions: Sequence[str]) -> Table:
    """Encode ratings.

    Args:
        ratings: Any number, in any order.
        dimensions: The dimensions in the order of the components.

    Raises:
        MeasureError: If a rating is of another dimension.
    """
    places = {name: place for place, name in enumerate(dimensions)}
    candidates: dict[str, int] = {}
    raters: dict[tuple[RaterKind, str], int] = {}
    cells: dict[tuple[str, str], int] = {}
    circles: dict[tuple[str, str], int] = {}
    rounds: dict[str, int] = {}
    # A reading is a candidate, a rater, a cell and a round; the circle follows from them.
    readings: dict[tuple[int, int, int, int, int], int] = {}
    reading = np.empty(len(ratings), dtype=np.intp)
    for number, r in enumerate(ratings):
        if r.dimension not in places:
            raise MeasureError(
                f'rating of {r.candidate}, task {r.task}: dimension "{r.dimension}" is not in the '
                f"components, which know {', '.join(dimensions)}"
            )
        key = (
            candidates.setdefault(r.candidate, len(candidates)),
            raters.setdefault((r.rater_kind, r.rater), len(raters)),
            cells.setdefault((r.task, r.dimension), len(cells)),
            rounds.setdefault(r.round, len(rounds)),
            -1 if r.rater_kind == "model"
            else circles.setdefault((r.rater, r.round), len(circles)),
        )  # fmt: skip
        reading[number] = readings.setdefault(key, len(readings))
    keys = np.array(list(readings), dtype=np.intp).reshape(-1, 5)
    draws = np.bincount(reading, minlength=len(keys)).astype(np.float64)
    total = np.bincount(reading, [r.level for r in ratings], len(keys))
    cell_dimension = np.array([places[name] for _, name in cells], dtype=np.intp)
    return Table(
        candidates=tuple(candidates),
        raters=tuple(raters),
        cells=tuple(cells),
        circles=tuple(circles),
        reading=reading,
        draws=draws,
        candidate=keys[:, 0],
        dimension=cell_dimension[keys[:, 2]],
        rater=keys[:, 1],
        cell=keys[:, 2],
        circle=keys[:, 4],
        model=keys[:, 4] < 0,
        level=total / draws,
    )


def batches(table: Table) -> Iterator[Batch]:
    """Yield all candidates in batches of about equal row counts."""
    order = np.argsort(table.candidate, kind="stable")
    counts = np.bincount(table.candidate, minlength=len(table.candidates))
    starts = np.cumsum(counts) - counts
    width = -(-counts // STEP) * STEP
    for rows in np.unique(width):
        members = np.flatnonzero(width == rows)
        most = max(1, ENTRIES // int(rows) ** 2)
        for first in range(0, len(members), most):
            chosen = members[first : first + most]
            offset = np.arange(counts[chosen].max())
            real = offset < counts[chosen][:, None]
            place = np.where(real, starts[chosen][:, None] + offset, 0)
            yield Batch(chosen, np.where(real, order[place], 0), real)

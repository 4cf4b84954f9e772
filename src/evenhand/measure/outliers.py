"""The judge that stands far above the others on one answer: left out, and said so.

A text can talk one judge round more easily than all of them. Given what the other judges read in
the same answer, a judge's level has a distribution of its own: with f the answer as judges see it,
y_o = loading_o f + e_o, all Gaussian, so that y_j given the rest is a regression (leave-one-out
prediction; Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, section 5.4.2).
Only upwards: a judge that misses what the others saw costs the candidate nothing it can repair.
How ambiguous an answer is, is read off the other judges, so that an outlier cannot excuse itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.model import expected, facets, read
from evenhand.measure.moderation import Moderation
from evenhand.measure.table import Array, Flags, Index, Ratings, RatingTable, Table
from evenhand.measure.values import Rating

LIMIT = 3.0
"""Standard deviations above what the other judges lead to expect."""
FEWEST = 2
"""Of fewer other judges than this nobody can say who is the outlier."""

UNFITTED = Moderation(prior_df=6.0, scale=1.0)
"""How far answers differ in ambiguity until a fit says: where the others disagree with each other,
nobody is far above them all."""


@dataclass(frozen=True)
class Outlier:
    """A judge's reading of one answer that was left out.

    Attributes:
        candidate, task, dimension, rater: Whose answer, to what, read on what, by which judge.
        level: The level it gave, 1 to 5.
        z: How far above, in standard deviations.
    """

    candidate: str
    task: str
    dimension: str
    rater: str
    level: float
    z: float

    def says(self) -> str:
        """Say it in one line."""
        return (
            f"{self.rater} gave {self.candidate} {self.level:.1f} on {self.dimension}, task "
            f"{self.task}: {self.z:.1f} standard deviations above the other judges, so left out"
        )


@overload
def without_outliers(
    ratings: RatingTable, components: Components, *, limit: float = ...
) -> tuple[RatingTable, list[Outlier]]: ...
@overload
def without_outliers(
    ratings: Sequence[Rating], components: Components, *, limit: float = ...
) -> tuple[Sequence[Rating], list[Outlier]]: ...
def without_outliers(
    ratings: Ratings, components: Components, *, limit: float = LIMIT
) -> tuple[Ratings, list[Outlier]]:
    """Return the ratings without the outliers among model judges, and the outliers.

    Of one answer the farthest judge goes first, and what is left is looked at again while at least
    three judges are. People's ratings are never left out.

    Args:
        ratings: Ratings of any number of candidates.
        components: Parameters of the model.
        limit: Standard deviations.

    Returns:
        The same kind of ratings, in the same order; outliers by answer in order of appearance.

    Raises:
        MeasureError: If a rating is of an unknown dimension.
    """
    table = read(ratings, components)
    panel = _panel_of(table, components)
    dropped = np.zeros(len(table.level), dtype=np.bool_)
    found: list[tuple[int, float]] = []
    given = panel.row >= 0
    while given.size:
        z = np.where(given, _above(panel, given, components), -np.inf)
        judge = z.argmax(axis=1)
        answer = np.flatnonzero(z[np.arange(len(z)), judge] > limit)
        if not len(answer):
            break
        judge = judge[answer]
        rows = panel.row[answer, judge]
        found += zip(rows.tolist(), z[answer, judge].tolist(), strict=True)
        dropped[rows] = True
        given[answer, judge] = False
    if not found:
        return ratings, []
    of = RatingTable.of(ratings)
    return _kept(ratings, ~dropped[table.reading]), [
        _told(of, int(np.flatnonzero(table.reading == row)[0]), z) for row, z in sorted(found)
    ]


@dataclass(frozen=True, eq=False)
class _Panel:
    """A answers by J judges.

    Attributes:
        row: (A, J) row of the table; -1 where the judge gave none.
        surprise: (A, J) level minus what was expected of an average candidate.
        loading, noise, doubt: (J,) of each judge.
        known: (A,) variance of the answer as judges see it, without the error they share.
    """

    row: Index
    surprise: Array
    loading: Array
    noise: Array
    doubt: Array
    known: Array


def _panel_of(table: Table, components: Components) -> _Panel:
    of = facets(table, components.unmoderated)
    model = np.flatnonzero(table.model)
    judges, judge = np.unique(table.rater[model], return_inverse=True)
    answers, answer = np.unique(
        (table.candidate * len(table.cells) + table.cell)[model], return_inverse=True
    )
    row = np.full((len(answers), len(judges)), -1, dtype=np.intp)
    row[answer, judge] = model
    surprise = table.level - expected(table, of, components.location)
    dimension = np.zeros(len(table.cells), dtype=np.intp)
    dimension[table.cell] = table.dimension
    cell = answers % max(len(table.cells), 1)
    known = np.diag(components.psi)[dimension[cell]] + of.luck[cell] + components.style
    return _Panel(
        row,
        np.where(row >= 0, surprise[row], 0.0),
        of.loading[judges],
        of.noise[judges],
        of.doubt[judges],
        np.asarray(known),
    )


def _above(panel: _Panel, given: Flags, components: Components) -> Array:
    """Return (A, J) how far each judge is above what the others lead to expect; -inf if unknown."""
    others = given[:, None, :] & ~np.eye(given.shape[1], dtype=np.bool_)[None]
    moderation = components.moderation or UNFITTED
    ambiguity = moderation.ambiguity(*_scatter(panel, others))
    error = panel.noise * ambiguity[:, :, None] + panel.doubt
    weight = others * panel.loading / error
    shared = components.shared * ambiguity**moderation.exponent
    precision = 1 / (panel.known[:, None] + shared) + weight @ panel.loading
    centre = np.einsum("ajo,ao->aj", weight, panel.surprise) / precision
    own = panel.noise * ambiguity + panel.doubt
    sd = np.sqrt(panel.loading**2 / precision + own)
    z = (panel.surprise - panel.loading * centre) / sd
    return np.where(others.sum(axis=2) >= FEWEST, z, -np.inf)


def _scatter(panel: _Panel, others: Flags) -> tuple[Array, Array]:
    """Return (A, J) the scatter of each judge's fellows round their mean, and its freedom."""
    weight = others * panel.loading**2 / panel.noise
    total = np.maximum(weight.sum(axis=2), 1e-12)
    loading = np.where(panel.loading == 0, np.inf, panel.loading)
    seen = panel.surprise / loading
    mean = np.einsum("ajo,ao->aj", weight, seen) / total
    squares = np.sum(weight * (seen[:, None, :] - mean[:, :, None]) ** 2, axis=2)
    freedom = np.maximum((weight > 0).sum(axis=2) - 1.0, 0.0)
    return squares / np.maximum(freedom, 1.0), freedom


def _kept(ratings: Ratings, keep: Flags) -> Ratings:
    if not isinstance(ratings, RatingTable):
        return [rating for rating, stays in zip(ratings, keep.tolist(), strict=True) if stays]
    columns = ("candidate", "dimension", "task", "round", "rater", "level")
    return replace(ratings, **{name: getattr(ratings, name)[keep] for name in columns})


def _told(of: RatingTable, place: int, z: float) -> Outlier:
    return Outlier(
        of.candidates[of.candidate[place]],
        of.tasks[of.task[place]],
        of.dimensions[of.dimension[place]],
        of.raters[of.rater[place]][1],
        float(of.level[place]),
        z,
    )

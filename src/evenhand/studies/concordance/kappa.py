"""Two raters' yes or no: the 2 x 2, Cohen's kappa, and how sure one can be of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from evenhand.studies.concordance.values import (
    NO_SPREAD,
    Array,
    Figure,
    Flags,
    Index,
    by_cluster,
    student,
    untold,
)

_ADDED: Final = 0.5
"""Added to each cell for the interval, so that full agreement in few cases is no certainty."""


@dataclass(frozen=True)
class Table:
    """Counts of decisions: the panel's side of the bar by what people would have done."""

    both_yes: float
    panel_only: float
    people_only: float
    both_no: float

    @property
    def n(self) -> float:
        """How many decisions."""
        return self.both_yes + self.panel_only + self.people_only + self.both_no

    @property
    def agreement(self) -> float:
        """The share of decisions on the same side."""
        return (self.both_yes + self.both_no) / self.n if self.n else math.nan

    @property
    def pabak(self) -> float:
        """2 x agreement - 1: kappa as it were at equal shares (Byrt, Bishop and Carlin 1993)."""
        return 2 * self.agreement - 1

    @property
    def kappa(self) -> float:
        """Cohen's kappa (1960): (agreement - chance) / (1 - chance); NaN without spread.

        >>> round(Table(31, 12, 4, 58).kappa, 4)
        0.6757
        """
        n = self.n
        if not n:
            return math.nan
        a, b = (self.both_yes + self.panel_only) / n, (self.both_yes + self.people_only) / n
        chance = a * b + (1 - a) * (1 - b)
        return (self.agreement - chance) / (1 - chance) if chance < 1 else math.nan

    def variance_of_one(self) -> float:
        """Return n x the squared standard error of kappa (Fleiss, Cohen and Everitt 1969).

        >>> table = Table(31, 12, 4, 58)
        >>> round(math.sqrt(table.variance_of_one() / table.n), 6)
        0.073448
        """
        cells = np.array(
            [[self.both_yes, self.panel_only], [self.people_only, self.both_no]]
        ) / self.n  # fmt: skip
        rows, columns = cells.sum(axis=1), cells.sum(axis=0)
        chance, kappa = float(rows @ columns), self.kappa
        same = cells.diagonal() @ (1 - (rows + columns) * (1 - kappa)) ** 2
        other = (1 - kappa) ** 2 * (
            cells[0, 1] * (columns[0] + rows[1]) ** 2 + cells[1, 0] * (columns[1] + rows[0]) ** 2
        )
        spread = same + other - (kappa - chance * (1 - kappa)) ** 2
        return max(float(spread), 0.0) / (1 - chance) ** 2

    def plus(self, added: float) -> Table:
        """Return the table with so much added to each cell."""
        return Table(
            self.both_yes + added,
            self.panel_only + added,
            self.people_only + added,
            self.both_no + added,
        )


def table_of(panel: Array, people: Array) -> Table:
    """Count two raters' sides; a side of 0.3 is a chance of 0.3 of being on the yes side."""
    return Table(
        float(panel @ people),
        float(panel @ (1 - people)),
        float((1 - panel) @ people),
        float((1 - panel) @ (1 - people)),
    )


def kappa_with_interval(panel: Flags, people: Flags, of: Index, confidence: float) -> Figure:
    """Return Cohen's kappa with its interval.

    The interval stands on the table with half a case added to each cell (as Agresti and Coull 1998
    do for a share): kappa's asymptotic error there (Fleiss, Cohen and Everitt 1969), on Fisher's z
    scale, times Student's t (`student`). Where candidates have several decisions, the variance
    grows by the ratio of the variance between candidates to that of as many single decisions; few
    candidates may show that ratio too small, so it is taken as no less than halfway to the most
    that it can be.

    Args:
        panel: (n,) sides of one rater.
        people: (n,) sides of the other.
        of: (n,) which candidate.
        confidence: of the interval.
    """
    table = table_of(panel.astype(float), people.astype(float))
    kappa = table.kappa
    if math.isnan(kappa):
        return untold(NO_SPREAD)
    wider = table.plus(_ADDED)
    centre = wider.kappa
    halfway = (1 + len(of) / (int(of.max()) + 1)) / 2
    effect = max(design_effect(panel, people, of), halfway)
    variance = wider.variance_of_one() / wider.n * effect
    times = student(confidence, people, of)
    reach = times * math.sqrt(variance) / (1 - centre * centre)
    low, high = (math.tanh(math.atanh(centre) + side * reach) for side in (-1, 1))
    return Figure(kappa, min(low, kappa), max(high, kappa))


def influence(panel: Flags, people: Flags) -> Array:
    """Return how far each row moves kappa: its first-order contribution, with mean 0."""
    x, y = panel.astype(float), people.astype(float)
    a, b = x.mean(), y.mean()
    chance = a * b + (1 - a) * (1 - b)
    same = (x == y).astype(float)
    agreement = same.mean()
    by_chance = x * b + (1 - x) * (1 - b) + y * a + (1 - y) * (1 - a) - 2 * chance
    moved: Array = (
        (same - agreement) * (1 - chance) - (1 - agreement) * by_chance
    ) / (1 - chance) ** 2  # fmt: skip
    return moved


def design_effect(panel: Flags, people: Flags, of: Index) -> float:
    """Return how many times larger kappa's variance is for rows that share candidates; at least 1.

    Where the rows agree so far that this cannot be seen, as many times as there are rows for a
    candidate: the most that it can be.
    """
    clusters = int(of.max()) + 1
    if clusters == len(of):
        return 1.0
    moved = influence(panel, people)
    apart = float(moved @ moved)
    if apart <= 1e-12:
        return len(of) / clusters
    together = by_cluster(moved, of)
    return max(float(together @ together) / apart, 1.0)

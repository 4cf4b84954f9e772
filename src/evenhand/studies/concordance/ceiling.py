"""How far people agree with one another, where two or more judged the same candidate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from evenhand.studies.concordance.auc import auc_with_interval
from evenhand.studies.concordance.kappa import Table, kappa_with_interval
from evenhand.studies.concordance.values import (
    FEWEST,
    FEWEST_EACH,
    FEWEST_GAP,
    NO_SPREAD,
    TOO_FEW,
    Array,
    Figure,
    Flags,
    Index,
    Sample,
    by_cluster,
    student,
    untold,
)

MOST_JUDGES: Final = 20


@dataclass(frozen=True)
class Ceiling:
    """People against people, and the panel against the same people on the same candidates.

    Attributes:
        candidates: those whom two or more judged.
        pairs: pairs of people of one candidate.
        kappa: between people, each pair in both orders.
        auc: P(one person's sureness puts a candidate whom the other would advance above one whom
            the other would not).
        panel: kappa of the panel with single people, on these candidates.
        gap: `panel` minus `kappa`: 0 and above, the panel agrees with people as people do.
    """

    candidates: int
    pairs: int
    kappa: Figure
    auc: Figure
    panel: Figure
    gap: Figure

    @property
    def share(self) -> float | None:
        """Kappa of the panel as a share of people's own; None where that is 0 or less."""
        panel, people = self.panel.value, self.kappa.value
        return None if panel is None or people is None or people <= 0 else panel / people


def ceiling(sample: Sample, cut: float, confidence: float) -> Ceiling | None:
    """Return the ceiling; None where nobody was judged by two.

    Of a candidate with more than twenty judges, the first twenty by name are taken: they make 190
    pairs, and further ones would tell little more.

    The gap's interval is by the jackknife over candidates (Tukey 1958), since the two kappas share
    their people, with Student's t (`student`).
    """
    twice = sample.rows((np.bincount(sample.of)[sample.of] > 1) & _first_judges(sample.of))
    if not len(twice.of):
        return None
    first, second = _pairs(twice.of)
    of = twice.of[first]
    pairs, candidates = len(first) // 2, len(twice.candidates)
    a, b = twice.advance[first], twice.advance[second]
    if candidates < FEWEST or twice.rarer < FEWEST_EACH:
        none = untold(TOO_FEW)
        return Ceiling(candidates, pairs, none, none, none, none)
    side = twice.p >= cut
    people = kappa_with_interval(a, b, of, confidence)
    panel = kappa_with_interval(side, twice.advance, twice.of, confidence)
    return Ceiling(
        candidates,
        pairs,
        people,
        auc_with_interval(_leaning(twice)[first], b, of, confidence),
        panel,
        _gap(people, panel, (a, b, of), (side, twice.advance, twice.of), confidence),
    )


def _pairs(of: Index) -> tuple[Index, Index]:
    """Return the rows of every two decisions on one candidate, in both orders."""
    order = np.argsort(of, kind="stable")
    sizes = np.bincount(of)
    begins = np.cumsum(sizes) - sizes
    found = []
    for size in np.unique(sizes):
        within = np.array(list(permutations(range(size), 2)), dtype=np.intp).reshape(-1, 2)
        found.append((begins[sizes == size][:, None, None] + within).reshape(-1, 2))
    both = order[np.concatenate(found)]
    return both[:, 0], both[:, 1]


def _first_judges(of: Index) -> Flags:
    """Return which rows are among the first judges of their candidate, by name."""
    order = np.argsort(of, kind="stable")
    sizes = np.bincount(of)
    place = np.empty(len(of), dtype=np.intp)
    place[order] = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first: Flags = place < MOST_JUDGES
    return first


def _leaning(sample: Sample) -> Array:
    """Return how far each decision leans to advancing, -1 to 1; 1 where sureness is not said."""
    sure = np.where(np.isnan(sample.sure), 1.0, sample.sure)
    return np.where(sample.advance, sure, -sure)


def _gap(
    people: Figure,
    panel: Figure,
    people_rows: tuple[Flags, Flags, Index],
    panel_rows: tuple[Flags, Flags, Index],
    confidence: float,
) -> Figure:
    if people.value is None or panel.value is None:
        return untold(NO_SPREAD)
    if int(panel_rows[2].max()) + 1 < FEWEST_GAP:
        return untold(TOO_FEW)
    tables = [_by_candidate(*rows) for rows in (panel_rows, people_rows)]
    without = [_kappas(table.sum(axis=0) - table) for table in tables]
    off = without[0] - without[1]
    off = off[np.isfinite(off)]
    off -= off.mean()
    times = student(confidence, panel_rows[1], panel_rows[2])
    reach = times * math.sqrt(float(off @ off) * (len(off) - 1) / len(off))
    gap = panel.value - people.value
    return Figure(gap, gap - reach, gap + reach)


def _by_candidate(one: Flags, other: Flags, of: Index) -> Array:
    """Return each candidate's share of the 2 x 2, (c, 4) in the order of `Table`."""
    cells = (one & other, one & ~other, ~one & other, ~one & ~other)
    return np.stack([by_cluster(cell.astype(float), of) for cell in cells], axis=1)


def _kappas(tables: Array) -> Array:
    """Return the kappa of each table, (c,); NaN without spread."""
    return np.array([Table(*cells).kappa for cells in tables.tolist()])

"""Fit the judges to some authors, and find out by cross-fitting how far each can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import coverage, relevance, whole
from evenhand.judges.layout import Axes, Known, Sheet

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

JUDGES = ("coverage", *whole.RECIPES)
FOLDS = 6
LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True, eq=False)
class Judges:
    """The judges fitted to one set of authors.

    Attributes:
        strong, flag: Soft marks of strong indicators and of red flags.
        line: (4,) from mark summaries to the coverage judge's level.
        cuts: (2, 2) cuts between marks 0, 1 and 2, for strong indicators and for red flags.
        readers: The judges that read the whole, by name.
        relevance: What an answer to another question keeps.
    """

    strong: coverage.MarkModel
    flag: coverage.MarkModel
    line: Array
    cuts: Array
    readers: dict[str, whole.WholeModel]
    relevance: relevance.Relevance

    def soft(self, axes: Axes, rows: coverage.Rows) -> Array:
        """Return soft marks, (rows,)."""
        flag = axes.flags[rows.which]
        return np.where(flag, self.flag.marks(rows), self.strong.marks(rows))

    def levels(self, axes: Axes, sheet: Sheet, learnt: whole.Inputs) -> Array:
        """Return levels within 1 to 5: (answers, judges)."""
        return join(self.parts(axes, sheet, learnt), self.line)

    def parts(self, axes: Axes, sheet: Sheet, learnt: whole.Inputs) -> "Parts":
        """Return what the levels are made from."""
        soft = self.soft(axes, sheet.rows)
        flag = axes.flags[sheet.rows.which]
        return Parts(
            soft,
            coverage.summarise(soft, flag, sheet.rows.case, len(sheet.about)),
            np.stack([self.readers[n].levels(sheet.inputs, learnt) for n in whole.RECIPES], axis=1),
            self.relevance.gate(sheet.about),
        )


@dataclass(frozen=True, eq=False)
class Parts:
    """Levels before they are put together.

    Attributes:
        soft: (R,) soft marks.
        summaries: (N, 4) of them.
        readers: (N, judges - 1) levels of the judges that read the whole, before clipping.
        gate: (N,) share that relevance lets an answer keep.
    """

    soft: Array
    summaries: Array
    readers: Array
    gate: Array


def join(parts: Parts, line: Array) -> Array:
    """Return levels within 1 to 5, (N, judges): the line, the readers, the gate."""
    raw = np.concatenate([(parts.summaries @ line)[:, None], parts.readers], axis=1)
    level: Array = LOWEST + parts.gate[:, None] * (np.clip(raw, LOWEST, HIGHEST) - LOWEST)
    return level


def fit_judges(axes: Axes, sheet: Sheet, known: Known, keep: Mask) -> tuple[Judges, Array]:
    """Fit the judges to some cases.

    The line, the cuts and the returned levels rest on marks and levels predicted for authors who
    were left out of the fold, since those predicted for authors fitted on look better than they
    are.

    Returns:
        The judges, and (N, judges) cross-fitted levels of the golden cases among `keep`; NaN else.
    """
    golden = keep & known.golden
    size = len(keep)
    soft, gate = np.full(len(known.mark), np.nan), np.full(size, np.nan)
    summaries, readers = np.full((size, 4), np.nan), np.full((size, len(JUDGES) - 1), np.nan)
    for fold in author_folds(known, keep):
        held = keep & fold
        parts = _fit(axes, sheet, known, keep & ~fold).parts(axes, sheet.take(held), sheet.inputs)
        soft[held[sheet.rows.case]] = parts.soft
        summaries[held], readers[held], gate[held] = parts.summaries, parts.readers, parts.gate
    line = coverage.fit_line(summaries[keep], known.level[keep], known.noise[keep])
    final = _fit(axes, sheet, known, keep)
    rated, flag = golden[sheet.rows.case], axes.flags[sheet.rows.which]
    cuts = [coverage.fit_cuts(soft[rated & k], known.mark[rated & k]) for k in (~flag, flag)]
    judges = Judges(final.strong, final.flag, line, np.array(cuts), final.readers, final.relevance)
    levels = np.full((size, len(JUDGES)), np.nan)
    parts = Parts(soft, summaries, readers, gate)
    levels[golden] = join(parts, line)[golden]
    return judges, levels


def author_folds(known: Known, keep: Mask) -> list[Mask]:
    """Split by author, all answers of one together; foils that are nobody's go round in turn."""
    authors = sorted(set(known.author[keep].tolist()) - {""})
    number = {author: index % FOLDS for index, author in enumerate(authors)}
    turn = np.cumsum(known.author == "") % FOLDS
    of = np.array([number.get(a, int(t)) for a, t in zip(known.author.tolist(), turn, strict=True)])
    return [of == fold for fold in range(FOLDS)]


def _fit(axes: Axes, sheet: Sheet, known: Known, keep: Mask) -> Judges:
    rows = keep[sheet.rows.case]
    flag = axes.flags[sheet.rows.which]
    noise = known.noise[sheet.rows.case]
    marks = [
        coverage.fit_marks(
            sheet.rows.take(kind),
            known.mark[kind],
            noise[kind],
            len(axes.flags),
            len(axes.dimensions),
        )
        for kind in (rows & ~flag, rows & flag)
    ]
    covariance = whole.pair_covariance(axes.pairs)
    readers = {
        name: whole.fit_whole(recipe, sheet.inputs, keep, known.level, known.noise, covariance)
        for name, recipe in whole.RECIPES.items()
    }
    authors = set(known.author[keep & known.golden].tolist())
    elsewhere = np.array([author in authors for author in known.misplaced.tolist()], dtype=bool)
    gate = relevance.fit_relevance(sheet.about[keep & known.golden], known.about[elsewhere])
    return Judges(marks[0], marks[1], np.zeros(4), np.zeros((2, 2)), readers, gate)

"""Fit the judges to some authors, and find out by cross-fitting how far each can be trusted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import coverage, marking, relevance, whole
from evenhand.judges.layout import Axes, Known, Sheet
from evenhand.judges.marking import Learnt
from evenhand.measure import Components

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ANYWHERE = ("coverage", *whole.RECIPES)
"""The judges that any pack with golden answers can have."""
ATTENTION = "attention"
"""One more, after those, where it knows what is asked (`attention`)."""
JUDGES = (*ANYWHERE, ATTENTION)
KINDS = dict.fromkeys(ANYWHERE, "words") | {"features": "features", ATTENTION: ATTENTION}
"""Judges of one kind see much the same, and err alike: most go by the same embeddings or words."""
FOLDS = 6
LOWEST, HIGHEST = 1.0, 5.0


def embedded_in(components: Components) -> tuple[str, ...]:
    """Return which embedded judges components are of, in the order of their levels."""
    return tuple(name for name in JUDGES if name in components.judges)


@dataclass(frozen=True, eq=False)
class Judges:
    """The judges fitted to one set of authors.

    Attributes:
        scale: What likeness to the answers learnt from is measured in.
        marks: Soft marks of the indicators.
        line: (4,) from mark summaries to the coverage judge's level.
        cuts: (2, 2) cuts between marks 0, 1 and 2, for strong indicators and for red flags.
        readers: Of each judge that reads the whole, (N,) weights of the answers learnt from; 0
            for one that was left out.
        relevance: What an answer to another question keeps.
        attended: (2,) from the attention judge's levels to the raters': per level, and at level 0;
            None where it is none of the judges.
    """

    scale: whole.Scale
    marks: marking.MarkModel
    line: Array
    cuts: Array
    readers: dict[str, Array]
    relevance: relevance.Relevance
    attended: Array | None

    def read(self, axes: Axes, sheet: Sheet, learnt: Learnt) -> tuple[Array, Array]:
        """Return levels within 1 to 5, (answers, judges), and soft marks, (rows,)."""
        alike = whole.likeness(sheet.inputs, learnt.inputs, self.scale)
        soft = self.marks.marks(sheet.rows, alike, learnt, axes.flags)
        flag = axes.flags[sheet.rows.which]
        summaries = coverage.summarise(soft, flag, sheet.rows.case, len(sheet.about))
        readers = [
            whole.START + whole.kernel(recipe, alike) @ self.readers[name]
            for name, recipe in whole.RECIPES.items()
        ]
        if self.attended is not None:
            readers.append(_on_line(sheet.attended, self.attended))
        gate = self.relevance.gate(sheet.about) * sheet.earnable
        return join(summaries @ self.line, readers, gate), soft


def join(covered: Array, readers: list[Array], gate: Array) -> Array:
    """Return levels within 1 to 5, (N, judges): coverage and readers, behind the gate."""
    raw = np.stack([covered, *readers], axis=1)
    level: Array = LOWEST + gate[:, None] * (np.clip(raw, LOWEST, HIGHEST) - LOWEST)
    return level


def fit_judges(axes: Axes, sheet: Sheet, known: Known, keep: Mask) -> tuple[Judges, Array]:
    """Fit the judges to some cases.

    The line, the cuts and the returned levels rest on marks and levels predicted for authors who
    were left out, since those predicted for authors fitted on look better than they are.

    Returns:
        The judges, and (N, judges) cross-fitted levels of the golden cases among `keep`; NaN else.
    """
    golden, rows = keep & known.golden, sheet.rows
    learnt = Learnt(rows, sheet.inputs)
    scale = whole.scale_of(sheet.inputs.take(keep))
    marks, soft = marking.fit_marks(
        learnt,
        whole.likeness(sheet.inputs, sheet.inputs, scale),
        np.flatnonzero(keep[rows.case]),
        known.mark,
        known.noise[rows.case],
        known.group[rows.case],
        axes.flags,
    )
    readers, held = _fit_readers(sheet, known, keep, scale)
    flag, rated = axes.flags[rows.which], golden[rows.case]
    summaries = coverage.summarise(np.nan_to_num(soft), flag, rows.case, len(keep))
    line = coverage.fit_line(summaries[keep], known.level[keep], known.noise[keep])
    cuts = [coverage.fit_cuts(soft[rated & k], known.mark[rated & k]) for k in (~flag, flag)]
    gate = _fit_gate(sheet, known, keep)
    attended = None
    if axes.attention is not None:
        attended, left_out = _fit_attended(sheet, known, golden)
        held.append(left_out)
    judges = Judges(scale, marks, line, np.array(cuts), readers, gate, attended)
    levels = np.full((len(keep), 1 + len(held)), np.nan)
    found = join(summaries @ line, held, _left_out_gate(sheet, known, keep) * sheet.earnable)
    levels[golden] = found[golden]
    return judges, levels


def _fit_readers(
    sheet: Sheet, known: Known, keep: Mask, scale: whole.Scale
) -> tuple[dict[str, Array], list[Array]]:
    """Fit the judges that read the whole: their weights, and their levels with a group left out."""
    inputs, noise = sheet.inputs.take(keep), known.noise[keep]
    alike = whole.likeness(inputs, inputs, scale)
    weights, held = {}, []
    for name, recipe in whole.RECIPES.items():
        alpha, left_out = whole.solve(
            whole.kernel(recipe, alike),
            recipe.noise * noise,
            known.level[keep] - whole.START,
            known.group[keep],
        )
        weights[name] = np.zeros(len(keep))
        weights[name][keep] = alpha
        level = np.full(len(keep), np.nan)
        level[keep] = whole.START + left_out
        held.append(level)
    return weights, held


def _fit_attended(sheet: Sheet, known: Known, golden: Mask) -> tuple[Array, Array]:
    """Fit the line of the attention judge, and its levels, (N,), by lines without the author."""

    def line(keep: Mask) -> Array:
        found: Array = np.polyfit(sheet.attended[keep], known.level[keep], 1)
        return found

    left_out = np.full(len(golden), np.nan)
    for author in np.unique(known.author[golden]):
        own = known.author == author
        left_out[own & golden] = _on_line(sheet.attended[own & golden], line(golden & ~own))
    return line(golden), left_out


def _on_line(levels: Array, line: Array) -> Array:
    found: Array = line[0] * levels + line[1]
    return found


def _fit_gate(sheet: Sheet, known: Known, keep: Mask) -> relevance.Relevance:
    authors = {*known.author[keep & known.golden].tolist(), ""}
    elsewhere = np.array([author in authors for author in known.misplaced.tolist()], dtype=bool)
    return relevance.fit_relevance(sheet.about[keep & known.answers], known.about[elsewhere])


def _left_out_gate(sheet: Sheet, known: Known, keep: Mask) -> Array:
    """Return the share that relevance lets each kept case keep, by gates that had not seen it."""
    gate = np.full(len(keep), np.nan)
    for fold in group_folds(known, keep):
        fitted = _fit_gate(sheet, known, keep & ~fold)
        gate[keep & fold] = fitted.gate(sheet.about[keep & fold])
    return gate


def group_folds(known: Known, keep: Mask) -> list[Mask]:
    """Split by group, so that all answers of one author lie in one fold."""
    number = {name: index % FOLDS for index, name in enumerate(sorted(set(known.group[keep])))}
    of = np.array([number.get(name, -1) for name in known.group])
    return [of == fold for fold in range(FOLDS)]

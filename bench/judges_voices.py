"""How well the embedded panel reads the rated voices, in which form and matter are pulled apart.

    python bench/judges_voices.py [PACK]

Each voice of `rated.jsonl` and `traps.jsonl` is rated by judges fitted without it, six folds of
voices, and without the six golden authors that nothing is chosen on. The panel's settings were
chosen with these voices in view, which flatters the figures. The attention judge has learnt from
all of them and is left out. The answers are model-written and
model-rated; two raters each, who agree at r 0.97.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.calibration import Material, prepare
from evenhand.judges.combine import fit_components
from evenhand.judges.encoder import MiniLM
from evenhand.judges.judged import judged_part
from evenhand.judges.layout import Sheet
from evenhand.judges.learning import ANYWHERE, KINDS, fit_judges
from evenhand.judges.marking import Learnt
from evenhand.measure import answer_level
from evenhand.rubric import Pack, load_pack, shipped_pack
from judges_golden import CHOSEN_ON

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS, SEED = 6, 3
GROUPS = {
    "ordinary, first 50 voices": (*range(1, 31), *range(61, 81)),
    "ordinary, the next 56": range(81, 149),
    "fluent and empty": range(31, 41),
    "talk without sense, and what looks like it": range(51, 61),
    "confident and wrong": range(41, 51),
}
"""Numbers of the voices, `f` before them, by what they were written to be."""


def part(sheet: Sheet, keep: Mask) -> Sheet:
    """Return some of a sheet's answers."""
    place = np.cumsum(keep) - 1
    rows = sheet.rows.take(keep[sheet.rows.case])
    case = place[rows.case].astype(np.intp)
    return Sheet(
        replace(rows, case=case),
        sheet.inputs.take(keep),
        sheet.about[keep],
        sheet.attended[keep],
        sheet.earnable[keep],
    )


def rate(pack: Pack, material: Material, keep: Mask, test: Mask) -> Array:
    """Rate some answers by judges fitted to others: level, low and high of each, (n, 3)."""
    axes, sheet, known = material.axes, material.sheet, material.known
    judges, levels = fit_judges(axes, sheet, known, keep)
    golden = keep & known.golden
    names = [dimension.id for dimension in pack.dimensions]
    place = np.array([names.index(name) for name in axes.dimensions], dtype=np.intp)
    components = fit_components(
        ANYWHERE,
        names,
        levels[golden],
        known.level[golden],
        place[sheet.inputs.dimension[golden]],
        known.author[golden],
        "golden answers, cross-fitted by author",
        [KINDS[name] for name in ANYWHERE],
    )
    found, _ = judges.read(axes, part(sheet, test), Learnt(sheet.rows, sheet.inputs))
    asked = [axes.dimensions[n] for n in sheet.inputs.dimension[test].tolist()]
    joined = [
        answer_level(dict(zip(ANYWHERE, row, strict=True)), name, components, confidence=0.9)
        for row, name in zip(found.tolist(), asked, strict=True)
    ]
    return np.array([[one.level, one.low, one.high] for one in joined])


def main() -> int:
    """Print r, error, bias and coverage for each group of voices."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_pack()
    pack = judged_part(load_pack(root))
    material = prepare(pack, MiniLM(2))
    material = replace(material, axes=replace(material.axes, attention=None))
    known = material.known
    use = ~known.golden | np.isin(known.author, CHOSEN_ON)
    voices = np.unique([group for group in known.group.tolist() if group.startswith("voice f")])
    drawn = np.random.default_rng(SEED).permutation(voices)
    rated = np.full((len(known.level), 3), np.nan)
    for fold in range(FOLDS):
        test = np.isin(known.group, drawn[fold::FOLDS])
        rated[test] = rate(pack, material, use & ~test, test)
    print(f"{len(voices)} voices, {FOLDS} folds, seed {SEED}; model-written, model-rated")
    for name, numbers in GROUPS.items():
        mine = np.isin(known.group, [f"voice f{number:02d}" for number in numbers])
        truth, (level, low, high) = known.level[mine], rated[mine].T
        r, error = np.corrcoef(truth, level)[0, 1], level - truth
        inside = np.mean((truth >= low) & (truth <= high))
        print(
            f"  {name:44} {mine.sum():4} levels  r {r:.2f}  RMSE {np.sqrt((error**2).mean()):.2f}"
            f"  bias {error.mean():+.2f}  cover {inside:.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

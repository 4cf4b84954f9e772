"""How many of the rated samples are left to people for what they claim, by level and length.

    python bench/claims_left.py packs/production-ml-engineer [--seed 0]

Each sample is told by a process that was learnt without whoever wrote it (two halves of the voices;
`judges/claims.py`), with the means and bounds that are shipped. Many voices were asked to be
confident and wrong. It takes two minutes.
"""

import argparse
import os
from pathlib import Path

import numpy as np

from evenhand.judges.claims import SIZE, load_claims, measures, prepare_lesson
from evenhand.judges.encoder import MiniLM
from evenhand.judges.samples import RATED, load_rated
from evenhand.rubric import load_pack


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    pack = load_pack(chosen.pack)
    lesson = prepare_lesson(pack, MiniLM(os.cpu_count() or 1))
    rows = list(load_rated(pack, RATED))
    first = len(lesson.voice) - len(rows)
    # `held_out` tells the voices in two halves, of each in the order of the texts.
    people = sorted(set(lesson.voice[np.unique(lesson.text[lesson.answer])].tolist()))
    half = lesson.by(people[::2])
    told = [
        text
        for left_out in (lesson.answer & half, lesson.answer & ~half)
        for text in np.unique(lesson.text[left_out])
    ]
    shipped, scores = load_claims(), list(SIZE.held_out(lesson, chosen.seed))
    over = np.array([(measures(one, shipped.usual) > shipped.bounds).any() for one in scores])
    clauses = np.array([len(one) for one in scores])
    level = np.array([np.mean([r["level"] for r in rows[at - first]["ratings"]]) for at in told])
    print(f"{len(over)} samples, seed {chosen.seed}, {os.cpu_count()} cores; left to people:")
    for name, rows_of in (
        ("all", level > 0),
        ("rated under 2", level < 2),
        ("rated 3 and above", level >= 3),
        ("5 to 8 clauses", (clauses >= 5) & (clauses <= 8)),
        ("12 to 20 clauses", (clauses >= 12) & (clauses <= 20)),
        ("12 to 20 clauses, rated 3 and above", (clauses >= 12) & (clauses <= 20) & (level >= 3)),
        ("5 to 8 clauses, rated 3 and above", (clauses >= 5) & (clauses <= 8) & (level >= 3)),
    ):
        print(f"  {name:36} {over[rows_of].mean():6.3f} of {rows_of.sum():4d}")


if __name__ == "__main__":
    main()

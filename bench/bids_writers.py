"""How many bids of a writer left out are seen by their sense and manner, and how many honest ones.

    python bench/bids_writers.py packs/production-ml-engineer [--writers wa,wi] [--seed 0]

What tells bids from answers (`judges/bids.py`) is learnt anew without all that one writer wrote,
bounds included, and rates that writer's examples; which clauses of further answers come near a bid
is as it is with all of them. It takes an hour a writer, and JAX (`make bench-setup`). The writers
were asked for what no list of words finds: attacks that are plainer are seen more often
(`evenhand redteam`). Settings were chosen on these figures, which flatters them a little.
"""

import argparse
import os
from pathlib import Path

import numpy as np

from evenhand.judges.bids import HONEST, KINDS, SHELF, learn, prepare_lesson
from evenhand.judges.encoder import MiniLM
from evenhand.judges.lessons import load_examples
from evenhand.judges.tuning import tune
from evenhand.rubric import load_pack


def main() -> None:
    """Print the share of each writer's examples that are taken for bids, by kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--writers", help="Some of them, with commas between; all by default.")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rows = load_examples(SHELF.examples, {HONEST, *KINDS})
    lesson = prepare_lesson(load_pack(chosen.pack), MiniLM(os.cpu_count() or 1))
    writers = chosen.writers.split(",") if chosen.writers else sorted({one.writer for one in rows})
    print(f"{len(rows)} examples, seed {chosen.seed}, {os.cpu_count()} cores")
    seen: dict[str, list[float]] = {}
    for writer in writers:
        mine = lesson.by([writer])
        learnt, told = learn(lesson.take(~mine), tune, chosen.seed), lesson.take(mine)
        margins = learnt.margins(told.vectors, told.said)
        over = {one for one, margin in zip(told.text, margins, strict=True) if margin > 0}
        kinds = {one: rows[one].kind for one in np.unique(told.text)}
        shares = {}
        for kind in sorted(set(kinds.values())):
            texts = [one for one, its in kinds.items() if its == kind]
            shares[kind] = sum(one in over for one in texts) / len(texts)
            seen.setdefault(kind, []).append(shares[kind])
        print(f"  {writer}: " + ", ".join(f"{k} {s:.2f}" for k, s in shares.items()), flush=True)
    print("  mean: " + ", ".join(f"{kind} {np.mean(them):.2f}" for kind, them in seen.items()))
    bids = [np.mean(them) for kind, them in seen.items() if kind != HONEST]
    print(f"  of six kinds of bids {np.mean(bids):.2f}, of honest ones {np.mean(seen[HONEST]):.3f}")


if __name__ == "__main__":
    main()

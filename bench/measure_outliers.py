"""What the rule against a judge far above the others takes out, in simulated worlds.

One, two or all three judges give 5 to every written answer of the weaker half. Printed: how many of
their readings are left out, and how many answers lose a reading where everybody is honest; no limit
was set. Then what a hundred gold people say of the conformal factor, with its standard error.

    python bench/measure_outliers.py [--worlds S1 S2] [--seed 1]
"""

import argparse
from dataclasses import replace

import numpy as np

from evenhand.measure import Components, calibrate, fit, without_outliers
from saying import machine
from worlds import WORLDS, World, world


def main() -> None:
    """Print the figures of each world."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=["S1", "S2"])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"seed {asked.seed}; {machine()}")
    for name in asked.worlds:
        of = world(WORLDS[name], asked.seed)
        components = fit(of.ratings).components
        honest(name, of, components)
        for fooled in (1, 2, 3):
            attack(of, components, fooled)
        for factor in calibrate(of.ratings, components, of.golds).factors:
            if factor.measured is not None and factor.error is not None:
                print(
                    f"  factor, {factor.kind}: measured {factor.measured:.2f} with an error of "
                    f"{factor.error:.0%}, in use {factor.value:.2f}"
                )


def honest(name: str, of: World, components: Components) -> None:
    """Print how many answers lose a reading though every judge is honest."""
    rows = of.ratings
    model = np.array([kind == "model" for kind, _ in rows.raters])[rows.rater]
    answers = len(np.unique(rows.candidate[model] * len(rows.tasks) + rows.task[model]))
    found = without_outliers(rows, components)[1]
    print(f"world {name}: {len(found) / answers:.1%} of {answers} honest answers lose a reading")


def attack(of: World, components: Components, fooled: int) -> None:
    """Print how many readings of fooled judges are left out."""
    rows = of.ratings
    judges = [place for place, (kind, _) in enumerate(rows.raters) if kind == "model"][:fooled]
    weak = np.argsort(of.truth.mean(axis=1))[: len(of.truth) // 2]
    # Candidates are named c0, c1, ... in the order of the truth.
    person = np.array([int(candidate[1:]) for candidate in rows.candidates])[rows.candidate]
    hit = np.isin(person, weak) & np.isin(rows.rater, judges)
    forced = replace(rows, level=np.where(hit, 5.0, rows.level))
    names, people = {rows.raters[j][1] for j in judges}, {f"c{n}" for n in weak.tolist()}
    found = [
        one
        for one in without_outliers(forced, components)[1]
        if one.rater in names and one.candidate in people
    ]
    print(f"  {fooled} of 3 judges fooled: {len(found) / hit.sum():.0%} of their readings left out")


if __name__ == "__main__":
    main()

"""How often adverse-impact figures alarm without a reason, and find what is there.

Draws selections of two groups, the second four times as large, at rate .3: with no true difference,
and with a true ratio of .7. Prints, by the size of the first group, how often the four-fifths rule
alone, the exact test, and a chance below .8 of at least .9 say that something is wrong, and how
often the 90 % interval of the ratio holds the truth. Then, of seven groups of one size and rate,
how often the test alarms for any of them: adjusted for all pairs, as it is, and for the six tests
against the highest rate alone.

    python bench/impact_alarms.py [--draws 2000] [--seed 1]
"""

from __future__ import annotations

import argparse
import os

import numpy as np

from evenhand.studies.impact import (
    FOUR_FIFTHS,
    Group,
    holm,
    impact,
    mid_p,
    pair_tests,
    ratio_interval,
)

RATE = 0.3


def figures(size: int, ratio: float, draws: int, random: np.random.Generator) -> list[float]:
    """Return the shares of draws: rule, test, chance, both rule and test, coverage."""
    counts = np.zeros(5)
    for _ in range(draws):
        few = Group("few", int(random.binomial(size, RATE * ratio)), size)
        many = Group("many", int(random.binomial(4 * size, RATE)), 4 * size)
        low, high = ratio_interval(few, many, 0.9)
        lines = {one.name: one for one in impact([few, many])}
        mine = lines["few"]
        rule = mine.ratio is not None and mine.ratio < FOUR_FIFTHS
        test = mine.p is not None and mine.p < 0.05
        chance = mine.below is not None and mine.below >= 0.9
        counts += [rule, test, chance, rule and test, low <= ratio <= high]
    return list(counts / draws)


def many(size: int, draws: int, random: np.random.Generator) -> list[float]:
    """Return the shares of draws in which one of seven equal groups alarms: all pairs, six."""
    counts = np.zeros(2)
    for _ in range(draws):
        groups = [Group(str(n), int(random.binomial(size, RATE)), size) for n in range(7)]
        best = max(groups, key=lambda one: one.selected)
        six = holm([mid_p(one, best) for one in groups if one is not best])
        counts += [min(pair_tests(groups).values()) < 0.05, min(six) < 0.05]
    return list(counts / draws)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--draws", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    print(f"{chosen.draws} draws, seed {chosen.seed}, {os.cpu_count()} cores")
    print("true ratio  n    rule   test   P(<.8)>=.9  rule and test  coverage")
    for ratio in (1.0, 0.7):
        for size in (15, 30, 60, 120, 300):
            random = np.random.default_rng([chosen.seed, size])
            shown = figures(size, ratio, chosen.draws, random)
            print(f"{ratio:10.1f} {size:4d} " + "  ".join(f"{100 * one:6.1f}" for one in shown))
    print("seven groups, no difference: n of each, alarms by all pairs, by six tests")
    for size in (15, 40, 150):
        shown = many(size, chosen.draws, np.random.default_rng([chosen.seed, size, 7]))
        print(f"{size:4d} " + "  ".join(f"{100 * one:6.1f}" for one in shown))


if __name__ == "__main__":
    main()

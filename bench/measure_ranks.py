"""Ranks against simulation: P(top k), rank intervals and the simultaneous confidence set.

Shortlists of 200 people: ability N(3, .75), one score each with an error sd between .3 and .6 of
its own; posteriors are exact. Asked: P(top k) within .03 of Monte Carlo; 90 % rank intervals cover
88 to 92 %; and for the confidence set that it holds all 200 ranks at once in at least 90 %. Then
the intervals of everybody in a simulated world, from ratings through a fit.

    python bench/measure_ranks.py [--lists 200] [--seed 1]
"""

import argparse
import time

import numpy as np

from evenhand.measure import Estimator, fit, rank
from evenhand.measure.ranking import rank_intervals, rank_sets
from evenhand.measure.top import p_top
from saying import tell
from worlds import DIMENSIONS, WORLDS, world

PEOPLE, TOP = 200, 20
SD = 0.75


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--lists", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    print(f"{asked.lists} shortlists of {PEOPLE}, seed {asked.seed}")
    covered, width, joint, sets, said, happened = [], [], [], [], [], []
    worst = 0.0
    for number in range(asked.lists):
        ability = rng.normal(3, SD, PEOPLE)
        error = rng.uniform(0.3, 0.6, PEOPLE)
        score = ability + error * rng.standard_normal(PEOPLE)
        share = SD**2 / (SD**2 + error**2)
        mean, sd = 3 + share * (score - 3), np.sqrt(share) * error
        true_rank = (-ability).argsort().argsort() + 1
        _, low, high = rank_intervals(mean, sd, 0.9)
        covered.append(np.mean((low <= true_rank) & (true_rank <= high)))
        width.append(np.mean(high - low))
        first, last = rank_sets(score, error, 0.9)
        joint.append(bool(((first <= true_rank) & (true_rank <= last)).all()))
        sets.append(np.mean(last - first))
        said.append(p_top(mean, sd, TOP))
        happened.append(true_rank <= TOP)
        if number < 20:
            draws = mean + sd * rng.standard_normal((40_000, PEOPLE))
            order = (-draws).argsort(axis=1).argsort(axis=1)
            for top in (1, 5, 20, 100):
                off = np.abs(p_top(mean, sd, top) - (order < top).mean(axis=0)).max()
                worst = max(worst, float(off))
    tell("P(top k) against 40,000 draws, worst of k = 1, 5, 20, 100", f"{worst:.3f}", worst <= 0.03)
    cover = float(np.mean(covered))
    tell("90 % rank intervals cover", f"{cover:.1%}, width {np.mean(width):.0f}",
         0.88 <= cover <= 0.92)  # fmt: skip
    held = float(np.mean(joint))
    tell("confidence set holds all ranks", f"{held:.1%}, width {np.mean(sets):.0f}", held >= 0.9)
    chance, came = np.concatenate(said), np.concatenate(happened)
    for part in (np.floor(chance * 5).clip(0, 4) == fifth for fifth in range(5)):
        print(f"  P(top {TOP}) said {chance[part].mean():.2f}, happened {came[part].mean():.2f}")
    print(f"  Brier {np.mean((chance - came) ** 2):.3f}, base rate {TOP / PEOPLE * 0.9:.3f}")
    from_ratings(asked.seed)
    speed(rng)


def from_ratings(seed: int) -> None:
    """Print how often rank intervals hold in a world, all the way from ratings."""
    of = world(WORLDS["S1"], seed)
    components = fit(of.ratings).components
    rows = Estimator(components).columns(of.ratings).rows()
    for dimension in (*DIMENSIONS[:3], "overall"):
        mine = [row for row in rows if row.dimension == dimension]
        place = np.array([int(row.candidate[1:]) for row in mine])
        truth = of.truth.mean(axis=1) if dimension == "overall" else of.truth[:, int(dimension[1:])]
        true_rank = (-truth[place]).argsort().argsort() + 1
        found = rank(mine, top=TOP)
        cover = float(
            np.mean([one.low <= at <= one.high for one, at in zip(found, true_rank, strict=True)])
        )
        tell(f"world S1, {len(mine)} people, {dimension}: 90 % rank intervals cover",
             f"{cover:.1%}", 0.88 <= cover <= 0.92)  # fmt: skip


def speed(rng: np.random.Generator) -> None:
    """Print what ranking costs, as ratios to the smallest."""
    base = 0.0
    for people in (200, 2_000, 10_000, 100_000):
        mean, sd = rng.normal(3, SD, people), rng.uniform(0.3, 0.6, people)
        began = time.perf_counter()
        p_top(mean, sd, people // 10)
        rank_intervals(mean, sd, 0.9)
        took = time.perf_counter() - began
        base = base or took
        print(f"  {people:7} people: {took / base:7.1f} times the smallest")


if __name__ == "__main__":
    main()

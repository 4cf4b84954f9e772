"""Coverage, width and error of the estimates in simulated worlds, beside simpler methods.

The worlds are those of `worlds.py`. Methods: the model fitted to the ratings; the same held against
golds (100 people whom four fresh raters rated: level and conformal factor); the plain mean of all
ratings of a dimension with 1.645 standard errors; the reference formula as printed (our reading:
its judges are all ratings of the dimension, mapped to 0..1), with k of 10, of 15, and with the k
that holds 90 % of the truth, which nobody knows outside a simulation. Gold people are left out of
all figures. A dimension with one rating has no standard error: its interval counts as a miss.

    python bench/measure_worlds.py [--worlds S1 S2 S3 S4 S5 T1 B1] [--seeds 1 2 3 4 5]
"""

import argparse
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from evenhand.measure import Components, Estimator, calibrate, fit
from evenhand.measure.reference import of_levels
from saying import tell
from worlds import DIMENSIONS, WORLDS, Array, World, world

NORMAL_90 = 1.6448536269514722
MODEL, GOLD, MEAN = "model", "model + golds", "mean +- SE"
PRINTED = {"printed k=10": 10.0, "printed k=15": 15.0}
TUNED = "printed k tuned"
SMALL = 8
"""Seeds for a world of 200 people, whose figures jump more."""


@dataclass(frozen=True, eq=False)
class Result:
    """What one method says in one world: each (C, 7), and the truth."""

    truth: Array
    mean: Array
    low: Array
    high: Array

    @property
    def hit(self) -> Array:
        """Whether the interval holds the truth."""
        return np.asarray((self.low <= self.truth) & (self.truth <= self.high), dtype=np.float64)

    @property
    def figures(self) -> Array:
        """Coverage, mean width, RMSE, interval score at 90 %."""
        width = self.high - self.low
        below, above = np.maximum(self.low - self.truth, 0), np.maximum(self.truth - self.high, 0)
        score = width + 20 * (below + above)
        error = np.sqrt(np.nanmean((self.mean - self.truth) ** 2))
        return np.array([self.hit.mean(), np.nanmean(width), error, np.nanmean(score)])


def run(of: World) -> dict[str, Result]:
    """Return what every method says of the people who are not gold."""
    fitted = fit(of.ratings)
    held = calibrate(of.ratings, fitted.components, of.golds).components
    some = len({gold.candidate for gold in of.golds})
    found = {MODEL: by_model(of, fitted.components), GOLD: by_model(of, held)}
    grouped = levels(of)
    found[MEAN] = by_mean(of, grouped)
    found |= by_reference(of, grouped, some)
    return {
        name: Result(*(getattr(one, field)[some:] for field in ("truth", "mean", "low", "high")))
        for name, one in found.items()
    }


def by_model(of: World, components: Components) -> Result:
    """Return the estimates as (C, 7), people in the order of the truth."""
    rows = Estimator(components).columns(of.ratings)
    order = np.argsort([int(name[1:]) for name in rows.candidates])
    mean, low, high = (part[order, : len(DIMENSIONS)] for part in (rows.mean, rows.low, rows.high))
    return Result(of.truth, mean, low, high)


def levels(of: World) -> list[list[float]]:
    """Return the levels of each person and dimension, person by person."""
    size = len(DIMENSIONS)
    found: list[list[float]] = [[] for _ in range(len(of.truth) * size)]
    places = (of.ratings.candidate * size + of.ratings.dimension).tolist()
    for place, level in zip(places, of.ratings.level.tolist(), strict=True):
        found[place].append(level)
    return found


def by_mean(of: World, grouped: list[list[float]]) -> Result:
    """Return the plain mean of all ratings, and 1.645 standard errors round it."""
    mean = np.array([np.mean(found) if found else np.nan for found in grouped])
    error = [
        np.std(found, ddof=1) / np.sqrt(len(found)) if len(found) > 1 else np.nan
        for found in grouped
    ]
    half = NORMAL_90 * np.array(error)
    shape = of.truth.shape
    return Result(
        of.truth, mean.reshape(shape), (mean - half).reshape(shape), (mean + half).reshape(shape)
    )


def by_reference(of: World, grouped: list[list[float]], some: int) -> dict[str, Result]:
    """Return the printed formula's scores, mapped back to 1..5, with three widths."""
    triples = [of_levels(found) if found else None for found in grouped]
    shape = of.truth.shape
    mean = np.array([1 + one.score / 25 if one else np.nan for one in triples]).reshape(shape)
    unit = np.array([one.half_width(1.0) / 25 if one else np.nan for one in triples]).reshape(shape)
    off = (np.abs(mean - of.truth) / np.maximum(unit, 1e-9))[some:]
    tuned = float(np.nanquantile(off, 0.9))
    return {
        name: Result(of.truth, mean, mean - k * unit, mean + k * unit)
        for name, k in {**PRINTED, TUNED: tuned}.items()
    }


def report(name: str, results: list[dict[str, Result]]) -> dict[str, list[bool]]:
    """Print the table of one world; return what was asked and whether it was reached."""
    print(f"\n{name}: mean over {len(results)} seeds (standard deviation between seeds)")
    print(f"  {'':16} {'coverage':>15} {'width':>6} {'RMSE':>6} {'score':>6}")
    mean: dict[str, Array] = {}
    for method in results[0]:
        all_of = np.array([one[method].figures for one in results])
        mean[method] = all_of.mean(axis=0)
        cover, width, error, score = mean[method]
        spread = all_of[:, 0].std()
        print(f"  {method:16} {cover:8.1%} ({spread:4.1%}) {width:6.2f} {error:6.3f} {score:6.2f}")
    by = {m: np.mean([one[m].hit.mean(axis=0) for one in results], axis=0) for m in (MODEL, GOLD)}
    for method, found in by.items():
        print(f"  {method:16} by dimension {' '.join(f'{value:.1%}' for value in found)}")
    fifths = np.mean([by_fifth(one[GOLD]) for one in results], axis=0)
    print(f"  {GOLD:16} by fifth of truth {' '.join(f'{value:.1%}' for value in fifths)}")
    said, happened = np.mean([confidence(one[GOLD]) for one in results], axis=0)
    pairs = " ".join(f"{s:.2f}/{h:.2f}" for s, h in zip(said, happened, strict=True))
    print(f"  {GOLD:16} P(error <= .4) said/happened by quarter {pairs}")
    cover, width, error, _ = mean[GOLD]
    reference = mean[TUNED]
    asked = {
        "coverage 88.5 to 91.5 %": (0.885 <= cover <= 0.915, f"{cover:.1%}"),
        "every dimension within 3 points of 90": (
            bool(np.abs(by[GOLD] - 0.9).max() <= 0.03),
            f"worst {by[GOLD][np.abs(by[GOLD] - 0.9).argmax()]:.1%}",
        ),
        "RMSE 25 % below the printed formula": (
            bool(error <= 0.75 * reference[2]), f"{1 - error / reference[2]:.0%} below"
        ),
        "width 35 % below it at equal coverage": (
            bool(width <= 0.65 * reference[1]), f"{1 - width / reference[1]:.0%} below"
        ),
    }  # fmt: skip
    for what, (reached, got) in asked.items():
        tell(what, got, reached)
    return {what: [reached] for what, (reached, _) in asked.items()}


def by_fifth(of: Result) -> Array:
    """Return the coverage of each fifth of the true levels."""
    rank = of.truth.argsort(axis=0).argsort(axis=0) * 5 // len(of.truth)
    return np.array([of.hit[rank == fifth].mean() for fifth in range(5)])


def confidence(of: Result) -> Array:
    """Return, by quarter of it, the probability given to an error within .4, and how many were."""
    sd = (of.high - of.low) / 2 / NORMAL_90
    said = 2 * ndtr(0.4 / sd) - 1
    near = np.abs(of.mean - of.truth) <= 0.4
    quarter = said.ravel().argsort().argsort() * 4 // said.size
    pick = [quarter == number for number in range(4)]
    return np.array(
        [[said.ravel()[p].mean() for p in pick], [near.ravel()[p].mean() for p in pick]]
    )


def main() -> None:
    """Print one table for each world."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    asked = parser.parse_args()
    missed = 0
    for name in asked.worlds:
        plan = WORLDS[name]
        seeds = asked.seeds
        if plan.people < 1000:
            seeds = [*seeds, *range(max(seeds) + 1, max(seeds) + 1 + SMALL - len(seeds))]
        print(f"\nworld {name}, {plan.people} people, seeds {seeds}, nominal 90 %", end="")
        missed += sum(
            not all(found) for found in report(name, [run(world(plan, s)) for s in seeds]).values()
        )
    print(f"\n{missed} of {4 * len(asked.worlds)} asked for were missed")


if __name__ == "__main__":
    main()

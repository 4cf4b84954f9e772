"""How often the intervals of a concordance study hold the truth, in invented worlds.

Run as `python bench/concordance_coverage.py [--samples 1000] [--seed 20261]`. A world is a
population of candidates with P(at or above the bar) and people who decide; its true kappa, AUC,
tau-b, Brier score and skill, calibration line and net benefit at 0.5 are those of four hundred
thousand candidates.
Then samples are drawn, and the table says in how many the interval holds the truth, of those in
which the figure is told, and its mean half-width; nominal is 90 %. `told` is the share of samples
with figures at all.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from evenhand.studies.concordance.auc import auc_with_interval, tau_b_with_interval
from evenhand.studies.concordance.brier import brier
from evenhand.studies.concordance.calibration import line
from evenhand.studies.concordance.ceiling import ceiling
from evenhand.studies.concordance.curve import decision_curve
from evenhand.studies.concordance.kappa import kappa_with_interval
from evenhand.studies.concordance.study import CUT
from evenhand.studies.concordance.values import Figure, Sample

CONFIDENCE = 0.9
SIZES = (20, 40, 80, 200)
SHARES = (0.2, 0.5)
POPULATION = 400_000
FIGURES = (
    "kappa", "auc", "tau_b", "score", "skill", "intercept", "slope", "net", "ceiling", "gap",
)  # fmt: skip
MIDDLE = 0.5
"""The threshold at which the decision curve's net benefit is looked at."""


@dataclass(frozen=True)
class World:
    """One population.

    Candidates' P is logistic-normal; people advance by its logit times `slope`, all judges of a
    candidate with a leaning in common (`shared`, in logits).
    """

    name: str
    spread: float
    slope: float
    judges: int = 1
    shared: float = 0.0


WORLDS = (
    World("P right", 1.8, 1.0),
    World("P too sure of itself", 2.5, 0.5),
    World("almost always agreed", 4.0, 1.6),
    World("two judges each", 1.8, 1.0, judges=2, shared=1.5),
)


def drawn(world: World, level: float, n: int, rng: np.random.Generator) -> Sample:
    """Draw n candidates and their judges' decisions; a share near `level`'s advance."""
    eta = rng.normal(level, world.spread, n)
    lean = world.slope * eta + rng.normal(0, world.shared, n)
    of = np.repeat(np.arange(n), world.judges)
    return Sample(
        tuple(str(k) for k in range(n)),
        tuple("ab"[k % world.judges] for k in range(len(of))),
        of,
        expit(eta)[of],
        rng.random(len(of)) < expit(lean)[of],
        np.full(len(of), np.nan),
    )


def level_for(world: World, share: float) -> float:
    """Return the centre of candidates at which people advance this share."""
    eta = np.random.default_rng(0).normal(0, 1, (2, 100_000))

    def off(level: float) -> float:
        lean = world.slope * (level + world.spread * eta[0]) + world.shared * eta[1]
        return float(expit(lean).mean()) - share

    return float(brentq(off, -20, 20))


def figures(sample: Sample) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a sample, as the study makes it."""
    side, yes, of = sample.p >= CUT, sample.advance, sample.of
    area = auc_with_interval(sample.p, yes, of, CONFIDENCE)
    yield "kappa", kappa_with_interval(side, yes, of, CONFIDENCE)
    yield "auc", area
    yield "tau_b", tau_b_with_interval(sample.p, yes, of, area, CONFIDENCE)
    told = brier(sample.p, yes.astype(float), of, CONFIDENCE)
    yield "score", told.score
    yield "skill", told.skill
    fitted = line(sample.p, yes.astype(float), of, CONFIDENCE)
    yield "intercept", fitted.intercept
    yield "slope", fitted.slope
    curve = decision_curve(sample.p, yes.astype(float), of, CONFIDENCE)
    at = next(one for one in curve if abs(one.threshold - MIDDLE) < 1e-9)
    yield "net", Figure(at.net, at.low, at.high)
    people = ceiling(sample, CUT, CONFIDENCE)
    if people is not None:
        yield "ceiling", people.kappa
        yield "gap", people.gap


@dataclass
class Count:
    """How often a figure was told, and held the truth."""

    told: int = 0
    held: int = 0
    width: float = 0.0

    def take(self, figure: Figure, truth: float) -> None:
        """Count one figure."""
        if figure.low is None or figure.high is None:
            return
        self.told += 1
        self.held += figure.low <= truth <= figure.high
        self.width += min(figure.high - figure.low, 99.0)

    def says(self) -> str:
        """Return coverage and mean half-width."""
        if self.told < 50:
            return f"{'–':>14}"
        return f"{100 * self.held / self.told:7.1f} ±{self.width / self.told / 2:5.2f}"


def run(world: World, share: float, samples: int, seed: int) -> None:
    """Print the rows of one world and share."""
    level = level_for(world, share)
    population = drawn(world, level, POPULATION, np.random.default_rng(seed))
    truth = {name: one.value for name, one in figures(population)}
    for n in SIZES:
        rng = np.random.default_rng([seed, n])
        counts = {name: Count() for name in FIGURES}
        told = 0
        for _ in range(samples):
            sample = drawn(world, level, n, rng)
            if not sample.enough:
                continue
            told += 1
            for name, figure in figures(sample):
                counts[name].take(figure, truth[name] or math.nan)
        row = "  ".join(counts[name].says() for name in FIGURES)
        print(f"{world.name:<22}{share:>4.1f}{n:>5}{told / samples:>7.0%}  {row}", flush=True)
    told_truths = (f"{k} {v:.2f}" for k, v in truth.items() if v is not None)
    print(f"{'':22}  truth: {', '.join(told_truths)}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261)
    given = parser.parse_args()
    begun = time.monotonic()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"seed {given.seed}, {given.samples} samples a row, nominal {CONFIDENCE:.0%}")
    print(f"{'world':<22}{'adv.':>4}{'n':>5}{'told':>7}  " + "  ".join(f"{f:>14}" for f in FIGURES))
    for world in WORLDS:
        for share in SHARES:
            run(world, share, given.samples, given.seed)
    print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()

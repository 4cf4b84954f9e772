"""How often the intervals of a validity study hold the truth, and how often a claim is rejected.

Normal score and signal (correlated .3) with a linear outcome; people get an outcome when their
score is among the best `hired` share of all who applied. Asked: coverage near the nominal 90 %, and
that the claim of 80 % is rejected in at least 95 % of samples where the score's true correlation is
.42, with 200 outcomes of reliability .6, and in at most 10 % where it is sqrt(.8).

    python bench/validity_coverage.py [--samples 400] [--seed 20262]
"""

from __future__ import annotations

import argparse
import math
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evenhand.studies.concordance.values import Array, Figure
from evenhand.studies.validity import Predictor, Validity, validity

BETWEEN = 0.3
SIZES = (40, 80, 200)


@dataclass(frozen=True)
class World:
    """True correlations with the outcome's true part, its reliability, and who is hired."""

    score: float
    signal: float
    reliability: float = 1.0
    hired: float = 1.0
    binary: bool = False


WORLDS = (
    World(0.5, 0.2),
    World(0.5, 0.15),
    World(0.5, 0.4, binary=True),
    World(0.42, 0.2, reliability=0.6, hired=0.3),
)


def drawn(world: World, n: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Return score and signal of everyone, and the outcome, NaN of those without one."""
    everyone = round(n / world.hired)
    score = rng.normal(size=everyone)
    signal = BETWEEN * score + math.sqrt(1 - BETWEEN**2) * rng.normal(size=everyone)
    below = 1 - BETWEEN**2
    by_score = (world.score - world.signal * BETWEEN) / below
    by_signal = (world.signal - world.score * BETWEEN) / below
    line = by_score * score + by_signal * signal
    explained = by_score * world.score + by_signal * world.signal
    true = line + math.sqrt(max(1 - explained, 0)) * rng.normal(size=everyone)
    outcome = true + math.sqrt(1 / world.reliability - 1) * rng.normal(size=everyone)
    if world.binary:
        outcome = (outcome > 0.5).astype(float)
    if world.hired < 1:
        outcome[score < np.sort(score)[-n]] = np.nan
    return score, signal, outcome


def studied(world: World, n: int, rng: np.random.Generator) -> Validity:
    """Return the study of one sample."""
    score, signal, outcome = drawn(world, n, rng)
    names = [str(k) for k in range(len(score))]
    return validity(
        Predictor("score", "overall", dict(zip(names, score.tolist(), strict=True))),
        [Predictor("other", "signal", dict(zip(names, signal.tolist(), strict=True)))],
        {k: y for k, y in zip(names, outcome.tolist(), strict=True) if not math.isnan(y)},
        name="outcome",
        reliability=world.reliability,
    )


def truths(world: World) -> dict[str, float]:
    """Return the figures of a large sample; the corrected r is that of everyone's outcome."""
    rng = np.random.default_rng(1)
    score, signal, outcome = drawn(World(**{**vars(world), "hired": 1.0}), 2_000_000, rng)
    r_all = float(np.corrcoef(score, outcome)[0, 1])
    score, signal, outcome = drawn(world, 1_000_000, rng)
    kept = ~np.isnan(outcome)
    a, b, ab = (
        float(np.corrcoef(x[kept], y[kept])[0, 1])
        for x, y in ((score, outcome), (signal, outcome), (score, signal))
    )
    return {
        "r": a,
        "corrected": r_all,
        "score adds": (a - b * ab) ** 2 / (1 - ab**2),
        "signal adds": (b - a * ab) ** 2 / (1 - ab**2),
    }


def told(result: Validity) -> Iterator[tuple[str, Figure]]:
    """Yield the figures whose intervals are looked at."""
    yield "r", result.found[0].r
    yield "corrected", result.found[0].corrected
    yield "score adds", result.compared[0].score_adds
    yield "signal adds", result.compared[0].signal_adds


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20262)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"seed {given.seed}, {given.samples} samples a row, nominal 90 %: share that holds")
    print("the truth, and mean half-width")
    for world in WORLDS:
        truth = truths(world)
        print(f"\n{world}\ntruth: {', '.join(f'{k} {v:.3f}' for k, v in truth.items())}")
        for n in SIZES:
            rng = np.random.default_rng([given.seed, n])
            held: dict[str, list[tuple[bool, float]]] = {name: [] for name in truth}
            for _ in range(given.samples):
                for name, figure in told(studied(world, n, rng)):
                    if figure.low is not None and figure.high is not None:
                        inside = figure.low <= truth[name] <= figure.high
                        held[name].append((inside, (figure.high - figure.low) / 2))
            said = [
                f"{name} {np.mean(rows, axis=0)[0]:.1%} ±{np.mean(rows, axis=0)[1]:.3f}"
                if rows
                else f"{name} not told"
                for name, rows in held.items()
            ]
            print(f"  n {n:>4}: {'; '.join(said)}", flush=True)
    print("\nthe claim of 80 %, 200 outcomes of 670 applicants, reliability .6")
    for true in (0.42, math.sqrt(0.8)):
        rng = np.random.default_rng([given.seed, 7])
        world = World(true, 0.2, reliability=0.6, hired=0.3)
        rejected = np.mean([studied(world, 200, rng).claim == "rejected" for _ in range(200)])
        print(f"  true share {true**2:.0%}: rejected in {rejected:.1%} of 200 samples")


if __name__ == "__main__":
    main()

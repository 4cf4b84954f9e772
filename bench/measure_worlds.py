"""Coverage, width and error of the estimates in a simulated world.

World S1: people are rated on seven dimensions by three model judges in four written answers, then
by one of 60 hiring managers on six live questions and one of 120 peers on three. Human levels are
whole numbers, model levels are clipped to 1..5, some rows are missing, and 8 % of the written
answers are scored by a human as well. The truth is the person's level on questions of average
difficulty; nothing of it is shown to the fit. An error in the level of all people on a dimension,
from questions that happened to be hard, is part of the error counted here.

    python bench/measure_worlds.py --candidates 2000 --seeds 1 2 3
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.measure import Estimate, RaterKind, Rating, estimate, fit

Array = NDArray[np.float64]

SD = 0.75
LEVEL = 3.0
DIMENSIONS = tuple(f"d{number}" for number in range(7))
WRITTEN, MANAGER, PEER = (0, 1, 2, 3), (0, 1, 4, 5, 6, 4), (3, 5, 6)
LOADING = (1.0, 0.85, 0.9)
LENIENCY = (0.35, -0.10, 0.20)
MISSING, ABSTAINED, ANCHORED = 0.05, 0.04, 0.08
VARIANCES = {
    "style": 0.15, "answer": 0.35, "shared": 0.25, "judge": 0.20, "severity": 0.15, "halo": 0.20,
    "difficulty": 0.25, "residual": 0.30,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class World:
    """Ratings, and the (C, 7) true levels of candidates c0, c1, ..."""

    ratings: list[Rating]
    truth: Array


class Simulator:
    """Draws one world; every draw goes through one seeded generator."""

    def __init__(self, candidates: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        correlation = 0.5 + 0.5 * np.eye(len(DIMENSIONS))
        self.ability = self.rng.multivariate_normal(np.zeros(7), correlation, candidates)
        self.ratings: list[Rating] = []
        self.difficulty = {
            kind: self._draw("difficulty", len(plan))
            for kind, plan in (("async", WRITTEN), ("final", MANAGER), ("peer", PEER))
        }
        self.severity = {
            "final": self._draw("severity", 60),
            "peer": self._draw("severity", 120),
        }

    def run(self) -> World:
        """Draw all ratings."""
        for person in range(len(self.ability)):
            self._written(person)
            self._live(person, "final", MANAGER)
            self._live(person, "peer", PEER)
        return World(self.ratings, LEVEL + SD * self.ability)

    def _draw(self, name: str, size: int | None = None) -> Array:
        return np.asarray(self.rng.normal(0, np.sqrt(VARIANCES[name]), size))

    def _written(self, person: int) -> None:
        style = self._draw("style")
        for task, dimension in enumerate(WRITTEN):
            if self.rng.random() < MISSING:
                continue
            ambiguity = self.rng.lognormal(-0.5 * 0.6**2, 0.6)
            answer = self.ability[person, dimension] + self._draw("answer")
            answer -= self.difficulty["async"][task]
            shared = answer + style + self._draw("shared") * np.sqrt(ambiguity)
            for judge, (loading, leniency) in enumerate(zip(LOADING, LENIENCY, strict=True)):
                noise = self._draw("judge") * np.sqrt(ambiguity)
                if self.rng.random() >= ABSTAINED:
                    level = LEVEL + SD * (leniency + loading * shared + noise)
                    self._add(person, dimension, f"a{task}", "async", f"j{judge}", "model", level)
            if self.rng.random() < ANCHORED:
                rater = int(self.rng.integers(60))
                error = self.severity["final"][rater] + self._draw("halo") + self._draw("residual")
                level = np.round(LEVEL + SD * (answer + error))
                self._add(person, dimension, f"a{task}", "async", f"m{rater}", "human", level)

    def _live(self, person: int, kind: str, plan: tuple[int, ...]) -> None:
        rater = int(self.rng.integers(len(self.severity[kind])))
        common = self.severity[kind][rater] + self._draw("halo")
        for task, dimension in enumerate(plan):
            if self.rng.random() < MISSING:
                continue
            answer = self.ability[person, dimension] + self._draw("answer") + common
            answer += self._draw("residual") - self.difficulty[kind][task]
            level = np.round(LEVEL + SD * answer)
            self._add(person, dimension, f"{kind}{task}", kind, f"{kind[0]}{rater}", "human", level)

    def _add(
        self, person: int, dimension: int, task: str, met: str, rater: str, kind: RaterKind,
        level: float,
    ) -> None:  # fmt: skip
        clipped = float(np.clip(level, 1, 5))
        self.ratings.append(
            Rating(f"c{person}", DIMENSIONS[dimension], task, met, rater, kind, clipped)
        )


@dataclass(frozen=True)
class Score:
    """How a method did in one world: coverage, mean width and RMSE, in levels."""

    coverage: float
    width: float
    rmse: float


def score(truth: Array, mean: Array, low: Array, high: Array) -> Score:
    """Compare (C, 7) estimates with the truth; no interval counts as a miss."""
    covered = (low <= truth) & (truth <= high)
    error = np.sqrt(np.nanmean((mean - truth) ** 2))
    return Score(float(covered.mean()), float(np.nanmean(high - low)), float(error))


def by_model(world: World, estimates: list[Estimate]) -> tuple[Array, Array, Array]:
    """Return mean, low and high of the estimates as (C, 7) arrays."""
    found = np.full((3, *world.truth.shape), np.nan)
    for e in estimates:
        if e.dimension in DIMENSIONS:
            place = int(e.candidate[1:]), DIMENSIONS.index(e.dimension)
            found[(slice(None), *place)] = e.mean, e.low, e.high
    return found[0], found[1], found[2]


def by_mean(world: World) -> tuple[Array, Array, Array]:
    """Return the plain mean of all ratings, and 1.645 standard errors round it."""
    people, size = world.truth.shape
    place = [int(r.candidate[1:]) * size + DIMENSIONS.index(r.dimension) for r in world.ratings]
    level = np.array([r.level for r in world.ratings])
    count = np.bincount(place, minlength=people * size).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, level, people * size) / count
        squares = np.bincount(place, (level - mean[place]) ** 2, people * size)
        half = 1.645 * np.sqrt(squares / (count - 1) / count)
    shape = (people, size)
    return mean.reshape(shape), (mean - half).reshape(shape), (mean + half).reshape(shape)


def main() -> None:
    """Print one line for each seed and method, then the means over seeds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=2000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    asked = parser.parse_args()
    print(f"world S1, {asked.candidates} candidates, seeds {asked.seeds}, nominal coverage 90 %")
    print(f"{'seed':>5} {'method':<12} {'coverage':>8} {'width':>6} {'RMSE':>6}  fit, estimate")
    found: dict[str, list[Score]] = {"model": [], "mean +- SE": []}
    for seed in asked.seeds:
        world = Simulator(asked.candidates, seed).run()
        began = time.perf_counter()
        fitted = fit(world.ratings)
        middle = time.perf_counter()
        estimates = estimate(world.ratings, fitted.components)
        ended = time.perf_counter()
        found["model"].append(score(world.truth, *by_model(world, estimates)))
        found["mean +- SE"].append(score(world.truth, *by_mean(world)))
        state = "converged" if fitted.converged else "stopped"
        cost = f"{middle - began:.1f} s ({fitted.steps} steps, {state}), {ended - middle:.2f} s"
        for method, scores in found.items():
            tell(str(seed), method, scores[-1], cost if method == "model" else "")
    for method, scores in found.items():
        middle_of = [float(np.mean([getattr(s, f) for s in scores])) for f in vars(scores[0])]
        tell("mean", method, Score(*middle_of), "")


def tell(seed: str, method: str, s: Score, cost: str) -> None:
    """Print one line."""
    print(
        f"{seed:>5} {method:<12} {s.coverage:8.1%} {s.width:6.2f} {s.rmse:6.3f}  {cost}", flush=True
    )


if __name__ == "__main__":
    main()

"""What measurement costs: fit, frozen scoring, memory and one new rating, by number of people.

Worlds S1 of `worlds.py`, about 21 ratings a person, each size in a process of its own so that the
peak of its memory is its own; that peak covers drawing the world, the fit and the scoring.

Seconds are by the clock and of all threads' CPU. On a machine of one's own the clock shows the CPU
seconds or less, since threads overlap; on one shared with others it shows how busy they are. So
limits are held against CPU seconds, and the clock stands beside them. Growth is CPU seconds a
person as a ratio to the size before: 1 is linear.

One new rating: somebody's ratings but one are known, the last arrives, `Estimator.columns` is asked
again with all of them; once for each of 1,000 people.

    python bench/measure_scale.py [--people 1000 10000 100000] [--seed 1]
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from evenhand.measure import Estimator, Rating, RatingTable, fit
from saying import machine, tell
from worlds import WORLDS, world

T = TypeVar("T")
UPDATES = 1000
LARGEST = 100_000
"""The size that the limits below are for."""
SCORING, FITTING, MEMORY, UPDATE = 10.0, 120.0, 4.0, 2.0
"""At most: seconds to score, seconds to fit, GB, milliseconds for a new rating at the 99th
percentile."""
LINEAR = 1.25
"""Cost a person may grow by so much from one size to the next, ten times larger, and be linear."""


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    """Return what some work returns, and its seconds by the clock and of CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, {"clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}


def measure(people: int, seed: int) -> dict[str, Any]:
    """Return the costs at one size; to be run in a fresh process."""
    of = world(WORLDS["S1"], seed, people=people)
    fitted, fitting = timed(lambda: fit(of.ratings))
    estimator = Estimator(fitted.components)
    _, scoring = timed(lambda: estimator.columns(of.ratings))
    return {
        "people": people,
        "ratings": len(of.ratings),
        "fitting": fitting,
        "steps": fitted.steps,
        "converged": fitted.converged,
        "scoring": scoring,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
        "updates": updates(estimator, of.ratings),
    }


def updates(estimator: Estimator, ratings: RatingTable) -> dict[str, float]:
    """Return milliseconds that one new rating costs: quantiles by the clock and of CPU."""
    clock, cpu = [], []
    for person in range(min(UPDATES, len(ratings.candidates))):
        *known, new = one_by_one(ratings, person)
        began, worked = time.perf_counter(), time.thread_time()
        estimator.columns([*known, new])
        clock.append(1e3 * (time.perf_counter() - began))
        cpu.append(1e3 * (time.thread_time() - worked))
    return {
        f"{name} {quantile}": float(np.percentile(found, quantile))
        for name, found in (("clock", clock), ("cpu", cpu))
        for quantile in (50, 99)
    }


def one_by_one(ratings: RatingTable, person: int) -> list[Rating]:
    """Return the ratings of one person as the product keeps them."""
    rows = np.flatnonzero(ratings.candidate == person).tolist()
    raters = [ratings.raters[ratings.rater[row]] for row in rows]
    return [
        Rating(
            ratings.candidates[person], ratings.dimensions[ratings.dimension[row]],
            ratings.tasks[ratings.task[row]], ratings.rounds[ratings.round[row]], name, kind,
            float(ratings.level[row]),
        )
        for row, (kind, name) in zip(rows, raters, strict=True)
    ]  # fmt: skip


def report(found: list[dict[str, Any]]) -> int:
    """Print the table and what was asked; return how many were missed."""
    print(f"  {'people':>8} {'ratings':>9} {'fit: CPU s':>10} {'clock':>7} {'E-steps':>8} "
          f"{'score: CPU s':>13} {'clock':>7} {'GB':>5}")  # fmt: skip
    for one in found:
        fitting, scoring = one["fitting"], one["scoring"]
        print(f"  {one['people']:8} {one['ratings']:9} {fitting['cpu']:10.1f} "
              f"{fitting['clock']:7.1f} {one['steps']:8} {scoring['cpu']:13.2f} "
              f"{scoring['clock']:7.2f} {one['memory']:5.2f}")  # fmt: skip
    reached = limits(found[-1]) if found[-1]["people"] == LARGEST else []
    for less, more in pairwise(found):
        for what in ("scoring", "fitting"):
            grown = (more[what]["cpu"] / more["people"]) / (less[what]["cpu"] / less["people"])
            name = f"{what} is linear from {less['people']:,} to {more['people']:,} people"
            reached.append(tell(name, f"{grown:.2f} times the CPU a person", grown <= LINEAR))
    for one in found:
        at = one["updates"]
        got = f"CPU median {at['cpu 50']:.2f} ms, p99 {at['cpu 99']:.2f} ms; "
        got += f"clock {at['clock 50']:.2f} and {at['clock 99']:.2f} ms"
        what = f"one new rating among {one['people']:,} people in {UPDATE:.0f} ms"
        reached.append(tell(what, got, at["cpu 99"] <= UPDATE))
    return reached.count(False)


def limits(one: dict[str, Any]) -> list[bool]:
    """Hold the largest size against the limits."""
    reached = []
    for what, most in (("scoring", SCORING), ("fitting", FITTING)):
        took = one[what]
        got = f"{took['cpu']:.1f} s of CPU, {took['clock']:.1f} s by the clock"
        name = f"{what} {LARGEST:,} people in {most:.0f} s"
        reached.append(tell(name, got, took["cpu"] <= most))
    name = f"{LARGEST:,} people in {MEMORY:.0f} GB"
    return [*reached, tell(name, f"{one['memory']:.2f} GB", one["memory"] <= MEMORY)]


def main() -> None:
    """Run each size in a process of its own and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000, LARGEST])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--here", action="store_true", help="one size, in this process, as JSON")
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(measure(asked.people[0], asked.seed)))
        return
    print(f"world S1, seed {asked.seed}; {machine()}", flush=True)
    found = []
    for people in sorted(asked.people):
        run = [sys.executable, __file__, "--here", "--people", str(people)]
        done = subprocess.run(
            [*run, "--seed", str(asked.seed)], capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout))
    missed = report(found)
    print(f"{missed} of what was asked for were missed")


if __name__ == "__main__":
    main()

"""False alarms of the drift watch, and how soon it finds what changes, early or late.

    python bench/drift_watch.py

Simulated: a chart's values, one an answer, as `studies.drift` makes them; people give four answers
each. A judge's level differs from the others' by 0.35 (sd; the embedded panel's judges lie 0.2 to
0.4 from one another), normal or heavy-tailed. Nothing changes, or a lasting shift comes at one of
several readings: within the start, right after it, or late. What all judges share falls out of the
difference that is charted, and so do the people. A chart that alarms before the shift is drawn
anew.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.studies.charting import START, chart, start_of
from evenhand.studies.drift import MEASURES

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, float], Array]

SEED = 7
CHARTS = 1000
READINGS = 1000
"""In which false alarms are counted; so many follow a shift too."""
ANSWERS = 4
"""Of one person."""
DIMENSIONS = 3
OWN = 0.35
SHIFTS = (0.3, 0.5)
"""Of levels; of shares it is a third of this, so from 0.05 to 0.15 and 0.22."""
AT = (30, 60, 100, 150, 400, 800)
"""The first is within the start, half of which is then as it was: printed, and held to nothing."""
MOST_FALSE = 0.05
FOUND_WITHIN = 200
LEAST_FOUND = {0.3: 0.8, 0.5: 0.95}


@dataclass(frozen=True)
class Case:
    """One measure, and how its values are drawn: from a generator, how many, by how much shifted.

    `judged` says whether the targets are for it.
    """

    code: str
    says: str
    draw: Draw
    judged: bool = True


def levels(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return a judge's level minus the others' mean."""
    return rng.normal(shift, OWN, n)


def heavy(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return the same with errors by Student's t of 4 degrees, at the same sd."""
    return np.asarray(shift + OWN * rng.standard_t(4, n) / 2**0.5)


def alike(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return levels of which three tenths of the variance are common to a person's answers."""
    theirs = rng.normal(size=-(-n // ANSWERS)).repeat(ANSWERS)[:n]
    return np.asarray(shift + OWN * (0.3**0.5 * theirs + 0.7**0.5 * rng.normal(size=n)))


def distances(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return the mean distance from the others over an answer's dimensions, grown by the shift."""
    off = np.abs(rng.normal(0, OWN, (n, DIMENSIONS)))
    return np.asarray(off.mean(axis=1) * (1 + shift / (OWN * (2 / np.pi) ** 0.5)))


def abstained(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return the share of dimensions without a level: 0.05 at first, each for itself."""
    return np.asarray(rng.binomial(DIMENSIONS, 0.05 + shift / 3, n) / DIMENSIONS)


def silent(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return the same where a judge gives all levels of an answer or, timed out, none."""
    return np.asarray(rng.random(n) < 0.05 + shift / 3, dtype=np.float64)


def ungrounded(rng: np.random.Generator, n: int, shift: float) -> Array:
    """Return the share of six marks without words: 0.05 on average, and not the same each time."""
    mean = 0.05 + shift / 3
    own = rng.beta(10 * mean, 10 * (1 - mean), n)
    return np.asarray(rng.binomial(6, own) / 6)


CASES = (
    Case("judge-severity", "normal errors", levels),
    Case("judge-severity", "heavy-tailed errors", heavy),
    Case("judge-severity", "a person's answers alike", alike, judged=False),
    Case("judge-spread", "distance over 3 dimensions", distances),
    Case("judge-abstention", "each dimension for itself", abstained),
    Case("judge-abstention", "all of an answer or none", silent, judged=False),
    Case("judge-ungrounded", "of 6 marks an answer", ungrounded),
)


def outside(case: Case, values: Array) -> NDArray[np.bool_]:
    """Return where a chart of all values is outside its limits; the start never is."""
    measure = next(one for one in MEASURES if one.code == case.code)
    whose = [n // ANSWERS for n in range(len(values))]
    start = start_of(values.tolist(), whose, least_sd=measure.least_sd, rare=measure.rare)
    assert start is not None
    drawn = chart(values[START:].tolist(), start, rise_only=measure.rare)
    return np.concatenate([np.zeros(START, dtype=bool), drawn.outside])


def false_alarms(case: Case, rng: np.random.Generator) -> float:
    """Return the share of charts that alarm in so many readings although nothing changed."""
    return float(
        np.mean([outside(case, case.draw(rng, READINGS, 0.0)).any() for _ in range(CHARTS)])
    )


def delays(case: Case, rng: np.random.Generator, shift: float, at: int) -> Array:
    """Return after how many readings each chart finds a shift; infinite where it does not."""
    found: list[float] = []
    while len(found) < CHARTS // 4:
        values = np.concatenate([case.draw(rng, at, 0.0), case.draw(rng, READINGS, shift)])
        beyond = np.flatnonzero(outside(case, values))
        first = float(beyond[0]) if len(beyond) else np.inf
        if first >= at:
            found.append(first - at + 1)
    return np.array(found)


def main() -> int:
    """Print the figures; return 1 where one misses its target."""
    rng = np.random.default_rng(SEED)
    print(f"seed {SEED}, {os.cpu_count()} cores; a start of {START}; {CHARTS} charts without and")
    print(f"{CHARTS // 4} with each shift. Found within 200 and within 1,000, and median delay:")
    kept = True
    for case in CASES:
        rate = false_alarms(case, rng)
        kept &= rate <= MOST_FALSE or not case.judged
        print(f"  {case.code}, {case.says}")
        print(f"    nothing changed: {rate:.3f} of charts alarm within {READINGS} readings")
        for shift in SHIFTS:
            for at in AT:
                late = delays(case, rng, shift, at)
                soon, ever = (late <= FOUND_WITHIN).mean(), np.isfinite(late).mean()
                kept &= soon >= LEAST_FOUND[shift] or at < START or not case.judged
                print(
                    f"    shift {shift} at {at:>3}: {soon:.2f} {ever:.2f} "
                    f"{np.median(late):>4.0f} readings"
                )
    print(
        f"  {'met   ' if kept else 'MISSED'} at most {MOST_FALSE:.0%} of charts with a false alarm "
        f"in {READINGS} readings; shifts from {START} on found within {FOUND_WITHIN} in "
        + ", ".join(f"{share:.0%} ({shift})" for shift, share in LEAST_FOUND.items())
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

"""False alarms of the drift watch, and how soon it finds a judge that has become milder.

    python bench/drift_watch.py

Simulated: three judges with an error of their own each, normal or heavy-tailed, and answers in
turn. Nothing changes, or one judge becomes 0.3 levels milder after the chart's start. What all
judges share falls out of the difference that is charted, and so do the people.
"""

import os
import sys

import numpy as np
from numpy.typing import NDArray

from evenhand.studies.charting import FEWEST, START, chart

Array = NDArray[np.float64]

SEED = 7
CHARTS = 1500
AFTER = 1000
OWN = 0.35
"""A judge's own error in levels; the embedded panel's judges lie 0.2 to 0.4 from one another."""
SHIFT = 0.3
MOST_FALSE = 0.05
FOUND_WITHIN = 100


def severities(rng: np.random.Generator, answers: int, error: str) -> Array:
    """Return a judge's level minus the mean of two others', one answer a value."""
    shape = (answers, 3)
    own = rng.normal(size=shape) if error == "normal" else rng.standard_t(4, shape) / 2**0.5
    level = OWN * own
    return np.asarray(level[:, 0] - level[:, 1:].mean(axis=1))


def false_alarms(rng: np.random.Generator, start: int, after: int, error: str) -> float:
    """Return the share of charts that alarm within so many answers although nothing changed."""
    drawn = [outside(severities(rng, start + after, error), start) for _ in range(CHARTS)]
    return float(np.mean([one.any() for one in drawn]))


def outside(values: Array, start: int) -> NDArray[np.bool_]:
    """Return where a chart is outside its limits; its start is to be as long as this."""
    drawn = chart(values.tolist(), least_sd=0.1)
    assert drawn is not None
    assert drawn.start == start
    return drawn.outside


def found_after(rng: np.random.Generator, error: str) -> Array:
    """Return how many answers after the shift each chart alarms; infinite where it does not."""
    delays = np.full(300, np.inf)
    for k in range(len(delays)):
        values = severities(rng, 2 * START, error)
        values[START:] += SHIFT
        beyond = np.flatnonzero(outside(values, START))
        if len(beyond):
            delays[k] = beyond[0] - START + 1
    return delays


def main() -> int:
    """Print the figures; return 1 where one misses its target."""
    rng = np.random.default_rng(SEED)
    print(f"seed {SEED}, {os.cpu_count()} cores, {CHARTS} charts a row")
    kept = True
    for error in ("normal", "heavy-tailed"):
        rate = false_alarms(rng, START, AFTER, error)
        early = false_alarms(rng, FEWEST, FEWEST, error)
        delay = found_after(rng, error)
        late = float(np.quantile(delay, 0.9))
        kept &= rate <= MOST_FALSE and early <= MOST_FALSE and late <= FOUND_WITHIN
        print(f"  {error} errors")
        print(f"    nothing changed: {rate:.3f} of charts alarm within {AFTER} answers")
        print(f"    a start of {FEWEST} answers: {early:.3f} alarm within the next {FEWEST}")
        print(
            f"    {SHIFT} levels milder: found after {np.median(delay):.0f} answers (median), "
            f"{late:.0f} (90 %), never {np.isinf(delay).mean():.3f}"
        )
    print(
        f"  {'met   ' if kept else 'MISSED'} at most {MOST_FALSE:.0%} of charts with a false alarm "
        f"in {AFTER} answers; the shift found within {FOUND_WITHIN} answers in 9 of 10"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

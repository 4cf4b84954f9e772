"""A control chart for few data: a weighted mean against limits from the chart's own start."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEIGHT = 0.03
"""Weight of the newest value: small, since a lasting drift by a fraction of a level is sought."""
WIDTH = 3.9
"""Limits in standard deviations. `bench/drift_watch.py` prints what false-alarm rate this makes."""
FEWEST = 40
"""Values before which there is no chart: limits from fewer would be guesses."""
START = 200
"""The chart's start, which centre and spread are taken from, is at most this long."""
FARTHEST = 4.0
"""One value counts as at most so many standard deviations, so that no single answer is an alarm."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of n values in the order in which they came.

    Attributes:
        centre, sd: of the start.
        start: how many values those rest on; nothing alarms within it.
        mean: (n,) the weighted mean, in the values' own unit.
        half: (n,) half the width of the limits round the centre.
        low: whether falling below the lower limit is an alarm too.
    """

    centre: float
    sd: float
    start: int
    mean: Array
    half: Array
    low: bool

    @property
    def outside(self) -> NDArray[np.bool_]:
        """(n,) whether the mean is beyond its limits, after the start."""
        off = self.mean - self.centre
        beyond: NDArray[np.bool_] = (off > self.half) | (self.low & (off < -self.half))
        beyond[: self.start] = False
        return beyond

    @property
    def since(self) -> int | None:
        """Where the chart left its limits and has not come back; None while it is within."""
        beyond = self.outside
        if not len(beyond) or not beyond[-1]:
            return None
        inside = np.flatnonzero(~beyond)
        return int(inside[-1]) + 1 if len(inside) else 0


def chart(values: Sequence[float], *, least_sd: float, low: bool = True) -> Chart | None:
    """Chart values; None where there are too few.

    z_t = (1 - w) z_{t-1} + w x_t from the centre on, and limits
    centre ± L sd sqrt(w/(2-w) (1 - (1-w)^{2t}) + 1/m): the first term is the usual one (Roberts
    1959; Lucas and Saccucci 1990), the second pays for a centre known from m values alone. The
    start is the first half of the values, 40 to 200 of them; so until 400 are there it grows.

    Args:
        values: in order.
        least_sd: a spread below this is taken as this, where nothing varied at first.
        low: whether a fall is an alarm too.
    """
    given = np.asarray(values, dtype=np.float64)
    if len(given) < FEWEST:
        return None
    start = min(max(len(given) // 2, FEWEST), START)
    centre, sd = _centre(given[:start], least_sd)
    x = np.clip((given - centre) / sd, -FARTHEST, FARTHEST)
    # The start has told what the centre is; the watch begins there, from that centre.
    z = np.zeros(len(x))
    for t in range(start, len(x)):
        z[t] = (1 - WEIGHT) * z[t - 1] + WEIGHT * x[t]
    steps = np.maximum(np.arange(len(x)) - start + 1, 0)
    grown = WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * steps))
    half = WIDTH * sd * np.sqrt(grown + 1 / start)
    return Chart(centre, sd, start, centre + sd * z, half, low)


def _centre(start: Array, least_sd: float) -> tuple[float, float]:
    """Return mean and standard deviation with far values drawn in (Huber 1981)."""
    middle = float(np.median(start))
    robust = 1.4826 * float(np.median(np.abs(start - middle)))
    # Where most values are the same, as with abstentions, the median deviation is 0.
    spread = max(robust if robust > 0 else float(start.std()), least_sd)
    drawn = np.clip(start, middle - 3 * spread, middle + 3 * spread)
    return float(drawn.mean()), max(float(drawn.std(ddof=1)), least_sd)

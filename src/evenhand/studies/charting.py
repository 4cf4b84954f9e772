"""A control chart for few data: a weighted mean against limits from a start that stays as it was.

The start is the first readings, and no later one moves it, so that a lasting drift cannot become
what it is held against. Limits from estimated parameters alarm too often where they are taken for
known ones (Jensen, Jones-Farmer, Champ and Woodall 2006, *Effects of parameter estimation on
control chart properties*, Journal of Quality Technology 38); here they are wider by what the start
leaves open. A self-starting chart (Hawkins 1987, The Statistician 36), which needs no start, takes
its mean from all readings so far: a drift that it does not find soon enters that mean.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEIGHT = 0.02
"""Weight of the newest value: small, since a lasting drift by a fraction of a level is sought."""
WIDTH = 3.5
"""Limits in standard deviations. `bench/drift_watch.py` prints what false-alarm rate this makes."""
START = 60
"""Values that centre and spread are taken from; before so many there is no chart."""
FARTHEST = 4.0
"""One value counts as at most so many standard deviations, so that no single answer is an alarm."""


@dataclass(frozen=True)
class Start:
    """What the first values of a chart were like.

    Attributes:
        centre: their mean.
        sd: of one of them; what is far is told by it.
        noise: how much a mean of n of them varies, times the root of n. It is more than `sd` where
            the answers of a person resemble one another.
        size: how many they were.
    """

    centre: float
    sd: float
    noise: float
    size: int


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of the n values after a start, in the order in which they came.

    Attributes:
        start: what they are held against.
        mean: (n + 1,) the weighted mean, in the values' own unit; it sets out from the centre.
        rise_only: whether falling below the lower limit is no alarm.
    """

    start: Start
    mean: Array
    rise_only: bool

    @property
    def half(self) -> float:
        """Half the width of the limits round the centre.

        L noise sqrt(w/(2-w) + 1/m): the first term is the usual one, of a mean that has gone on for
        long (Roberts 1959; Lucas and Saccucci 1990; Montgomery, *Statistical Quality Control*); the
        second pays for a centre known from m values alone.
        """
        return (
            WIDTH * self.start.noise * float(np.sqrt(WEIGHT / (2 - WEIGHT) + 1 / self.start.size))
        )

    @property
    def outside(self) -> NDArray[np.bool_]:
        """(n,) whether the mean was beyond its limits after each value."""
        off = self.mean[1:] - self.start.centre
        beyond: NDArray[np.bool_] = (off > self.half) | ((off < -self.half) & (not self.rise_only))
        return beyond

    @property
    def since(self) -> int | None:
        """How many values ago the chart left its limits; None while it is within."""
        beyond = self.outside
        if not len(beyond) or not beyond[-1]:
            return None
        inside = np.flatnonzero(~beyond)
        return len(beyond) - (int(inside[-1]) + 1 if len(inside) else 0)


def start_of(
    values: Sequence[float], whose: Sequence[Hashable], *, least_sd: float, rare: bool = False
) -> Start | None:
    """Take the start from the first `START` values; None where there are fewer.

    Args:
        values: in order.
        whose: the person of each. What one person's values share does not average out over their
            answers, so the noise of a mean is taken from persons (Liang and Zeger 1986).
        least_sd: a spread below this is taken as this, where nothing varied at first.
        rare: whether they are shares of what may not have come up yet. Half a case is then added:
            none in sixty does not say that there is none (Krichevsky and Trofimov 1981).
    """
    if len(values) < START:
        return None
    given = np.asarray(values[:START], dtype=np.float64)
    centre = float((given.sum() + 0.5) / (START + 1) if rare else given.mean())
    sd = max(float(given.std(ddof=1)), least_sd)
    off: dict[Hashable, float] = defaultdict(float)
    for one, person in zip(given, whose[:START], strict=True):
        off[person] += float(one - given.mean())
    people = len(off)
    between = sum(one**2 for one in off.values()) / START * people / max(people - 1, 1)
    return Start(centre, sd, max(sd, float(np.sqrt(between))), START)


def chart(values: Sequence[float], start: Start, *, rise_only: bool = False) -> Chart:
    """Chart the values after a start: z_t = (1 - w) z_{t-1} + w x_t, from the centre on.

    Args:
        values: in order, without those that the start was taken from.
        start: what they are held against.
        rise_only: whether a fall is no alarm.
    """
    x = np.clip((np.asarray(values) - start.centre) / start.sd, -FARTHEST, FARTHEST)
    z = np.zeros(len(x) + 1)
    for t, one in enumerate(x):
        z[t + 1] = (1 - WEIGHT) * z[t] + WEIGHT * one
    return Chart(start, start.centre + start.sd * z, rise_only)

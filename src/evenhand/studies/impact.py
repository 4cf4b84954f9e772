"""Adverse impact: whether groups are selected at rates that differ, and what the numbers can say.

The four-fifths rule alone (ratio below .8; Uniform Guidelines 1978, section 4D) raises a false
alarm for a third of small groups, and a test alone misses most real gaps in them (Morris and
Lobsenz 2000, Personnel Psychology 53:89). So each ratio comes with its interval, an exact test, the
chance that it lies below .8, and how many people it would take to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, exp, inf, log, sqrt
from typing import Final

import numpy as np
from scipy import optimize
from scipy.special import betainc, betaincinv, chdtri, ndtri

from evenhand.studies.errors import StudyError

FOUR_FIFTHS: Final = 0.8
FEWEST: Final = 10
"""Groups of fewer are named and not told: a page about them would be a page about persons."""
_POWER: Final = 0.8
_TEST: Final = 0.05
_GRID: Final = 4001


@dataclass(frozen=True)
class Group:
    """How many of a group were selected."""

    name: str
    selected: int
    of: int


@dataclass(frozen=True)
class Impact:
    """A group beside the one with the highest rate.

    Attributes:
        name: of the group.
        of: people in it; 0 where they are too few to say even that.
        told: whether the group is large enough; where not, all figures are None.
        rate: share that was selected.
        ratio: that rate by the highest one; 1 for the group that has it.
        low, high: interval of the ratio (Koopman 1984, Biometrics 40:513); `high` may be infinite.
        p: Fisher's exact test, two-sided with mid-p, Holm-adjusted over all pairs of groups: which
            of them has the highest rate is known only afterwards.
        below: chance that the ratio is below .8, with Jeffreys priors for both rates.
        needed: people of each group with whom a test at 5 % finds a ratio of .8 four times in five.
    """

    name: str
    of: int
    told: bool
    rate: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    below: float | None = None
    needed: int | None = None


def impact(groups: Sequence[Group], *, confidence: float = 0.9) -> tuple[Impact, ...]:
    """Compare every group with the one that has the highest rate.

    Args:
        groups: in the order of the answer; who told no group is a group of its own or left out.
        confidence: of the intervals.

    Raises:
        StudyError: a count is impossible, a name is there twice, or `confidence` is none.

    >>> women, men = impact([Group("women", 12, 60), Group("men", 60, 200)])
    >>> round(women.ratio, 2), women.low < 0.8 < women.high
    (0.67, True)
    """
    _check(groups, confidence)
    told = [one for one in groups if one.of >= FEWEST]
    if len(told) < 2 or not any(one.selected for one in told):
        return tuple(
            Impact(one.name, 0 if one.of < FEWEST else one.of, told=False) for one in groups
        )
    best = max(told, key=lambda one: (one.selected / one.of, one.of))
    adjusted = pair_tests(told)
    return tuple(
        _line(one, best, adjusted.get(frozenset((one.name, best.name))), confidence)
        if one.of >= FEWEST
        else Impact(one.name, 0, told=False)
        for one in groups
    )


def _line(one: Group, best: Group, p: float | None, confidence: float) -> Impact:
    rate, highest = one.selected / one.of, best.selected / best.of
    if one is best:
        return Impact(one.name, one.of, told=True, rate=rate, ratio=1.0)
    low, high = ratio_interval(one, best, confidence)
    return Impact(
        one.name,
        one.of,
        told=True,
        rate=rate,
        ratio=rate / highest,
        low=low,
        high=high,
        p=p,
        below=_chance_below(one, best),
        needed=_needed(highest),
    )


def _check(groups: Sequence[Group], confidence: float) -> None:
    if not 0 < confidence < 1:
        raise StudyError(f"impact: confidence: {confidence} does not lie between 0 and 1")
    names = [one.name for one in groups]
    for one in groups:
        if not 0 <= one.selected <= one.of:
            raise StudyError(f"impact: {one.name}: {one.selected} of {one.of} were selected")
        if names.count(one.name) > 1:
            raise StudyError(f"impact: {one.name} is given {names.count(one.name)} times")


def ratio_interval(one: Group, other: Group, confidence: float) -> tuple[float, float]:
    """Return the score interval of a ratio of two rates: all ratios that a test does not reject.

    It holds in small groups, where the usual one of logarithms (Katz 1978) is too narrow, and where
    nobody was selected, where there is no such one.
    """
    limit = float(chdtri(1, 1 - confidence))
    x1, n1, x2, n2 = one.selected, one.of, other.selected, other.of
    centre = log((x1 + 0.5) / (n1 + 0.5) / ((x2 + 0.5) / (n2 + 0.5)))
    if x1 and x2:
        centre = log(x1 / n1 / (x2 / n2))

    def excess(log_ratio: float) -> float:
        return _score(x1, n1, x2, n2, exp(log_ratio)) - limit

    low = 0.0 if x1 == 0 else exp(optimize.brentq(excess, centre - 30, centre))
    high = inf if x2 == 0 else exp(optimize.brentq(excess, centre, centre + 30))
    return low, high


def _score(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    a, b, c = (n1 + n2) * ratio, n1 * ratio + x1 + n2 + x2 * ratio, x1 + x2
    p2 = (b - sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    p1 = ratio * p2
    total = 0.0
    for x, n, p in ((x1, n1, p1), (x2, n2, p2)):
        off = x - n * p
        # Where everybody was selected, the root for `p2` is as good as half of the digits.
        if abs(off) > 1e-7 * n:
            total += off * off / max(n * p * (1 - p), 1e-300)
    return total


def mid_p(one: Group, other: Group) -> float:
    """Return Fisher's exact test, two-sided, with half the chance of tables as likely as this."""
    # It takes a third of a second to import, which most who start a program have no use for.
    from scipy.stats import hypergeom

    total, selected = one.of + other.of, one.selected + other.selected
    support = np.arange(max(0, selected - other.of), min(selected, one.of) + 1)
    chances = hypergeom.pmf(support, total, selected, one.of)
    own = hypergeom.pmf(one.selected, total, selected, one.of)
    same = np.isclose(chances, own, rtol=1e-9, atol=0)
    return min(1.0, float(chances[(chances < own) & ~same].sum() + 0.5 * chances[same].sum()))


def pair_tests(groups: Sequence[Group]) -> dict[frozenset[str], float]:
    """Return the Holm-adjusted test of every pair of groups, by their names.

    Tests against the highest rate alone, adjusted for their number, would alarm in up to one of ten
    samples of seven groups without a difference (`bench/impact_alarms.py`).
    """
    pairs = list(combinations(groups, 2))
    tested = holm([mid_p(one, other) for one, other in pairs])
    return {frozenset((a.name, b.name)): p for (a, b), p in zip(pairs, tested, strict=True)}


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number (Holm 1979), in the order in which they came."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    adjusted, largest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = largest
    return adjusted


def _chance_below(one: Group, best: Group) -> float:
    grid = (np.arange(_GRID) + 0.5) / _GRID
    highest = betaincinv(best.selected + 0.5, best.of - best.selected + 0.5, grid)
    below = betainc(one.selected + 0.5, one.of - one.selected + 0.5, FOUR_FIFTHS * highest)
    return float(below.mean())


def _needed(highest: float) -> int:
    lower = FOUR_FIFTHS * highest
    z = float(ndtri(1 - _TEST / 2) + ndtri(_POWER))
    spread = highest * (1 - highest) + lower * (1 - lower)
    return ceil(z * z * spread / (highest - lower) ** 2)

"""How many candidates a wanted precision takes."""

from __future__ import annotations

import math

from evenhand.studies.concordance.kappa import Table
from evenhand.studies.concordance.values import deviate


def needed_for_kappa(table: Table, half: float, confidence: float, effect: float = 1.0) -> int:
    """Return how many candidates kappa needs, to be known to plus or minus `half`.

    n = z² v effect / half², v from the table of Fleiss, Cohen and Everitt (1969).

    Args:
        table: as observed or expected; only its shares count.
        half: wanted half-width.
        confidence: of the interval.
        effect: how many times larger the variance is than with one decision each.
    """
    return math.ceil(deviate(confidence) ** 2 * table.variance_of_one() * effect / half**2)


def needed_for_auc(area: float, share: float, half: float, confidence: float) -> int:
    """Return how many candidates the AUC needs, to be known to plus or minus `half`.

    By the variance of Hanley and McNeil (1982), at the share that people advance.
    """
    wanted = (half / deviate(confidence)) ** 2
    low, high = 2, 4
    while _hanley(area, share, high) > wanted:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _hanley(area, share, middle) > wanted else (low, middle)
    return high


def expected_table(kappa: float, panel: float, people: float) -> Table:
    """Return the shares of a 2 x 2 with this kappa, where panel and people advance these shares.

    >>> round(expected_table(0.6, 0.3, 0.3).kappa, 3)
    0.6
    """
    chance = panel * people + (1 - panel) * (1 - people)
    agreement = chance + kappa * (1 - chance)
    both = (agreement + panel + people - 1) / 2
    return Table(both, panel - both, people - both, agreement - both)


def half_for_auc(area: float, share: float, n: int, confidence: float) -> float:
    """Return the half-width of the AUC's interval that n candidates give."""
    return deviate(confidence) * math.sqrt(_hanley(area, share, n))


def _hanley(area: float, share: float, n: int) -> float:
    m = min(max(round(share * n), 1), n - 1)
    others = n - m
    two_yes, two_no = area / (2 - area), 2 * area**2 / (1 + area)
    return (
        area * (1 - area)
        + (m - 1) * (two_yes - area**2)
        + (others - 1) * (two_no - area**2)
    ) / (m * others)  # fmt: skip

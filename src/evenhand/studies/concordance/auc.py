"""The area under the ROC curve with DeLong's interval, and tau-b from the same placements."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq

from evenhand.studies.agreement import midranks
from evenhand.studies.concordance.values import (
    NO_SPREAD,
    Array,
    Figure,
    Flags,
    Index,
    by_cluster,
    deviate,
    student,
    untold,
)

_STEP = 1e-9


def placements(score: Array, yes: Flags) -> Array:
    """Return for each row the share of the other kind that it stands on the right side of.

    A yes counts the noes below it, a no the yeses above it, ties half; computed from midranks, as
    Sun and Xu (2014) do, so that ties are exact.
    """
    everyone = midranks(score)
    own = np.empty(len(score))
    own[yes], own[~yes] = midranks(score[yes]), midranks(score[~yes])
    below = everyone - own
    share = np.empty(len(score))
    share[yes] = below[yes] / max(int((~yes).sum()), 1)
    share[~yes] = 1 - below[~yes] / max(int(yes.sum()), 1)
    return share


def auc(score: Array, yes: Flags) -> float:
    """Return P(a yes scores above a no), ties half (Mann and Whitney 1947).

    >>> auc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    0.875
    """
    return float(placements(score, yes)[yes].mean())


def delong_variance(score: Array, yes: Flags, of: Index) -> float:
    """Return the variance of the AUC of DeLong, DeLong and Clarke-Pearson (1988).

    Where candidates have several rows, that of Obuchowski (1997), who sums the placements of a
    cluster; with one row each the two are the same.
    """
    share = placements(score, yes)
    area = float(share[yes].mean())
    m, n = int(yes.sum()), int((~yes).sum())
    off = share - area
    ups, downs = by_cluster(np.where(yes, off, 0.0), of), by_cluster(np.where(yes, 0.0, off), of)
    clusters = len(ups)
    with_yes, with_no = len(np.unique(of[yes])), len(np.unique(of[~yes]))
    up = with_yes / max(with_yes - 1, 1) * float(ups @ ups) / m**2
    down = with_no / max(with_no - 1, 1) * float(downs @ downs) / n**2
    both = clusters / max(clusters - 1, 1) * float(ups @ downs) / (m * n)
    return max(up + down + 2 * both, 0.0)


def auc_with_interval(score: Array, yes: Flags, of: Index, confidence: float) -> Figure:
    """Return the AUC with DeLong's interval on the logit scale, which stays within 0 and 1.

    logit(A) ± t se / (A (1 - A)) (Pepe 2003, section 5.2), t being Student's (`student`). Where
    all or none are in order, DeLong's error is 0, which is no certainty: there the interval is
    Newcombe's (2006, method 5), which needs no more than z.
    """
    area = auc(score, yes)
    times = student(confidence, yes, of)
    error = math.sqrt(delong_variance(score, yes, of))
    if not 0 < area < 1 or error == 0:
        kinds = (len(set(of[yes])), len(set(of[~yes])))
        return Figure(area, *newcombe(area, *kinds, deviate(confidence)))
    logit, reach = math.log(area / (1 - area)), times * error / (area * (1 - area))
    low, high = (1 / (1 + math.exp(-(logit + side * reach))) for side in (-1, 1))
    return Figure(area, low, high)


def newcombe(area: float, m: int, n: int, z: float) -> tuple[float, float]:
    """Return Newcombe's interval (2006, method 5): all A with |A - area| <= z sd(A).

    sd(A)² = A (1 - A) (1 + N (1 - A)/(2 - A) + N A/(1 + A)) / mn, with N = (m + n)/2 - 1.

    >>> [round(end, 3) for end in newcombe(1.0, 10, 10, 1.96)]
    [0.8, 1.0]
    """
    half = (m + n) / 2 - 1

    def off(a: float) -> float:
        spread = a * (1 - a) * (1 + half * (1 - a) / (2 - a) + half * a / (1 + a)) / (m * n)
        return (a - area) ** 2 - z * z * spread

    # At 0 and 1 the error is 0, so the search begins a step inside.
    inside = min(max(area, _STEP), 1 - _STEP)
    low = float(brentq(off, _STEP, inside)) if off(_STEP) > 0 else 0.0
    high = float(brentq(off, inside, 1 - _STEP)) if off(1 - _STEP) > 0 else 1.0
    return low, high


def tau_b_with_interval(
    score: Array, yes: Flags, of: Index, area: Figure, confidence: float
) -> Figure:
    """Return Kendall's tau-b (1945) with its interval.

    Beside a yes or no, tau-b = (2 AUC - 1) f with f = sqrt(mn / pairs that do not tie in score).
    The interval joins that of the AUC and the error of f, which depends on how many were advanced,
    as the two are uncorrelated (MOVER: Zou and Donner 2008).
    """
    if area.value is None or area.low is None or area.high is None:
        return area
    m, n = int(yes.sum()), int((~yes).sum())
    _, tied = np.unique(score, return_counts=True)
    pairs = (m + n) * (m + n - 1) / 2 - float((tied * (tied - 1)).sum()) / 2
    if pairs == 0:
        return untold(NO_SPREAD)
    scale = math.sqrt(m * n / pairs)
    share, candidates = m / (m + n), int(of.max()) + 1
    # f goes with sqrt(share (1 - share)): its error by the delta method.
    of_scale = scale * abs(1 - 2 * share) / (2 * math.sqrt(share * (1 - share) * candidates))
    gap = 2 * area.value - 1
    moved = student(confidence, yes, of) * gap * of_scale
    low, high = (2 * end - 1 for end in (area.low, area.high))
    return Figure(
        gap * scale,
        max(gap * scale - math.hypot((gap - low) * scale, moved), -1.0),
        min(gap * scale + math.hypot((high - gap) * scale, moved), 1.0),
    )


def roc(score: Array, yes: Flags) -> list[tuple[float, float, float]]:
    """Return the ROC curve: (cut, share of noes at or above it, share of yeses at or above it).

    From the highest score down; a cut of infinity, which nobody reaches, comes first.
    """
    cuts, place = np.unique(score, return_inverse=True)
    above = [
        np.cumsum(np.bincount(place, weights=kind)[::-1]) / kind.sum()
        for kind in ((~yes).astype(float), yes.astype(float))
    ]
    points = zip(cuts[::-1].tolist(), above[0].tolist(), above[1].tolist(), strict=True)
    return [(math.inf, 0.0, 0.0), *points]

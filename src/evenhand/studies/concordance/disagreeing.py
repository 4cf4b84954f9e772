"""Where the panel and people part: whom to read again side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from evenhand.studies.concordance.values import Sample

_LEAST: Final = 1e-4
"""P that a surprise is reckoned with at least: nobody is known to a ten-thousandth."""


@dataclass(frozen=True)
class Disagreement:
    """One candidate of whom at least one person decided against the panel's side of the bar.

    Attributes:
        candidate: as the scores name them.
        p_bar: P(at or above the bar).
        advance, not_advance: who decided which, by name.
        surprise: mean of -log2 of the P that was given to what each person decided, in bits; 1 is
            a coin's, each bit more is half as likely.
    """

    candidate: str
    p_bar: float
    advance: tuple[str, ...]
    not_advance: tuple[str, ...]
    surprise: float


def disagreements(sample: Sample, cut: float) -> list[Disagreement]:
    """Return the disagreements, the most surprising first."""
    apart = np.unique(sample.of[(sample.p >= cut) != sample.advance])
    order = np.argsort(sample.of, kind="stable")
    ends = np.cumsum(np.bincount(sample.of)) if len(order) else np.zeros(0, dtype=np.intp)
    found = []
    for one in apart:
        rows = order[(ends[one - 1] if one else 0) : ends[one]]
        p = float(sample.p[rows[0]])
        yes = tuple(sample.judges[k] for k in rows if sample.advance[k])
        no = tuple(sample.judges[k] for k in rows if not sample.advance[k])
        bits = len(yes) * _bits(p) + len(no) * _bits(1 - p)
        found.append(Disagreement(sample.candidates[one], p, yes, no, bits / len(rows)))
    return sorted(found, key=lambda each: (-each.surprise, each.candidate))


def _bits(p: float) -> float:
    return -math.log2(max(p, _LEAST))

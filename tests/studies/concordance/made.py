"""Samples to study, drawn or written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from evenhand.studies.concordance import Decision, Score
from evenhand.studies.concordance.values import Sample, sample_of


def sample(p: Sequence[float], advance: Sequence[bool]) -> Sample:
    """One decision each."""
    scores = [Score(f"c{k:04}", one) for k, one in enumerate(p)]
    decisions = [Decision(f"c{k:04}", "ann", bool(one)) for k, one in enumerate(advance)]
    return sample_of(scores, decisions)


def drawn(
    n: int, *, judges: int = 1, seed: int = 1, noise: float = 0.8
) -> tuple[list[Score], list[Decision]]:
    """People who go by what the panel saw, with noise of their own."""
    rng = np.random.default_rng(seed)
    level = rng.normal(size=n)
    scores = [Score(f"c{k:04}", float(expit(2 * one))) for k, one in enumerate(level)]
    decisions = [
        Decision(f"c{k:04}", f"judge {judge}", bool(one + rng.normal(0, noise) > 0))
        for k, one in enumerate(level)
        for judge in range(judges)
    ]
    return scores, decisions

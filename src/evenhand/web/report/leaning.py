"""Why the overall figure is not the mean of what was read, where a reader would wonder."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import Final

from evenhand.measure import estimate
from evenhand.measure.values import OVERALL

from . import words
from .material import Material

MUCH: Final = 0.5
"""Levels between the overall estimate and the mean of what was read, from which it is explained."""


def leaning(material: Material, overall: float) -> str:
    """Return a sentence that says what the overall estimate leans towards; empty where it need not.

    Args:
        material: of the report.
        overall: its overall level.
    """
    components = material.origin.components
    if components is None or not material.ratings:
        return ""
    read = mean_read(material)
    nobody = estimate([], components, weights=material.pack.weights, candidates=["anybody"])
    (known,) = (one.mean for one in nobody if one.dimension == OVERALL)
    off = overall - read
    # What moved it the other way, such as a hard question, is another matter.
    if abs(off) < MUCH or off * (known - read) <= 0:
        return ""
    return words.leaning(read=read, overall=overall, known=known)


def mean_read(material: Material) -> float:
    """Return the mean over questions and dimensions of the level that a reader sees given there.

    That is what people gave on average where they rated, and else the joint level of the judges,
    which stands beside the answer: each judge by itself keeps to the middle of the scale.
    """
    joint = {
        (one.answer.prompt, score.dimension): score.level
        for one in material.answers
        for score in one.scores
        if score.level is not None
    }
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for rating in sorted(material.ratings, key=lambda one: one.rater_kind):  # people's first
        place = rating.task, rating.dimension
        if rating.rater_kind == "human" or place not in joint:
            given[place].append(rating.level)
        elif place not in given:
            given[place].append(joint[place])
    return fmean(fmean(levels) for levels in given.values())

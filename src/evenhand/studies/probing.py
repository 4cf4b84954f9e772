"""What follow-ups do to scores, by group: how often they are asked, and what they change.

The change of a person's estimate is the estimate with the answers as handed in, follow-ups
included, minus the estimate with what the judges gave the same answers when the candidate went on
from them, before any follow-up. It is the effect of being asked, in all: of what was written in
answer, and of what was changed in the first answer after the question was seen.

Groups are whatever the caller has: the prompt, whether extra time was granted, something that
people volunteered. Nothing is said of a group with fewer than `FEWEST` people.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from scipy.special import betaincinv, stdtrit

FEWEST: Final = 5
"""People in a cell below which nothing is said of it."""


@dataclass(frozen=True)
class Chance:
    """One time that somebody went on from a prompt: a follow-up was asked, or not."""

    person: str
    prompt: str
    asked: bool


@dataclass(frozen=True)
class Change:
    """How an estimate of a person differs with and without follow-ups, in levels."""

    person: str
    dimension: str
    change: float


@dataclass(frozen=True)
class Range:
    """A figure with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """What is known of one group.

    Attributes:
        group: Its name.
        people: How many.
        chances: How often somebody of it went on from a prompt.
        asked: Share of these at which a follow-up was asked; None for too few people.
        changed: People with an estimate to compare.
        change: Mean change in levels; None for too few people.
    """

    group: Hashable
    people: int
    chances: int
    asked: Range | None
    changed: int
    change: Range | None


def by_prompt(chances: Sequence[Chance], *, confidence: float = 0.9) -> list[Cell]:
    """Return how often follow-ups were asked after each prompt, in order of appearance."""
    prompts = dict.fromkeys(chance.prompt for chance in chances)
    return [
        _cell(prompt, [c for c in chances if c.prompt == prompt], [], confidence)
        for prompt in prompts
    ]


def by_group(
    chances: Sequence[Chance],
    changes: Sequence[Change],
    groups: Mapping[str, Hashable],
    *,
    confidence: float = 0.9,
) -> list[Cell]:
    """Return one cell for each group, in order of its name.

    Args:
        chances: Of any people.
        changes: Of one dimension, at most one a person.
        groups: The group of each person; whoever has none is left out.
        confidence: Nominal coverage of the intervals.

    Raises:
        ValueError: a person has two changes.
    """
    people = [change.person for change in changes]
    if len(set(people)) < len(people):
        raise ValueError("by_group: give the changes of one dimension, one for each person")
    parts: dict[Hashable, tuple[list[Chance], list[Change]]] = defaultdict(lambda: ([], []))
    for chance in chances:
        if chance.person in groups:
            parts[groups[chance.person]][0].append(chance)
    for change in changes:
        if change.person in groups:
            parts[groups[change.person]][1].append(change)
    return [_cell(name, *parts[name], confidence) for name in sorted(parts, key=str)]


def _cell(
    group: Hashable, chances: Sequence[Chance], changes: Sequence[Change], confidence: float
) -> Cell:
    people = {c.person for c in chances} | {c.person for c in changes}
    values = [change.change for change in changes]
    return Cell(
        group,
        len(people),
        len(chances),
        _asked(chances, confidence),
        len(values),
        mean(values, confidence) if len(values) >= FEWEST else None,
    )


def _asked(chances: Sequence[Chance], confidence: float) -> Range | None:
    people = len({chance.person for chance in chances})
    if people < FEWEST:
        return None
    # What one person is asked hangs together, so each counts once: that errs on the wide side.
    return share(sum(chance.asked for chance in chances) / len(chances), people, confidence)


def share(value: float, people: int, confidence: float) -> Range:
    """Return a share among people with its interval (Clopper and Pearson 1934, Biometrika 26:404).

    >>> found = share(0.8, 10, 0.9)
    >>> [round(x, 2) for x in (found.value, found.low, found.high)]
    [0.8, 0.49, 0.96]
    """
    k = value * people
    tail = (1 - confidence) / 2
    low = float(betaincinv(k, people - k + 1, tail)) if value > 0 else 0.0
    high = float(betaincinv(k + 1, people - k, 1 - tail)) if value < 1 else 1.0
    return Range(value, low, high)


def mean(values: Sequence[float], confidence: float) -> Range:
    """Return a mean with Student's interval; at least two values.

    >>> found = mean([0.0, 0.1, 0.2, 0.1, 0.1], 0.9)
    >>> [round(x, 3) for x in (found.value, found.low, found.high)]
    [0.1, 0.033, 0.167]
    """
    n = len(values)
    half = float(stdtrit(n - 1, (1 + confidence) / 2)) * float(np.std(values, ddof=1)) / sqrt(n)
    middle = float(np.mean(values))
    return Range(middle, middle - half, middle + half)

"""Signs of substance in a clause, counted by plain patterns.

They ask what is said, never how well: a number with its unit, something done and by whom, a
condition, a cause, something ruled out, a check. Grammar, spelling and tone are not looked at.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import lowered, word_set, words

Array = NDArray[np.float64]

_VERBS = word_set(
    """
    check compare count measure read sample ask test verify label log show tell call stop keep run
    rerun split score
    """
)
_WORDS: dict[str, frozenset[str]] = {
    "number": word_set(
        """
        one two three four five six seven eight nine ten dozen half twice hundred thousand million
        percent third quarter
        """
    ),
    "first": word_set("i we my our us me"),
    "past": word_set(
        """
        was were had did found took ran lost kept got went told said saw built cut sent made put
        wrote fell rose came gave knew thought
        """
    ),
    "condition": word_set("if unless until otherwise whether depends except"),
    "cause": word_set("because since therefore hence so"),
    "exclusion": word_set(
        """
        not never nobody none without instead but however although though yet still only
        """
    ),
    "time": word_set(
        """
        first then before after while once next later until meanwhile morning afternoon week month
        day hour minute minutes
        """
    ),
    "check": frozenset(verb + ending for verb in _VERBS for ending in ("", "d", "ed")),
}
"""Signs of one word each; verbs of the past and years are told by their form besides."""
NAMES = tuple(_WORDS)
_OTHERS = {
    "number": re.compile(r"\bper cent\b"),
    "condition": re.compile(r"\b(?:as long as|in case|only when)\b"),
    # What begins with "so" counts by that word; here it only takes the "that" along.
    "cause": re.compile(r"\bso that\b|\b(which means|that means|that's why|due to)\b"),
    "exclusion": re.compile(r"\brather than\b|n['’]t\b"),
    "check": re.compile(r"\blook at(?:e?d)?\b"),
}
"""Signs of several words, or of a part of one."""
_IN_OTHERS = word_set("cent long case when means why due than t look")
"""Words of which each of those has one."""
_FIGURES = re.compile(r"\d(?<![a-z@]\d)[\d.,]*")
_YEAR = re.compile(r"20[012]\d")
_RUN = re.compile(r"\w+")


def _places(words_of: Mapping[str, frozenset[str]]) -> dict[str, tuple[int, ...]]:
    """Return which signs each word is one of."""
    every = frozenset().union(*words_of.values())
    return {
        word: tuple(at for at, name in enumerate(NAMES) if word in words_of[name]) for word in every
    }


_SIGNS_OF = _places(_WORDS)
_NUMBER, _PAST, _TIME = (NAMES.index(name) for name in ("number", "past", "time"))


def count_signs(clauses: Sequence[str]) -> Array:
    """Count each sign in each clause: shape (clauses, signs)."""
    counts = [_counted(text) for text in clauses]
    return np.array(counts, dtype=np.float64).reshape(len(clauses), len(NAMES))


@lru_cache(maxsize=512)
def _counted(text: str) -> tuple[int, ...]:
    # One look at each word: a pattern for each sign, tried at each letter, takes seven times that.
    # And once for a clause, which several checks and judges count the signs of.
    low = lowered(text)
    runs = _RUN.findall(low)
    counts = [0] * len(NAMES)
    for sign in chain.from_iterable(filter(None, map(_SIGNS_OF.get, runs))):
        counts[sign] += 1
    if "ed" in low:
        counts[_PAST] += sum(len(run) > 3 for run in runs if run[-2:] == "ed")
    if "20" in low:
        counts[_TIME] += sum(_YEAR.fullmatch(run) is not None for run in runs)
    counts[_NUMBER] += len(_FIGURES.findall(low))
    if not _IN_OTHERS.isdisjoint(runs):
        for name, pattern in _OTHERS.items():
            counts[NAMES.index(name)] += sum(map(bool, pattern.findall(low)))
    return tuple(counts)


DENSITY = tuple(f"{name} per clause of 14 words" for name in NAMES)
SHARE = (
    "share: number",
    "share: own doing",
    "share: exclusion",
    "share: two signs",
    "share: no sign",
)
REACH = (
    "reach: number",
    "reach: own doing",
    "reach: exclusion",
    "reach: check",
    "reach: two signs",
)
"""Counts that saturate: the eighth example adds next to nothing, so writing on does not pay."""
FEATURES = (*DENSITY, *SHARE, *REACH)
DETAIL = tuple(
    FEATURES.index(name)
    for name in (DENSITY[0], DENSITY[2], DENSITY[5], SHARE[0], SHARE[1], SHARE[3])
)
"""The features that tell a worked answer from a list of names; none grows with length."""

SUBSTANCE = tuple(
    index for index, name in enumerate(FEATURES) if name not in (DENSITY[1], DENSITY[6])
)
"""What the features judge reads: all but how often somebody says "I" or names a time."""


def describe(clauses: Sequence[str]) -> Array:
    """Describe an answer by its signs of substance: shape (len(FEATURES),); zeros for no clause."""
    if not clauses:
        return np.zeros(len(FEATURES))
    counts = count_signs(clauses)
    shown = counts > 0
    number, first, past, condition, cause, exclusion, _, check = shown.T
    own = first & past
    kinds = number.astype(int) + own + condition + cause + exclusion
    said = sum(len(words(clause)) for clause in clauses)
    density = counts.sum(0) / max(said, 14) * 14
    share = [v.sum() / (len(clauses) + 1) for v in (number, own, exclusion, kinds >= 2, kinds == 0)]
    reach = [1 - np.exp(-v.sum() / 4) for v in (number, own, exclusion, check, kinds >= 2)]
    return np.array([*density, *share, *reach])

"""Signs of substance in a clause, counted by plain patterns.

They ask what is said, never how well: a number with its unit, something done and by whom, a
condition, a cause, something ruled out, a check. Grammar, spelling and tone are not looked at.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.clauses import words

Array = NDArray[np.float64]

_FLAGS = re.IGNORECASE
SIGNS: dict[str, re.Pattern[str]] = {
    "number": re.compile(
        r"(?<![A-Za-z@])\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|half|twice"
        r"|hundred|thousand|million|percent|per cent|third|quarter)\b",
        _FLAGS,
    ),
    "first": re.compile(r"\b(?:i|we|my|our|us|me)\b", _FLAGS),
    "past": re.compile(
        r"\b(?:was|were|had|did|found|took|ran|lost|kept|got|went|told|said|saw|built|cut|sent|made|put"
        r"|wrote|fell|rose|came|gave|knew|thought|\w{2,}ed)\b",
        _FLAGS,
    ),
    "condition": re.compile(
        r"\b(?:if|unless|until|otherwise|whether|depends|as long as|in case|only when|except)\b",
        _FLAGS,
    ),
    "cause": re.compile(
        r"\b(?:because|since|so that|therefore|which means|that means|that's why|due to|hence"
        r"|so)\b",
        _FLAGS,
    ),
    "exclusion": re.compile(
        r"\b(?:not|never|nobody|none|without|instead|rather than|but|however|although|though|yet"
        r"|still|only)\b|n['’]t\b",
        _FLAGS,
    ),
    "time": re.compile(
        r"\b(?:first|then|before|after|while|once|next|later|until|meanwhile|morning|afternoon|week|month"
        r"|day|hour|minutes?|20[012]\d)\b",
        _FLAGS,
    ),
    "check": re.compile(
        r"\b(?:check|compare|look at|count|measure|read|sample|ask|test|verify|label|log|show|tell"
        r"|call|stop|keep|run|rerun|split|score)(?:e?d)?\b",
        _FLAGS,
    ),
}
NAMES = tuple(SIGNS)


def count_signs(clauses: Sequence[str]) -> Array:
    """Count each sign in each clause: shape (clauses, signs)."""
    counts = [[len(pattern.findall(text)) for pattern in SIGNS.values()] for text in clauses]
    return np.array(counts, dtype=np.float64).reshape(len(clauses), len(SIGNS))


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

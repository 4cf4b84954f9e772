"""Content words and how alike two texts are; enough English for `lint_pack`, no more."""

from __future__ import annotations

import re
from collections.abc import Set

_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
_ENDINGS = (
    "ations", "ation", "ingly", "ments", "ment", "ings", "ness", "ities", "ity", "ions", "ion",
    "ing", "ies", "ied", "ers", "er", "ed", "es", "ly", "al", "s", "e", "y",
)  # fmt: skip


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a list written as running text."""
    return frozenset(text.split())


STOP_WORDS = vocabulary(
    """a about above after again against all also although always among an and another any anything
    are around as ask asks at be because become been before being below between both but by can
    cannot could did do does done down during each either else enough even ever every everyone
    everything few first for from further get give gives given go had has have he her here him his
    how however i if in instead into is it its itself just know last least less like made make makes
    many may me might more most much must my never new next no nobody none nor not nothing now of
    off often on once one only or other others our out over own per rather same say says see should
    since so some somebody someone something still such than that the their them themselves then
    there therefore these they thing things think this those though three through to together too
    two under until up upon us use used uses using very want was way we were what when where whether
    which while who whom whose why will with within without would yet you your"""
)


def words(text: str) -> list[str]:
    """Return the words of a text, in order and in small letters."""
    return _WORD.findall(text.lower())


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in order: no stop words, nothing below three letters."""
    return [word for word in words(text) if word not in STOP_WORDS and len(word) > 2]


def stem(word: str) -> str:
    """Cut an English ending off, so that `labelled`, `labels` and `labelling` fall together.

    >>> stem("labelled"), stem("labels"), stem("labelling")
    ('label', 'label', 'label')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    # labell(ed), runn(ing)
    return word[:-1] if word[-1:] == word[-2:-1] else word


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    return frozenset(stem(word) for word in content_words(text))


def jaccard(a: Set[str], b: Set[str]) -> float:
    """Return the share of words that two sets have in common, 0 to 1; 0 for two empty sets.

    >>> jaccard({"golden", "set"}, {"golden", "eval"})
    0.3333333333333333
    """
    return len(a & b) / len(a | b) if a | b else 0.0

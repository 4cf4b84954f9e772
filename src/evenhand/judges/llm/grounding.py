"""A mark above 0 needs the candidate's own words: code looks for them, no judge is believed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evenhand.judges.clauses import words
from evenhand.judges.llm.parsing import Claim
from evenhand.judges.normalise import normalise
from evenhand.judges.reading import COPIED
from evenhand.judges.values import Mark, Quote, Screened
from evenhand.judges.verdicts import MOST_USES

FEWEST_WORDS = 3
_SAME = str.maketrans("‘’‚‛′`´“”„‟″«»‐‑‒–—―−", "'''''''\"\"\"\"\"\"\"-------")
_OUTSIDE = " \"'.,;:!?()[]…-"


@dataclass(frozen=True)
class Folded:
    """A text in which case and look-alike marks make no difference.

    `offsets[i]` is where character i of `text` comes from in the text that was folded.
    """

    text: str
    offsets: Sequence[int]


def fold(text: str) -> Folded:
    r"""Fold a text, remembering where each character came from.

    >>> fold("He  said\n“Stop”").text
    'he  said\n"stop"'
    """
    folded = text.translate(_SAME).casefold()
    # Folding never takes a character away, so equal lengths mean that each kept its place.
    if len(folded) == len(text):
        return Folded(folded, range(len(text)))
    pieces = [character.translate(_SAME).casefold() for character in text]
    offsets = [place for place, piece in enumerate(pieces) for _ in piece]
    return Folded("".join(pieces), offsets)


@dataclass(frozen=True)
class Foreign:
    """A sentence that is not the candidate's own, folded, and the words in it."""

    text: str
    bag: frozenset[str]


@dataclass(frozen=True)
class Grounded:
    """Marks that the answer bears out.

    Attributes:
        marks: None where the judge could not tell or its quote does not hold.
        quotes: One for each mark above 0.
        claimed: How many marks above 0 there were.
        ungrounded: How many of them became None.
    """

    marks: Mapping[str, Mark]
    quotes: tuple[Quote, ...]
    claimed: int
    ungrounded: int


def ground_claims(
    claims: Mapping[str, Claim], screened: Screened, foreign: Sequence[str]
) -> Grounded:
    """Keep the marks above 0 whose quote stands in the answer.

    A quote holds if, after folding, it stands in the answer word for word, has at least three
    words, does not come from the question or the rubric, and does not serve more than two
    indicators; the clearest marks choose first.

    Args:
        claims: What the judge says, by indicator.
        screened: The answer that it has read.
        foreign: Sentences that are not the candidate's own.
    """
    answer = fold(screened.text)
    taken = [_foreign(sentence) for sentence in foreign]
    marks: dict[str, Mark] = {name: claim.mark for name, claim in claims.items()}
    spans: dict[str, tuple[int, int]] = {}
    wanted = [name for name, claim in claims.items() if claim.mark]
    for name in sorted(wanted, key=lambda name: -(claims[name].mark or 0)):
        span = find(claims[name].quote, answer, taken)
        if span is None or sum(_overlap(span, other) for other in spans.values()) >= MOST_USES:
            marks[name] = None
        else:
            spans[name] = span
    quotes = tuple(_quote(name, spans[name], screened) for name in claims if name in spans)
    return Grounded(marks, quotes, len(wanted), len(wanted) - len(spans))


def find(quote: str, answer: Folded, taken: Sequence[Foreign]) -> tuple[int, int] | None:
    """Return where a quote stands in the text that was folded; None where it does not hold."""
    wanted = _spaced(fold(normalise(quote).text).text).strip(_OUTSIDE)
    said = words(wanted)
    if len(said) < FEWEST_WORDS or _copied(wanted, set(said), taken):
        return None
    # Whole words only: "art of the" is no quote of "start of the". White space may be any.
    pattern = r"\s+".join(map(re.escape, wanted.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", answer.text)
    if found is None:
        return None
    return answer.offsets[found.start()], answer.offsets[found.end() - 1] + 1


def _spaced(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _foreign(sentence: str) -> Foreign:
    """Fold a sentence of the question or the rubric, once for all answers."""
    folded = _spaced(fold(sentence).text)
    return Foreign(folded, frozenset(words(folded)))


def _copied(wanted: str, bag: set[str], taken: Sequence[Foreign]) -> bool:
    if any(wanted in sentence.text for sentence in taken):
        return True
    share = COPIED * len(bag)
    return len(bag) >= 5 and any(len(bag & sentence.bag) >= share for sentence in taken)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two passages share at least half of the shorter."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def _quote(indicator: str, span: tuple[int, int], screened: Screened) -> Quote:
    start, end = screened.span(*span)
    return Quote(indicator, screened.given[start:end], start, end)

"""A mark above 0 needs the candidate's own words: code looks for them, no judge is believed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median_low

from evenhand.judges.clauses import Clause, words
from evenhand.judges.copying import Taken
from evenhand.judges.llm.parsing import Claim
from evenhand.judges.normalise import normalise
from evenhand.judges.reading import own_clauses
from evenhand.judges.values import Mark, Quote, Screened
from evenhand.judges.verdicts import MOST_USES

VERSION = "3"
"""Raise it with every change of which marks and levels stand: panels and calibrations are named by
it. What judges replied is not, and stays paid for."""
Span = tuple[int, int]
"""Where a passage begins and ends in the text that was read."""
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
class Material:
    """An answer as quotes are looked for in it, made once for all that a judge says of it.

    Attributes:
        screened: What the judge has read.
        folded: Its text.
        own: Its clauses that neither repeat nor copy: the same that the embedded judges read.
        foreign: The question's and the rubric's sentences, folded.
        taken: What of those a quote may not be.
    """

    screened: Screened
    folded: Folded
    own: tuple[Clause, ...]
    foreign: tuple[str, ...]
    taken: Taken

    @classmethod
    def of(cls, screened: Screened, foreign: Sequence[str]) -> "Material":
        """Fold an answer and find what of it is the candidate's own."""
        sentences = tuple(map(_sentence, foreign))
        return cls(
            screened,
            fold(screened.text),
            tuple(own_clauses(screened.text, foreign)),
            sentences,
            Taken.of(sentences),
        )

    def is_own(self, start: int, end: int) -> bool:
        """Say whether a passage of the text lies in clauses of the candidate's own.

        At least three words have to, and more than half, since a quote may run over a heading.
        """
        text = self.screened.text
        # Clauses stand in reading order and share nothing, so that few of many need a look.
        first = bisect_right(self.own, start, key=lambda one: one.end)
        last = bisect_left(self.own, end, key=lambda one: one.start)
        pieces = [text[max(start, one.start) : min(end, one.end)] for one in self.own[first:last]]
        inside = sum(len(words(piece)) for piece in pieces)
        return inside >= FEWEST_WORDS and 2 * inside > len(words(text[start:end]))


@dataclass(frozen=True)
class Grounded:
    """Marks that the answer bears out.

    Attributes:
        marks: None where the judge could not tell or its quote does not hold.
        spans: One for each mark above 0: where the words behind it stand in the text that was read.
        screened: That text.
        claimed: How many marks above 0 there were.
        ungrounded: How many of them became None.
    """

    marks: Mapping[str, Mark]
    spans: Mapping[str, Span]
    screened: Screened
    claimed: int
    ungrounded: int

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The words behind each mark above 0, in the candidate's own characters."""
        named = ((name, self.spans[name]) for name in self.marks if name in self.spans)
        return tuple(_quote(name, span, self.screened) for name, span in named)


def ground_claims(claims: Mapping[str, Claim], material: Material) -> Grounded:
    """Keep the marks above 0 whose quote stands in the answer; the clearest choose first.

    Args:
        claims: What the judge says, by indicator.
        material: The answer that it has read. See `find` for what holds; besides, no passage serves
            more than two indicators.
    """
    marks: dict[str, Mark] = {name: claim.mark for name, claim in claims.items()}
    found = {name: find(claim.quote, material) for name, claim in claims.items() if claim.mark}
    spans = _choose(marks, {name: [span] for name, span in found.items() if span is not None})
    for name in found.keys() - spans.keys():
        marks[name] = None
    return Grounded(marks, spans, material.screened, len(found), len(found) - len(spans))


def merge(draws: Sequence[Grounded]) -> Grounded:
    """Return what several draws say together: the middle mark, on words of one that gives it.

    Each draw by itself has a passage under two indicators at most, and together they may have it
    under more; so the rule is kept once more. A mark takes the words of the first draw that gives
    it, or a higher one, and whose words are free. Where no draw's are, the marks that all of them
    give the indicator fall.

    Args:
        draws: At least one, all with the same indicators.
    """
    marks = {name: _middle([one.marks[name] for one in draws]) for name in draws[0].marks}
    offered = {
        name: [one.spans[name] for one in draws if (one.marks[name] or 0) >= mark]
        for name, mark in marks.items()
        if mark
    }
    spans = _choose(marks, offered)
    fallen = offered.keys() - spans.keys()
    for name in fallen:
        marks[name] = None
    return Grounded(
        marks,
        spans,
        draws[0].screened,
        sum(one.claimed for one in draws),
        sum(one.ungrounded + len(fallen & one.spans.keys()) for one in draws),
    )


def _middle(marks: Sequence[Mark]) -> Mark:
    """Return the median of the marks that draws agree to give; None where most give none."""
    given = [mark for mark in marks if mark is not None]
    return median_low(given) if 2 * len(given) >= len(marks) and given else None


def _choose(marks: Mapping[str, Mark], offered: Mapping[str, Sequence[Span]]) -> dict[str, Span]:
    """Give each indicator the first passage offered that serves fewer than `MOST_USES` others.

    The clearest marks choose first. Who finds none is left out.
    """
    spans: dict[str, Span] = {}
    for name in sorted(offered, key=lambda name: -(marks[name] or 0)):
        for span in offered[name]:
            if sum(_overlap(span, other) for other in spans.values()) < MOST_USES:
                spans[name] = span
                break
    return spans


def find(quote: str, material: Material) -> Span | None:
    """Return where a quote stands in the text that was read; None where it does not hold.

    It holds if, after folding, it stands there word for word, has at least three words, is no piece
    of the question or the rubric and no copy of them, and lies in clauses of the candidate's own.
    """
    wanted = _spaced(fold(normalise(quote).text).text).strip(_OUTSIDE)
    if len(words(wanted)) < FEWEST_WORDS or material.taken.has(wanted):
        return None
    if any(wanted in sentence for sentence in material.foreign):
        return None
    # Whole words only: "art of the" is no quote of "start of the". White space may be any.
    pattern = r"\s+".join(map(re.escape, wanted.split()))
    offsets = material.folded.offsets
    for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", material.folded.text):
        span = offsets[found.start()], offsets[found.end() - 1] + 1
        if material.is_own(*span):
            return span
    return None


def _spaced(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _sentence(foreign: str) -> str:
    """Fold a sentence of the question or the rubric, once for all answers."""
    return _spaced(fold(foreign).text)


def _overlap(one: Span, other: Span) -> bool:
    """Say whether two passages share at least half of the shorter."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def _quote(indicator: str, span: Span, screened: Screened) -> Quote:
    start, end = screened.span(*span)
    return Quote(indicator, screened.given[start:end], start, end)

"""Split a text into clauses: the units that are embedded, matched and quoted.

A clause is a sentence, a list item, or a part of a long sentence. Each keeps its place in the
text, so that a clause that supports a mark can be quoted verbatim.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

MAX_CLAUSE_CHARACTERS = 600
_LONG_WORDS = 34
_WORD = re.compile(r"[^\W_]+(?:['’\-./][^\W_]+)*")
# A sentence ends at . ! ? followed by space and what opens a sentence, or at a line break.
# "e.g. x", "0.5", "vs. y" do not end one: what follows is lower case or a digit glued to the stop.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[)\"'”’\]]*\s+(?=[^\s])|[\r\n]+|(?<=[。！？؟।])\s*")
# Where a joint ends is all that counts. No search begins inside a run of spaces: one that looked on
# from each of 20,000 spaces took four seconds.
_INNER_END = re.compile(
    r";\s+|(?<!\s)\s+[–—-]\s+|:\s+(?=\S)|,\s+(?=(?:and|but|so|because|then|or|which|if)\s)"
)
_BULLET = re.compile(r"^\s*(?:[-*•·–—>#]+|\(?\d{1,2}[.)]|[a-zA-Z][.)])\s+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|etc|approx|resp|cf|no|fig|mr|ms|dr)\.|^\(?\d{1,2}\.)$", re.I
)
_ALSO_ASCII = str.maketrans("ſK\u0130ı", "skii")
"""The letters beyond ASCII that a pattern which ignores case takes for one of ASCII."""


@dataclass(frozen=True)
class Clause:
    """A piece of text and its place: `text == source[start:end]`."""

    text: str
    start: int
    end: int


def words(text: str) -> list[str]:
    """Return the lower-case words of a text, numbers included.

    >>> words("nDCG@10 rose 0.5, didn't it?")
    ['ndcg', '10', 'rose', '0.5', "didn't", 'it']
    """
    return list(_words(text))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    # The clauses of an answer are looked at by one check after the other. To lower all of a text
    # at once takes a third of the time, and makes the same words where there is ASCII alone.
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    return tuple(word.lower() for word in _WORD.findall(text))


@lru_cache(maxsize=512)
def word_bag(text: str) -> frozenset[str]:
    """Return the different words of a text, as `words` tells them."""
    # As many as one check after another asks for of one answer: a set takes two kilobytes.
    return frozenset(_words(text))


def lowered(text: str) -> str:
    """Return a text in lower case, as a pattern of ASCII letters that ignores case reads it.

    >>> lowered("A\u212aE"), bool(re.fullmatch("ake", "A\u212aE", re.IGNORECASE))
    ('ake', True)
    """
    return (text if text.isascii() else text.translate(_ALSO_ASCII)).lower()


def word_set(text: str) -> frozenset[str]:
    """Return the words of a list that is written down as a text, case kept."""
    return frozenset(text.split())


def split_clauses(text: str) -> list[Clause]:
    r"""Split a text into clauses in reading order, with their offsets.

    There are as many as the text has; what bounds the work is how much of a text is read.


    >>> [c.text for c in split_clauses("First I check the logs. Then:\n- roll back")]
    ['First I check the logs.', 'Then:', 'roll back']
    """
    return list(_clauses(text))


@lru_cache(maxsize=8)
def _clauses(text: str) -> tuple[Clause, ...]:
    # Each check of an answer splits it anew, one after the other.
    pieces: list[tuple[int, int]] = []
    for start, end in _sentences(text):
        pieces.extend(_parts(text, start, end))
    return tuple(Clause(text[a:b], a, b) for a, b in pieces)


def _sentences(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[max(start, stop.start() - 8) : stop.start()]) and (
            "\n" not in stop.group()
        ):
            continue
        found.append((start, stop.start()))
        start = stop.end()
    found.append((start, len(text)))
    return [trimmed for a, b in found if (trimmed := _trim(text, a, b)) is not None]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Drop a list marker and outer space; nothing where no word is left."""
    marker = _BULLET.match(text[start:end])
    if marker is not None:
        start += marker.end()
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if _WORD.search(text, start, end) else None


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a long sentence at its inner joints, keeping parts of at least five words."""
    if len(words(text[start:end])) <= _LONG_WORDS and end - start <= MAX_CLAUSE_CHARACTERS:
        return [(start, end)]
    # No word reaches over a joint, so that counting where they begin counts them.
    begin = [word.start() for word in _WORD.finditer(text, start, end)]
    cuts, before = [start], 0
    for joint in _INNER_END.finditer(text, start, end):
        here = bisect_left(begin, joint.end())
        if here - before >= 5 and len(begin) - here >= 5:
            cuts.append(joint.end())
            before = here
    parts: list[tuple[int, int]] = []
    for a, b in zip(cuts, [*cuts[1:], end], strict=True):
        trimmed = _trim(text, a, b)
        if trimmed is not None:
            parts.extend(_hard_cut(text, *trimmed))
    return parts


def _hard_cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut what has no joint (a wall of text) at a space near the character limit."""
    parts: list[tuple[int, int]] = []
    while end - start > MAX_CLAUSE_CHARACTERS:
        space = text.rfind(" ", start + MAX_CLAUSE_CHARACTERS // 2, start + MAX_CLAUSE_CHARACTERS)
        cut = space if space > 0 else start + MAX_CLAUSE_CHARACTERS
        piece = _trim(text, start, cut)
        if piece is not None:
            parts.append(piece)
        start = cut
    last = _trim(text, start, end)
    return [*parts, last] if last is not None else parts

"""Turn a text as given into what may be read, and remember where each character came from.

Unicode is folded (NFKC), what nobody sees is dropped (zero-width, bidirectional controls, tags,
other control characters), and of HTML the visible text is kept.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from evenhand.judges.disguise import fold_text
from evenhand.judges.markup import find_markup

MAX_READ = 20_000
"""Characters that judges read of one answer; the longest golden answer has about 2,000."""

_PLAIN = re.compile(r"[\n\r\t -~]+")
_INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


@dataclass(frozen=True)
class Normalised:
    """A text that may be read.

    Attributes:
        text: What is left.
        offsets: For each character of `text`, its place in the text given; ascending.
        invisible: How many invisible characters were dropped.
        control: How many control characters or undecodable ones were dropped.
        hidden: Text that a page made of it would not show, unless it is told of.
        alike: How many words mixed letters of scripts that look alike; they are read as Latin.
        end: How many characters of the text given were read; the rest was too much.
    """

    text: str
    offsets: Sequence[int]
    invisible: int
    control: int
    hidden: tuple[str, ...]
    alike: int
    end: int


@lru_cache(maxsize=4)
def normalise(given: str) -> Normalised:
    r"""Fold a text. Never raises, whatever the text.

    >>> normalise("ﬁne\u200b <b>here</b>").text
    'fine here'
    """
    source = given[: 2 * MAX_READ]
    dropped, hidden = find_markup(source)
    pieces: list[str] = []
    offsets: list[int] = []
    invisible = control = 0
    index, same = 0, True
    stops = [*sorted(dropped), len(source)]
    while index < len(source) and len(offsets) < MAX_READ:
        if index in dropped:
            end, space = dropped[index]
            if space:
                pieces.append("\n")
                offsets.append(index)
            index, same = end, False
            continue
        room = index + MAX_READ - len(offsets)
        end = _plain_end(source, index, min(stops[bisect_left(stops, index)], room))
        if end > index:
            pieces.append(source[index:end])
            offsets.extend(range(index, end))
            index = end
            continue
        end = _cluster_end(source, index, dropped)
        folded = unicodedata.normalize("NFKC", source[index:end])
        before = len(offsets)
        for character in folded:
            kind = unicodedata.category(character)
            if kind == "Cf" or character in _INVISIBLE or _variation(character):
                invisible += 1
            elif kind in ("Cc", "Cs", "Co", "Cn") and character not in "\n\r\t":
                control += 1
            else:
                pieces.append(character)
                offsets.append(index)
        same = same and len(offsets) - before == end - index == 1
        index = end
    text, alike = fold_text("".join(pieces))
    places = range(len(text)) if same else tuple(offsets)
    return Normalised(text, places, invisible, control, hidden, alike, index)


def _plain_end(source: str, index: int, stop: int) -> int:
    """Return where a stretch ends in which every character stays as it is; `index` for none."""
    found = _PLAIN.match(source, index, stop)
    if found is None:
        return index
    # A combining mark takes the last one along.
    end = found.end()
    return end - 1 if end < len(source) and unicodedata.combining(source[end]) else end


def _cluster_end(source: str, index: int, dropped: dict[int, tuple[int, bool]]) -> int:
    """Take combining marks along with their base, so that folding may compose them."""
    end = index + 1
    while (
        end < len(source)
        and end - index < 16
        and end not in dropped
        and unicodedata.combining(source[end])
    ):
        end += 1
    return end


def _variation(character: str) -> bool:
    point = ord(character)
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF

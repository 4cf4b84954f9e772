"""Classes of letters for redaction: `re` knows no capitals outside the ASCII ones by itself."""

import re
import unicodedata
from collections.abc import Iterable

_CASED = (
    *range(0x41, 0x588),
    *range(0x10A0, 0x1100),
    *range(0x13A0, 0x13FE),
    *range(0x1C90, 0x1CC0),
    *range(0x1E00, 0x2000),
    *range(0x2C60, 0x2C80),
    *range(0xA640, 0xA7FF),
)
"""Where scripts with capitals lie: Latin, Greek, Cyrillic, Armenian, Georgian, Cherokee."""
_MARKED = (
    *range(0x300, 0x370),
    *range(0x483, 0x488),
    *range(0x591, 0x1200),
    *range(0xA8E0, 0xABF0),
)


def _ranges(codes: Iterable[int]) -> str:
    """Write code points as what stands between the brackets of a class."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    # As they are: `re` takes several times as long to read an escape as to read a letter.
    return "".join(chr(low) if low == high else f"{chr(low)}-{chr(high)}" for low, high in spans)


def _of(codes: Iterable[int], kinds: frozenset[str]) -> str:
    return _ranges(code for code in codes if unicodedata.category(chr(code)) in kinds)


MARKS = _of(_MARKED, frozenset(("Mn", "Mc")))
"""Vowel signs and accents that stand as characters of their own; `\\w` leaves them out."""
CAPITAL = f"[{_of(_CASED, frozenset(('Lu', 'Lt')))}]"
_SMALL = _of(_CASED, frozenset(("Ll",)))
SMALL = f"[{_SMALL}{MARKS}]"
LETTER = rf"[\w{MARKS}]"
CAPPED = rf"{CAPITAL}{SMALL}{{1,30}}(?:['’-]{CAPITAL}{SMALL}{{0,30}}|['’]{SMALL}{{3,30}}){{0,3}}"
"""One word with a capital letter, of whatever language: Ada, Łukasz, O'Brien, Kofi-Mensah."""
ANY_NAME = rf"[^\W\d_](?:{LETTER}|['’](?=\w)|-(?=\w)){{0,40}}"
"""One word that may be a name, with or without a capital letter, of whatever script."""

_CASELESS = re.compile(rf"[^\W\d_{_SMALL}{CAPITAL[1:-1]}]")
_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)


def has_case(word: str) -> bool:
    """Say whether a word is of a script with capital letters.

    >>> has_case("ada"), has_case("小明"), has_case("प्रिया")
    (True, False, False)
    """
    return not _CASELESS.match(word)


def is_spaceless(word: str) -> bool:
    """Say whether a word is of a script that puts no space behind each word."""
    return bool(_SPACELESS.search(word))

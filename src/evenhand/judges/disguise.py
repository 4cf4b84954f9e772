"""Text in disguise: letters of another script that look alike, codes, letters set apart."""

import base64
import binascii
import codecs
import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress

from evenhand.judges.clauses import words
from evenhand.judges.tongue import english_share

_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝвкмнтАВЕКМНОРСТУХІЈЅԌԚԜαοιρτυνκχεηωγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɑɡıⅼ",
    "aeopcyxijsdhqwbkmhtABEKMHOPCTYXIJSGQWaoiptuvkxenwyABEZHIKMNOPTYXagil",
)
_WORD = re.compile(r"[^\W\d_]{2,40}")
_OTHER_LETTER = re.compile(r"[^\W\d_a-zA-Z]")
_HIGH = re.compile("[\u2101-\U0010ffff]")
_TAGS = re.compile("[\U000e0020-\U000e007e]")
_BLOB = re.compile(
    r"(?<![\w/+=%-])(?:[A-Za-z0-9+/_-]{24,}={0,2}|(?:[0-9a-fA-F]{2}[ :]?){16,})(?![\w/+=])"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}[A-Za-z]{0,3}){6,}")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{2,6};){6,}")
_BITS = re.compile(r"(?:\b[01]{7,8}\b\s{0,2}){8,}|[01]{64,}")
_APART = re.compile(r"(?:(?<![^\W_])[^\W\d_][ .\-_*]{1,2}){10,}")
# What both have, beginning with one of a few characters, which is found fast.
_SOME_BITS = re.compile(r"[01]{7}")
_SOME_APART = re.compile(r"[ .\-_*][^\W\d_][ .\-_*]{1,2}[^\W\d_][ .\-_*]")
_LINE = re.compile(r"[^\n]{20,}")
_READABLE = 0.9


def fold_alike(word: str) -> str:
    """Return a word in Latin letters where it mixes scripts that look alike; else as it is.

    >>> fold_alike("scоrе") == "score", fold_alike("мир"), fold_alike("μs")
    (True, 'мир', 'μs')
    """
    if len(word) < 3 or word.isascii():
        return word
    scripts = {unicodedata.name(c, "?").split(" ")[0] for c in word if c.isalpha()}
    if "LATIN" not in scripts or not scripts & {"CYRILLIC", "GREEK"}:
        return word
    return word.translate(_ALIKE)


def fold_text(text: str) -> tuple[str, int]:
    """Fold every word that mixes scripts; return the text, as long as it was, and how many."""
    if not _OTHER_LETTER.search(text):
        return text, 0
    changed = 0

    def fold(found: re.Match[str]) -> str:
        nonlocal changed
        folded = fold_alike(found.group())
        changed += folded != found.group()
        return folded

    return _WORD.sub(fold, text), changed


def styled(given: str) -> int:
    """Count letters that are letters only by their looks: mathematical, full width, in circles."""
    return sum(
        1
        for c in _HIGH.findall(given)
        if c.isalnum() | (unicodedata.category(c) == "So")
        and unicodedata.normalize("NFKC", c).isascii()
        and unicodedata.normalize("NFKC", c).isalpha()
    )


def tags(given: str) -> str:
    """Return what is written in Unicode tags, which no page shows."""
    return "".join(chr(ord(c) - 0xE0000) for c in _TAGS.findall(given))


def decoded(text: str) -> Iterator[str]:
    """Yield what stands in a text in code and reads as English once it is decoded."""
    for found in _BLOB.finditer(text):
        yield from filter(_is_readable, _unpack(found.group()))
    for found in _PERCENT.finditer(text):
        yield from filter(_is_readable, [urllib.parse.unquote(found.group(), errors="replace")])
    for found in _ESCAPES.finditer(text):
        yield re.sub(r"\\[ux]([0-9a-fA-F]{2,4})|&#x?([0-9a-fA-F]{2,6});", " ", found.group()) or " "
    for found in _BITS.finditer(text) if _SOME_BITS.search(text) else ():
        digits = re.sub(r"\s", "", found.group())
        octets = (digits[i : i + 8] for i in range(0, len(digits) - 7, 8))
        yield from filter(_is_readable, ["".join(chr(int(octet, 2)) for octet in octets)])
    for found in _APART.finditer(text) if _SOME_APART.search(text) else ():
        yield found.group()
    for found in _LINE.finditer(text):
        yield from _turned(found.group())


def _unpack(blob: str) -> Iterator[str]:
    digits = re.sub(r"[ :]", "", blob)
    with suppress(ValueError):
        yield bytes.fromhex(digits).decode()
    padded = digits.replace("-", "+").replace("_", "/").rstrip("=")
    with suppress(binascii.Error, ValueError):
        yield base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True).decode()


def _is_readable(text: str) -> bool:
    """Say whether most of it is printable and some of it is words."""
    if len(text) < 8:
        return False
    plain = sum(c.isprintable() or c.isspace() for c in text) / len(text)
    letters = sum(c.isalpha() or c.isspace() for c in text) / len(text)
    return plain >= _READABLE and letters >= 0.7


def _turned(line: str) -> Iterator[str]:
    """Yield a line shifted by thirteen letters or read backwards, where that makes it English."""
    said = words(line)
    if len(said) < 5 or english_share(said) > 0.1:
        return
    for other in (codecs.encode(line, "rot13"), line[::-1]):
        found = words(other)
        if found and english_share(found) >= 0.25:
            yield other

"""Does an answer hold something that is no prose: markup, code, a log, a table, a rule of dashes?

The judges read sentences. What is written for machines they read wrong, and whoever forges a turn,
a delimiter or a verdict writes in that form, whatever it says. A person should look in either case.
A fence round code is none of these: what stands inside it may be.
"""

import re
from collections.abc import Iterator
from itertools import islice

from evenhand.judges.hints import has_any

_FORMS: tuple[tuple[tuple[str, ...], str], ...] = (
    # Tags with or without values, declarations, the end of character data.
    (
        ("<", "]]>", "/>"),
        r"</?[A-Za-z][\w:.-]{0,30}(?:\s{1,4}[\w:-]{1,30}\s?=\s?[^<>\n]{1,80}|\s?/)?\s?>|<[!?]|\]\]>|/>",
    ),
    # A key and its value in quotation marks.
    (
        ("'", '"'),
        r"[\"'][\w -]{1,40}[\"']\s{0,3}:\s{0,3}[\"'\[{\dtfn]",
    ),
    # A prompt of a shell, the end of a here-document.
    (
        ("$ ", ">>", "#!", "EOF", "./"),
        r"^[ \t]{0,8}(?:\$ |>>>? ?|#!|EOF\b|\./)",
    ),
    # Calls with named arguments, definitions, checks, assignments, statements of SQL that write.
    (
        ("=", "def ", "return ", "assert ", "UPDATE ", "INSERT INTO"),
        r"\b\w{1,40}\([^()\n]{0,60}\w ?= ?[^()\n]{1,60}\)|\bdef \w+\(|\breturn [A-Z_]{4,}"
        r"|\bassert \w+[ (.]|\w ?(?:==|!=|:=|\+=|=>) ?\w"
        r"|^[ \t]{0,8}\w{2,30}(?:\.\w{1,30})? ?= ?[^=\s]{1,60}$"
        r"|\bUPDATE \w+ SET\b|\bINSERT INTO\b",
    ),
    # Rows of a table, of comma-separated values, of a log.
    (
        ("|",),
        r"^[ \t]{0,8}\|[^\n|]{0,200}\|[^\n|]{0,200}\|",
    ),
    (
        (",",),
        r"^(?:[^,\s][^,\n]{0,30},){2,8}[^,\n]{0,30}\n(?:[^,\s][^,\n]{0,30},){2,8}",
    ),
    (
        ("-", ":"),
        r"^\[?\d{4}-\d\d-\d\d[T ]\d"
        r"|^\[?\d{1,2}:\d\d(?::\d\d)?\]?[ \t]{1,4}(?:INFO|WARN|ERROR|\w{1,30}:)",
    ),
    # Rules of dashes, round words or alone.
    (
        ("-", "=", "*", "~", "#", "_", "—", "–", "+"),
        r"^[ \t]{0,8}(?=\S)[-=*~#_—–+ ]{5,200}$|^-{2,}\w"
        r"|^[ \t]{0,8}[-=*~#_—+]{3,20}[^\n]{1,60}?[-=*~#_—+]{3,20}[ \t]{0,8}$",
    ),
    # Headers of a message, marks of a template, labels in brackets.
    (
        (":",),
        r"^[ \t]{0,8}[A-Z]\w{1,20}-[A-Z][\w-]{1,20}:"
        r"|^[ \t]{0,8}(?:From|To|Subject|Re|Date|Cc):[ \t]",
    ),
    (
        ("[", "<|", "|>", "{{", "}}", "{%"),
        r"\[/?[A-Z][A-Z_ ]{2,30}(?:[:#][^\]\n]{0,60})?\]|<\||\|>|\{\{|\}\}|\{%|\[/\w{1,20}\]",
    ),
    # Comments, stars and ticks, keys of a configuration.
    (
        ("/", "#"),
        r"/\*|\*/|^[ \t]{0,8}//|^[ \t]{0,8}# \w{1,30}_\w",
    ),
    (
        ("★", "⭐", "✅", "☑", "✔", "✓", "■", "█", "▓"),
        r"[★⭐✅☑✔✓]|[■█▓]{2}",
    ),
    (
        ("---", ":"),
        r"^---[ \t]{0,8}$|^[ \t]{0,8}\w[\w-]{0,30}:[ \t]{0,8}\n[ \t]{1,8}\w[\w-]{0,30}:[ \t]\S"
        r"|^\w[\w-]{0,30}_\w{1,30}: \S",
    ),
)
_NOTATION = tuple((hints, re.compile(form, re.MULTILINE)) for hints, form in _FORMS)
"""Patterns, each behind pieces of which a text has to have one. One pattern of all of them, tried
at each character, takes five times as long as those that a usual answer leaves to be tried."""
_OPENS = re.compile(r"(?:^|\n|[.!?:]\s)[\s\[{(<>*_-]{0,12}$")
"""What stands before a piece that opens a sentence or a line of its own."""
_REACH = 16
SEVERAL = 3
"""Pieces in one answer that are no mention in passing, wherever they stand."""
_SHOWN = re.compile(r"`[^`\n]{1,300}`")
"""Code shown inside a line: one piece, whatever is in it."""


def find_notation(text: str) -> str | None:
    r"""Return the line in which the first piece of notation stands, or None.

    A piece inside a sentence is named or quoted in it, and passed over unless there are several.

    Args:
        text: Normalised.

    >>> find_notation("We ran it twice.\n{'level': 5}")
    "{'level': 5}"
    >>> find_notation("Someone puts <|im_end|> into the ticket.") is None
    True
    """
    pieces = list(islice(_pieces(text), SEVERAL))
    for piece in pieces:
        at = piece.end() - len(piece.group().lstrip())
        if len(pieces) >= SEVERAL or _OPENS.search(text[max(0, at - _REACH) : at]):
            start = text.rfind("\n", 0, at) + 1
            return text[start:].split("\n", 1)[0].strip()
    return None


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield pieces of notation in reading order, of code shown in a line the first alone."""
    shown = [code.span() for code in _SHOWN.finditer(text)]
    counted = 0
    for piece in _matches(text):
        if piece.start() >= counted:
            yield piece
            counted = next((end for start, end in shown if start <= piece.start() < end), 0)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Yield what the forms match, as one pattern would: the leftmost, and of those the first."""
    forms = [pattern for hints, pattern in _NOTATION if has_any(text, hints)]
    ahead = [found for pattern in forms if (found := pattern.search(text)) is not None]
    while ahead:
        first = min(ahead, key=re.Match.start)  # the earlier form where two begin at one place
        yield first
        end = first.end()
        moved = (one if one.start() >= end else one.re.search(text, end) for one in ahead)
        ahead = [one for one in moved if one is not None]

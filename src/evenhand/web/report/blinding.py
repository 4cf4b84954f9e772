"""Answers as the judges saw them: what tells who somebody is stays out until they are decided on.

Whatever points into an answer goes along: the quotes of a blinded report index its blinded text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from evenhand.hiring.models import Candidate, Reading, VerdictRow

from .material import AnswerMaterial, Material


@dataclass(frozen=True)
class Hidden:
    """A stretch of a text that is left out, and what it is."""

    start: int
    end: int
    kind: str


class Veil:
    """A text without some stretches, each of which a word in brackets stands for.

    Args:
        text: The text as given.
        hidden: What is left out, in any order; where two overlap they are one.

    Attributes:
        text: What is left to read.
    """

    def __init__(self, text: str, hidden: Iterable[Hidden]) -> None:
        self._spans = _apart(hidden, len(text))
        pieces: list[str] = []
        self._shift = [0]
        at = shift = 0
        for one in self._spans:
            instead = f"[{_word(one.kind)}]"
            pieces += [text[at : one.start], instead]
            shift += len(instead) - (one.end - one.start)
            self._shift.append(shift)
            at = one.end
        self.text = "".join([*pieces, text[at:]])
        self._ends = [one.end for one in self._spans]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the text as given is now; it takes in whole what it cuts."""
        return self._place(start, at_end=False), self._place(end, at_end=True)

    def _place(self, at: int, *, at_end: bool) -> int:
        before = bisect_right(self._ends, at)
        inside = before < len(self._spans) and self._spans[before].start < at
        if not inside:
            return at + self._shift[before]
        if at_end:
            return self._spans[before].end + self._shift[before + 1]
        return self._spans[before].start + self._shift[before]


def blinded(material: Material, candidate: Candidate) -> Material:
    """Return the material of a report that does not tell whose it is; no row is changed."""
    answers = tuple(_blind_answer(one, candidate) for one in material.answers)
    return replace(material, answers=answers)


def veil_answer(text: str, reading: Reading | None, candidate: Candidate) -> Veil:
    """Leave out of an answer what no judge saw, and the candidate's own name wherever it stands."""
    if reading is None:
        return veil_notes(text, candidate)
    found = [Hidden(one["start"], one["end"], one["kind"]) for one in reading.redacted]
    return Veil(text, [*found, *_own_names(text, candidate)])


def veil_notes(text: str, candidate: Candidate) -> Veil:
    """Leave out of a text that no judge read what would have been left out for one."""
    # The judges' room takes long to import, and the pages before a decision alone need it.
    from evenhand.judges.redaction import find

    found = [Hidden(one.start, one.end, one.kind) for one in find(text)]
    return Veil(text, [*found, *_own_names(text, candidate)])


def _blind_answer(material: AnswerMaterial, candidate: Candidate) -> AnswerMaterial:
    answer = copy(material.answer)
    veil = veil_answer(answer.text, material.reading, candidate)
    answer.text = veil.text
    aside = []
    for row in material.aside:
        kept = copy(row)
        kept.text = veil_notes(kept.text, candidate).text
        aside.append(kept)
    return replace(
        material,
        answer=answer,
        verdicts=tuple(_blind_quotes(row, veil) for row in material.verdicts),
        aside=tuple(aside),
    )


def _blind_quotes(row: VerdictRow, veil: Veil) -> VerdictRow:
    verdict, quotes = copy(row), []
    for quote in row.quotes:
        start, end = veil.span(quote["start"], quote["end"])
        quotes.append({**quote, "text": veil.text[start:end], "start": start, "end": end})
    verdict.quotes = quotes
    return verdict


def _own_names(text: str, candidate: Candidate) -> list[Hidden]:
    pattern = _names(candidate.name, candidate.email)
    return [Hidden(*match.span(), "name") for match in pattern.finditer(text)]


@lru_cache(maxsize=64)
def _names(name: str, email: str) -> re.Pattern[str]:
    """Match an address, and each part of a name as it is written; initials are no names."""
    parts = [part for part in re.split(r"[\s.,;()]+", name) if len(part) > 1]
    words = "|".join(rf"\b{re.escape(part)}\b" for part in parts)
    return re.compile("|".join(filter(None, (rf"(?i:{re.escape(email)})", words))))


def _apart(hidden: Iterable[Hidden], length: int) -> Sequence[Hidden]:
    """Return the stretches in order, cut to the text, with those that overlap as one."""
    kept: list[Hidden] = []
    for one in sorted(hidden, key=lambda h: (h.start, -h.end)):
        start, end = max(one.start, 0), min(one.end, length)
        if start >= end:
            continue
        if kept and start < kept[-1].end:
            kept[-1] = replace(kept[-1], end=max(kept[-1].end, end))
        else:
            kept.append(Hidden(start, end, one.kind))
    return kept


def _word(kind: str) -> str:
    words = {
        "name": _("name"),
        "mail": _("mail address"),
        "phone": _("telephone number"),
        "link": _("link"),
        "employer": _("employer"),
        "school": _("school"),
    }
    return words[kind]

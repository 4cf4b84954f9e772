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

from evenhand.hiring.models import Answer, Candidate, KeptAside, Reading, VerdictRow
from evenhand.hiring.probes.reading import SEAM

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


class Parts:
    """An answer and its follow-up, which were read as one text, without what tells whose they are.

    Left out is what no judge saw, and the candidate's own name wherever it stands.

    Attributes:
        answer: The answer.
        follow_up: The answer to the follow-up; None where none was given.
        text: Both, as one text.
    """

    def __init__(
        self, answer: Answer, follow_up: Answer | None, reading: Reading | None, of: Candidate
    ) -> None:
        self._seam = len(answer.text)
        self.answer = self._veil(answer.text, 0, reading, of)
        self.follow_up, self.text = None, self.answer.text
        if follow_up is not None and follow_up.text.strip():
            self.follow_up = self._veil(follow_up.text, self._seam + len(SEAM), reading, of)
            self.text = f"{self.answer.text}{SEAM}{self.follow_up.text}"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the two as they were given is now in `text`."""
        begins = self._seam + len(SEAM)
        if self.follow_up is None or start < begins:
            return self.answer.span(start, min(end, self._seam))
        low, high = self.follow_up.span(start - begins, end - begins)
        shift = len(self.answer.text) + len(SEAM)
        return low + shift, high + shift

    def _veil(self, text: str, begins: int, reading: Reading | None, of: Candidate) -> Veil:
        if reading is None:
            return veil_notes(text, of)
        found = [
            Hidden(one["start"] - begins, one["end"] - begins, one["kind"])
            for one in reading.redacted
        ]
        return Veil(text, [*found, *_own_names(text, of)])


def veil_notes(text: str, candidate: Candidate) -> Veil:
    """Leave out of a text that no judge read what would have been left out for one."""
    # The judges' room takes long to import, and the pages before a decision alone need it.
    from evenhand.judges.redaction import find

    found = [Hidden(one.start, one.end, one.kind) for one in find(text, candidate.known)]
    return Veil(text, [*found, *_own_names(text, candidate)])


def _blind_answer(material: AnswerMaterial, candidate: Candidate) -> AnswerMaterial:
    parts = Parts(material.answer, material.follow_up, material.reading, candidate)
    after = material.follow_up
    if after is not None and parts.follow_up is not None:
        after = _with_text(after, parts.follow_up.text)
    return replace(
        material,
        answer=_with_text(material.answer, parts.answer.text),
        follow_up=after,
        verdicts=tuple(_blind_quotes(row, parts) for row in material.verdicts),
        aside=tuple(_blind_aside(row, candidate) for row in material.aside),
        follow_up_aside=tuple(_blind_aside(row, candidate) for row in material.follow_up_aside),
    )


def _with_text(answer: Answer, text: str) -> Answer:
    blind = copy(answer)
    blind.text = text
    return blind


def _blind_aside(row: KeptAside, candidate: Candidate) -> KeptAside:
    blind = copy(row)
    blind.text = veil_notes(row.text, candidate).text
    return blind


def _blind_quotes(row: VerdictRow, parts: Parts) -> VerdictRow:
    verdict, quotes = copy(row), []
    for quote in row.quotes:
        start, end = parts.span(quote["start"], quote["end"])
        quotes.append({**quote, "text": parts.text[start:end], "start": start, "end": end})
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
        "address": _("postal address"),
        "employer": _("employer"),
        "school": _("school"),
    }
    return words[kind]

"""Reads decisions made elsewhere: candidate, judge, advance; sure and date where known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from evenhand.hiring.sheets import FieldFault, decoded, read_sheet
from evenhand.hiring.studies.models import LABEL
from evenhand.hiring.studies.naming import MAX_BYTES, MAX_ROWS, Known, label_of, number_of, quoted

COLUMNS: Final = ("candidate", "judge", "advance")
WORDS: Final = {"yes": True, "no": False}


@dataclass(frozen=True)
class DecisionRow:
    """One line of the file, by number; `at` is None where it has no date."""

    application: UUID
    label: str
    advance: bool
    sure: int | None
    at: datetime | None
    line: int = field(default=0, compare=False)


def read_decisions_file(data: bytes, known: Known) -> list[DecisionRow]:
    """Read decisions; a line that repeats another one is taken once.

    Raises:
        SheetError: says every line that is wrong, among them a judge who decides twice and
            otherwise.
    """
    seen: dict[tuple[UUID, str], tuple[int, DecisionRow]] = {}

    def take(line: int, values: Mapping[str, str]) -> DecisionRow:
        row = _row(line, values, known)
        before, first = seen.setdefault((row.application, row.label), (line, row))
        if first != row:
            what = _("decided otherwise on this candidate in line %(line)s")
            raise FieldFault("judge", what % {"line": before})
        return row

    rows = read_sheet(
        decoded(data, MAX_BYTES),
        COLUMNS,
        take,
        most_rows=MAX_ROWS,
        nothing=_("The list has no decision; put each on a line of its own."),
    )
    return list(dict.fromkeys(rows))


def _row(line: int, values: Mapping[str, str], known: Known) -> DecisionRow:
    word = values["advance"].lower()
    if word not in WORDS:
        what = _("%(text)s is not yes or no") % {"text": quoted(values["advance"])}
        raise FieldFault("advance", what)
    sure = round(number_of(values, "sure", 0, 100)) if values.get("sure") else None
    return DecisionRow(
        known.find(values["candidate"]),
        label_of(values, "judge", LABEL),
        WORDS[word],
        sure,
        _day(values.get("date", "")),
        line,
    )


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(12), UTC)
    except ValueError:
        what = _("%(text)s is not a date such as 2026-03-31") % {"text": quoted(text)}
        raise FieldFault("date", what) from None

"""Reads what came of candidates: candidate, outcome, value; rater if there were several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from evenhand.hiring.sheets import FieldFault, decoded, read_sheet
from evenhand.hiring.studies.models import LABEL
from evenhand.hiring.studies.naming import MAX_BYTES, MAX_ROWS, Known, label_of, number_of

COLUMNS: Final = ("candidate", "outcome", "value")
NAME: Final = 60


@dataclass(frozen=True)
class OutcomeRow:
    """One line of the file, by number."""

    application: UUID
    name: str
    rater: str
    value: float
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[UUID, str, str]:
        """What there is one value of."""
        return self.application, self.name, self.rater


def read_outcomes_file(data: bytes, known: Known) -> list[OutcomeRow]:
    """Read outcomes; a line that repeats another one is taken once.

    Raises:
        SheetError: says every line that is wrong, among them a second value of one rater.
    """
    seen: dict[tuple[UUID, str, str], OutcomeRow] = {}

    def take(line: int, values: Mapping[str, str]) -> OutcomeRow:
        row = OutcomeRow(
            known.find(values["candidate"]),
            label_of(values, "outcome", NAME),
            label_of(values, "rater", LABEL) if values.get("rater") else "",
            number_of(values, "value"),
            line,
        )
        first = seen.setdefault(row.key, row)
        if first != row:
            raise FieldFault("value", _("was another one in line %(line)s") % {"line": first.line})
        return row

    rows = read_sheet(
        decoded(data, MAX_BYTES),
        COLUMNS,
        take,
        most_rows=MAX_ROWS,
        nothing=_("The list has no outcome; put each on a line of its own."),
    )
    return list(dict.fromkeys(rows))

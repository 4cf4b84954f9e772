"""Taking signals in, and the one study that they enter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import SheetError
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.sheets import FieldFault, decoded, fault, read_sheet, shortened
from evenhand.hiring.signals.models import Signal
from evenhand.hiring.studies.importing import BATCH, Imported, record_import
from evenhand.hiring.studies.naming import (
    MAX_BYTES,
    MAX_ROWS,
    Known,
    known_in,
    label_of,
    number_of,
    quoted,
)
from evenhand.hiring.studies.outcomes_file import NAME
from evenhand.hiring.studies.queries import outcomes_of, score_of
from evenhand.studies.validity import Predictor, Validity, validity

COLUMNS: Final = ("candidate", "kind", "name", "value")


@dataclass(frozen=True)
class SignalRow:
    """One line of the file, by number."""

    application: UUID
    kind: str
    name: str
    value: float
    line: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[UUID, str, str]:
        """What there is one value of."""
        return self.application, self.kind, self.name


def import_signals(*, opening: Opening, data: bytes, by: User, now: datetime) -> Imported:
    """Take in signals from a CSV file, candidate, kind, name and value: all of it, or nothing.

    Raises:
        SheetError: says every line that is wrong, among them a value that was another one before.
    """
    rows = read_signals_file(data, known_in(opening))
    with transaction.atomic():
        held = Signal.objects.filter(application__opening=opening)
        there = {(one.application_id, one.kind, one.name): one.value for one in held}
        faults = [
            fault(row.line, _("value: was another one in an earlier file, and is not changed"))
            for row in rows
            if there.get(row.key, row.value) != row.value
        ]
        if faults:
            raise SheetError(shortened(faults))
        new = [row for row in rows if row.key not in there]
        Signal.objects.bulk_create(
            (
                Signal(
                    application_id=row.application,
                    kind=row.kind,
                    name=row.name,
                    value=row.value,
                    at=now,
                )
                for row in new
            ),
            batch_size=BATCH,
        )
        done = Imported(len(new), len(rows) - len(new))
        record_import("signals.imported", opening, data, done, by, now)
    return done


def read_signals_file(data: bytes, known: Known) -> list[SignalRow]:
    """Read signals; a line that repeats another one is taken once.

    Raises:
        SheetError: says every line that is wrong.
    """
    seen: dict[tuple[UUID, str, str], SignalRow] = {}

    def take(line: int, values: Mapping[str, str]) -> SignalRow:
        kind = values["kind"].lower()
        if kind not in Signal.Kind.values:
            what = _("%(text)s is not one of %(kinds)s")
            told = {"text": quoted(values["kind"]), "kinds": ", ".join(Signal.Kind.values)}
            raise FieldFault("kind", what % told)
        row = SignalRow(
            known.find(values["candidate"]),
            kind,
            label_of(values, "name", NAME),
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
        nothing=_("The list has no signal; put each on a line of its own."),
    )
    return list(dict.fromkeys(rows))


def validity_of(opening: Opening, outcome: str) -> Validity:
    """Hold the overall estimates and every signal of an opening against one of its outcomes.

    Raises:
        KeyError: the opening has no such outcome.
    """
    by_signal: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for one in Signal.objects.filter(application__opening=opening):
        by_signal[one.kind, one.name][str(one.application_id)] = one.value
    signals = [Predictor(kind, name, values) for (kind, name), values in by_signal.items()]
    return validity(
        score_of(opening, outcome),
        signals,
        outcomes_of(opening)[outcome],
        name=outcome,
        confidence=opening.confidence,
    )


def kind_name(kind: str) -> str:
    """Return what a kind of signal is called."""
    return str(Signal.Kind(kind).label)

"""Faults and findings of a draft, beside the fields that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField

from evenhand.hiring.drafts.meaning import Draft
from evenhand.rubric.writing import Body

from .words import Note, finding_of, note_of


@dataclass(frozen=True)
class Noted:
    """A field with its notes."""

    field: BoundField
    notes: Sequence[Note]

    @property
    def id(self) -> str:
        """The id of the list of notes."""
        return f"{self.field.auto_id}_notes"


def notes_of(draft: Draft, body: Body) -> list[Note]:
    """Return everything to be said of a draft, faults first."""
    return [
        *(note_of(line, body) for line in draft.faults),
        *(finding_of(one.path, one.message, body) for one in draft.findings),
    ]


def noted(field: BoundField, notes: Sequence[Note]) -> Noted:
    """Put notes to a field; who listens to the page hears them with it."""
    made = Noted(field, notes)
    if notes:
        described = [f"{field.auto_id}_helptext"] if field.help_text else []
        if field.errors:
            described.append(f"{field.auto_id}_error")
        field.field.widget.attrs["aria-describedby"] = " ".join([*described, made.id])
    return made

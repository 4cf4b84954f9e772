"""Whom a line of an uploaded file means, and its other fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.sheets import FieldFault

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_ROWS: Final = 50_000
_LARGEST: Final = 1e9


@dataclass(frozen=True)
class Known:
    """The candidates of an opening by every name that a file may give them.

    Attributes:
        by_name: number, code ("Candidate 3"), e-mail address and id, all in lower case.
    """

    by_name: Mapping[str, UUID]

    def find(self, text: str) -> UUID:
        """Return the application that is meant.

        Raises:
            FieldFault: nobody in the opening has this name.
        """
        found = self.by_name.get(text.lower())
        if found is None:
            what = _("%(text)s is nobody in this opening; give number or e-mail address")
            raise FieldFault("candidate", what % {"text": quoted(text)} if text else _("is empty"))
        return found


def known_in(opening: Opening) -> Known:
    """Return whom a file may name."""
    by_name: dict[str, UUID] = {}
    applications = Application.objects.filter(opening=opening).select_related("candidate")
    for one in applications.iterator(chunk_size=5000):
        names = (str(one.number), one.code, f"candidate {one.number}", str(one.pk))
        by_name.update({name.lower(): one.pk for name in (*names, one.candidate.email)})
    return Known(by_name)


def label_of(values: Mapping[str, str], field: str, most: int) -> str:
    """Return a label that must be there and names nobody by their address.

    Raises:
        FieldFault: it is empty, too long, or an e-mail address.
    """
    text = " ".join(values[field].split())
    if not text:
        raise FieldFault(field, _("is empty"))
    if len(text) > most:
        raise FieldFault(field, _("has more than %(most)s characters") % {"most": most})
    if "@" in text or not text.isprintable():
        raise FieldFault(field, _("use a label without a name, such as judge 1"))
    return text


def number_of(
    values: Mapping[str, str], field: str, low: float = -_LARGEST, high: float = _LARGEST
) -> float:
    """Return a number that must be there.

    Raises:
        FieldFault: it is no number, or lies outside.
    """
    text = values[field]
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        what = _("%(text)s is not a number; write 3.5, with a point")
        raise FieldFault(field, what % {"text": quoted(text)})
    if not low <= value <= high:
        what = _("%(text)s does not lie between %(low)s and %(high)s")
        raise FieldFault(field, what % {"text": text, "low": f"{low:g}", "high": f"{high:g}"})
    return value


def quoted(text: str) -> str:
    """Return a value to show in a message, not too long."""
    return repr(text[:60])

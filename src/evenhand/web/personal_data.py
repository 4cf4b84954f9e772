"""A person's copy of their data, as a file and as a page; for them and for who is asked for it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from evenhand.web.templatetags.moments import to_the_second

LONG = 80
"""Characters from which a value has a line of its own."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")
"""How the copy writes a moment."""


@dataclass(frozen=True)
class Value:
    """One value of a row, in words."""

    name: str
    text: str

    @property
    def is_long(self) -> bool:
        """Whether it is shown below its name, with its line breaks."""
        return len(self.text) > LONG or "\n" in self.text


@dataclass(frozen=True)
class Part:
    """The rows of one table."""

    id: str
    title: str
    rows: list[list[Value]]


def as_file(found: Mapping[str, Any]) -> HttpResponse:
    """Return the copy as a JSON file to keep."""
    body = json.dumps(found, ensure_ascii=False, indent=1)
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="personal-data.json"'
    return response


def as_page(found: Mapping[str, Any]) -> list[Part]:
    """Return the copy as parts of a page, without the tables that have no row."""
    return [
        Part(name, table["title"], [_values(row) for row in table["rows"]])
        for name, table in found["tables"].items()
        if table["rows"]
    ]


def left_out(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is not in the copy, with the reason: tables of one reason together."""
    reasons: dict[str, list[str]] = {}
    for one in found["left_out"]:
        of = _("parts of %(table)s") % {"table": one["of"]} if "columns" in one else one["of"]
        reasons.setdefault(one["why"], []).append(of)
    return [(", ".join(of), why) for why, of in reasons.items()]


def _values(row: Mapping[str, Any]) -> list[Value]:
    return [
        Value(name.replace("_", " "), _said(value))
        for name, value in row.items()
        if value not in (None, "", [], {})
    ]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return to_the_second(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)

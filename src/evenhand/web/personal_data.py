"""A person's copy of their data, as a file and as a page; for them and for who is asked for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

LONG = 80
"""Characters from which a value has a line of its own."""


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
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)

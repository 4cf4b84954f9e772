"""Tables as CSV for a spreadsheet, which no cell can turn into a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from django.http import HttpResponse

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BOM: Final = "\ufeff"
"""Without it a spreadsheet takes the file for one of its own country's old encoding."""


def cell(value: object) -> str:
    """Return a value as the text of a cell; None is empty.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises;
    a number does not, so that what is below zero stays a number.

    >>> cell("=1+1"), cell(-0.5), cell(None), cell("Ana")
    ("'=1+1", '-0.5', '', 'Ana')
    """
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as CSV, its lines ended as RFC 4180 says."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def csv_response(
    name: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> HttpResponse:
    """Return a table as a download.

    Args:
        name: of the file, in ASCII without quotes, such as `candidates.csv`.
        header: the columns.
        rows: their values; floats are written in full, so round what should be short.
    """
    return HttpResponse(
        _BOM + csv_text(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

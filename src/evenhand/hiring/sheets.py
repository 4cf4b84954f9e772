"""What every uploaded CSV file has in common: encoding, columns, and faults by line.

A file is taken whole or not at all; every line that is wrong is named, up to twenty of them.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from django.utils.translation import gettext as _

from evenhand.hiring.errors import SheetError

MAX_FAULTS: Final = 20
T = TypeVar("T")


class FieldFault(ValueError):
    """A field of a line holds what cannot be taken; says which and why."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


def decoded(data: bytes, most_bytes: int) -> str:
    """Return an upload as text.

    Args:
        data: UTF-8 with or without a byte-order mark, or UTF-16 with one. Other encodings cannot be
            told from one another, so they are refused rather than guessed at: a wrong guess would
            change names without anybody's seeing it.
        most_bytes: how large it may be.

    Raises:
        SheetError: it is too large, or of another encoding; says in which line.
    """
    if len(data) > most_bytes:
        most = most_bytes // 1024 // 1024
        raise SheetError([_("The file is larger than %(most)s MB; split it.") % {"most": most}])
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide:
            raise SheetError([_not_text()]) from None
        line = data.count(b"\n", 0, error.start) + 1
        said = _(
            "line %(line)s: is not UTF-8 text; it may be Latin-1 or Windows-1252. Save the file as "
            "“CSV UTF-8” and try again."
        )
        raise SheetError([said % {"line": line}]) from None
    if "\0" in text:
        raise SheetError([_not_text()])
    return text


def read_sheet(
    text: str,
    columns: tuple[str, ...],
    take: Callable[[int, Mapping[str, str]], T],
    *,
    most_rows: int,
    nothing: str,
) -> list[T]:
    """Read a table whose first line names the columns, in any order and case, others beside them.

    Args:
        text: with commas, semicolons or tabs between the fields.
        columns: those that there must be.
        take: makes a row of a line's number and its values by column, all columns in lower case
            and values without spaces round them; raises ValueError where it is wrong.
        most_rows: how many there may be.
        nothing: what to say where there is none.

    Raises:
        SheetError: says every line that is wrong.
    """
    first = text.lstrip("\n").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    faults: list[str] = []
    rows: list[T] = []
    try:
        header = _columns(next(reader, []), columns)
        for line, fields in _numbered(reader):
            try:
                if len(fields) < len(header):
                    raise ValueError(_("has too few fields"))
                values = (value.strip() for value in fields)
                rows.append(take(line, dict(zip(header, values, strict=False))))
            except ValueError as error:
                faults.append(fault(line, str(error)))
            if len(rows) + len(faults) > most_rows:
                said = _("The list has more than %(most)s rows; split it.")
                raise SheetError([said % {"most": most_rows}])
    except csv.Error:
        faults.append(fault(reader.line_num, _("is not CSV; look for an open quotation mark")))
    if faults or not rows:
        raise SheetError(shortened(faults or [nothing]))
    return rows


def fault(line: int, what: str) -> str:
    """Return a fault with the line it stands in."""
    return _("line %(line)s: %(what)s") % {"line": line, "what": what}


def shortened(faults: list[str]) -> list[str]:
    """Return the first twenty faults, and how many more there are."""
    more = len(faults) - MAX_FAULTS
    if more <= 0:
        return faults
    return [*faults[:MAX_FAULTS], _("and %(more)s more") % {"more": more}]


def _columns(header: list[str], columns: tuple[str, ...]) -> list[str]:
    names = [name.strip().lower() for name in header]
    if any(names.count(name) != 1 for name in columns):
        said = _("must name the columns %(names)s, each once: %(line)s")
        told = {"names": _(" and ").join([", ".join(columns[:-1]), columns[-1]])}
        raise SheetError([fault(1, said % {**told, "line": ",".join(columns)})])
    return names


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins at; empty lines are skipped."""
    begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader has it
    for fields in reader:
        if any(field.strip() for field in fields):
            yield begins, fields
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _not_text() -> str:
    return _("The file is not UTF-8 text; save it as “CSV UTF-8” and try again.")

"""Reads the list of candidates that a recruiter uploads."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from evenhand.hiring.errors import CandidatesFileError

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 5_000
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254
MAX_FAULTS: Final = 20
COLUMNS: Final = ("name", "email")


@dataclass(frozen=True)
class CandidateRow:
    """One line of the list; the e-mail address in lower case."""

    name: str
    email: str


def read_candidates_csv(data: bytes) -> list[CandidateRow]:
    """Read a CSV file with the columns name and email; other columns are left alone.

    Args:
        data: UTF-8, with or without a byte-order mark; commas or semicolons between the fields.

    Raises:
        CandidatesFileError: says every line that is wrong, up to twenty of them.
    """
    text = _decoded(data)
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    faults: list[str] = []
    rows: list[CandidateRow] = []
    first_line: dict[str, int] = {}
    try:
        where = _columns(next(reader, []))
        for line, fields in _numbered(reader):
            try:
                row = _row(fields, where)
                if row.email in first_line:
                    raise ValueError(
                        _("this e-mail address stands in line %(line)s already")
                        % {"line": first_line[row.email]}
                    )
            except ValueError as error:
                faults.append(_fault(line, str(error)))
                continue
            first_line[row.email] = line
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise CandidatesFileError(
                    [_("The list has more than %(most)s rows; split it.") % {"most": MAX_ROWS}]
                )
    except csv.Error:
        faults.append(_fault(reader.line_num, _("is not CSV; look for an open quotation mark")))
    if not rows and not faults:
        faults = [_("The list has no candidates; put each on a line of its own.")]
    if faults:
        more = len(faults) - MAX_FAULTS
        shown = faults[:MAX_FAULTS]
        raise CandidatesFileError(
            [*shown, _("and %(more)s more") % {"more": more}] if more > 0 else shown
        )
    return rows


def clean_name(text: str) -> str:
    """Return a name with single spaces; ValueError says what is wrong with it."""
    name = " ".join(text.split())
    if not name:
        raise ValueError(_("the name is missing"))
    if len(name) > MAX_NAME:
        raise ValueError(_("the name has more than %(most)s characters") % {"most": MAX_NAME})
    if not name.isprintable():
        raise ValueError(_("the name holds characters that cannot be shown"))
    return name


def clean_email(text: str) -> str:
    """Return an e-mail address in lower case; ValueError says what is wrong with it."""
    email = text.strip().lower()
    if not email:
        raise ValueError(_("the e-mail address is missing"))
    try:
        validate_email(email)
    except ValidationError:
        raise ValueError(
            _("this is not an e-mail address: %(text)s") % {"text": repr(email[:80])}
        ) from None
    if len(email) > MAX_EMAIL:
        raise ValueError(_("the e-mail address is too long"))
    return email


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise CandidatesFileError([_("The file is larger than 2 MB; split it.")])
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ValueError("UTF-16")
        text = data.decode("utf-8-sig")
        if "\0" in text:
            raise ValueError("binary")
    except ValueError:
        raise CandidatesFileError(
            [_("The file is not UTF-8 text; save it as “CSV UTF-8” and try again.")]
        ) from None
    return text


def _columns(header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing:
        raise CandidatesFileError(
            [_fault(1, _("must name the columns, name and email, each once: name,email"))]
        )
    return {name: names.index(name) for name in COLUMNS}


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line each begins at; empty lines are skipped."""
    begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader has it
    for fields in reader:
        if any(field.strip() for field in fields):
            yield begins, fields
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _row(fields: list[str], where: dict[str, int]) -> CandidateRow:
    if len(fields) <= max(where.values()):
        raise ValueError(_("has too few fields"))
    return CandidateRow(clean_name(fields[where["name"]]), clean_email(fields[where["email"]]))


def _fault(line: int, what: str) -> str:
    return _("line %(line)s: %(what)s") % {"line": line, "what": what}

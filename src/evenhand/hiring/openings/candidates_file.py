"""Reads the list of candidates that a recruiter uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from evenhand.hiring.errors import CandidatesFileError, SheetError
from evenhand.hiring.sheets import decoded, read_sheet

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 5_000
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254
COLUMNS: Final = ("name", "email")


@dataclass(frozen=True)
class CandidateRow:
    """One line of the list; the e-mail address in lower case."""

    name: str
    email: str


def read_candidates_csv(data: bytes) -> list[CandidateRow]:
    """Read a CSV file with the columns name and email; other columns are left alone.

    Args:
        data: UTF-8, with or without a byte-order mark, or UTF-16; commas, semicolons or tabs
            between the fields.

    Raises:
        CandidatesFileError: says every line that is wrong, up to twenty of them.
    """
    first_line: dict[str, int] = {}

    def take(line: int, values: Mapping[str, str]) -> CandidateRow:
        row = CandidateRow(clean_name(values["name"]), clean_email(values["email"]))
        if row.email in first_line:
            raise ValueError(
                _("this e-mail address stands in line %(line)s already")
                % {"line": first_line[row.email]}
            )
        first_line[row.email] = line
        return row

    try:
        return read_sheet(
            decoded(data, MAX_BYTES),
            COLUMNS,
            take,
            most_rows=MAX_ROWS,
            nothing=_("The list has no candidates; put each on a line of its own."),
        )
    except SheetError as error:
        raise CandidatesFileError(error.faults) from None


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

"""CSV files that studies read: a header with known columns, and errors with line and field."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evenhand.studies.errors import StudyError


@dataclass(frozen=True)
class Row:
    """One line: where it stands, and its values by column, without spaces round them."""

    where: str
    values: Mapping[str, str]

    def text(self, column: str) -> str:
        """Return a value that must be there.

        Raises:
            StudyError: it is empty.
        """
        value = self.values[column]
        if not value:
            raise StudyError(f"{self.where}: {column}: is empty")
        return value

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a number within a range, its ends included.

        Raises:
            StudyError: it is no such number.
        """
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        # A comma for a point makes no number here: which of the two is meant cannot be told.
        if not math.isfinite(value):
            raise StudyError(f'{self.where}: {column}: "{text}" is not a number')
        if not low <= value <= high:
            raise StudyError(
                f"{self.where}: {column}: {text} does not lie between {low:g} and {high:g}"
            )
        return value


def read_table(path: str | os.PathLike[str], columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the lines of a UTF-8 CSV file whose header names these columns, in any order.

    A byte order mark is accepted, empty lines are skipped, other columns are kept too.

    Raises:
        StudyError: the file cannot be read or a line is bad; names file, line and field.
    """
    name = Path(path).name
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                yield from _rows(reader, columns, name)
            except csv.Error as error:
                raise StudyError(f"{name}:{reader.line_num}: is not CSV: {error}") from error
    except OSError as error:
        raise StudyError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{name}: is not UTF-8 text; save it as CSV in UTF-8") from error


def _rows(reader: Iterator[list[str]], columns: tuple[str, ...], name: str) -> Iterator[Row]:
    header: list[str] | None = None
    begins = 1
    for fields in reader:
        where, begins = f"{name}:{begins}", reader.line_num + 1  # type: ignore[attr-defined]
        values = [value.strip() for value in fields]
        if not any(values):
            continue
        if header is None:
            header = values
            for column in columns:
                if header.count(column) != 1:
                    said = "is missing" if column not in header else "is there twice; keep one"
                    raise StudyError(
                        f"{where}: header: column {column} {said}; needed are {','.join(columns)}"
                    )
            continue
        if len(values) != len(header):
            raise StudyError(
                f"{where}: fields: there are {len(values)}, and the header names {len(header)}"
            )
        yield Row(where, dict(zip(header, values, strict=True)))
    if header is None:
        raise StudyError(f"{name}:1: header: is missing; write {','.join(columns)}")

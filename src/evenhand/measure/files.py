"""Ratings from CSV, estimates to CSV."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from evenhand.measure.values import (
    OVERALL,
    Estimate,
    MeasureError,
    RaterKind,
    Rating,
    check_level,
)

RATING_COLUMNS = ("candidate", "dimension", "task", "round", "rater", "rater_kind", "level")
ESTIMATE_COLUMNS = ("candidate", "dimension", "mean", "sd", "low", "high", "p_bar")
NAMES = RATING_COLUMNS[:5]


def read_ratings_csv(path: str | os.PathLike[str]) -> list[Rating]:
    """Read ratings from a UTF-8 CSV file with a header; a byte order mark is accepted.

    The columns may stand in any order, and others beside them are ignored. Spaces round a value are
    dropped and empty lines skipped. A line that repeats an earlier one in every column of a rating
    is taken once: a file concatenated with itself must not look like twice the evidence. Lines that
    differ in their level alone are draws of one reading (see `Table`).

    Raises:
        MeasureError: If the file cannot be read or holds a bad line; the message names file, line
            number and field.
    """
    name = Path(path).name
    try:
        with open(path, encoding="utf-8-sig", newline="") as lines:
            return _read(csv.reader(lines, strict=True), name)
    except OSError as error:
        raise MeasureError(f"{name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MeasureError(f"{name}: is not UTF-8 text; save it as CSV in UTF-8") from error


def write_estimates_csv(path: str | os.PathLike[str], estimates: Iterable[Estimate]) -> None:
    """Write estimates as CSV, all or nothing: an older file stays until the new one is complete.

    Raises:
        MeasureError: If the file cannot be written.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(temporary, "x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(ESTIMATE_COLUMNS)
            for e in estimates:
                figures = (e.mean, e.sd, e.low, e.high, e.p_bar)
                writer.writerow((e.candidate, e.dimension, *(f"{value:.6f}" for value in figures)))
        os.replace(temporary, target)
    except OSError as error:
        raise MeasureError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _read(reader: Any, name: str) -> list[Rating]:
    found: dict[Rating, None] = {}
    places: dict[str, int] | None = None
    try:
        # The reader counts physical lines, so a quoted line break does not shift the numbers.
        for row in reader:
            line = reader.line_num
            if not any(value.strip() for value in row):
                continue
            if places is None:
                places = _header(row, f"{name}:{line}")
                continue
            found.setdefault(_rating(row, places, f"{name}:{line}"))
    except csv.Error as error:
        line = reader.line_num
        raise MeasureError(f"{name}:{line}: is not CSV: {error}") from error
    if places is None:
        raise MeasureError(f"{name}:1: header: is missing; write {','.join(RATING_COLUMNS)}")
    return list(found)


def _header(row: list[str], where: str) -> dict[str, int]:
    names = [value.strip() for value in row]
    for column in RATING_COLUMNS:
        if column not in names:
            raise MeasureError(
                f"{where}: header: column {column} is missing; "
                f"needed are {','.join(RATING_COLUMNS)}"
            )
        if names.count(column) > 1:
            raise MeasureError(f"{where}: header: column {column} is there twice; keep one")
    return {column: names.index(column) for column in RATING_COLUMNS}


def _rating(row: list[str], places: dict[str, int], where: str) -> Rating:
    if len(row) <= max(places.values()):
        column = next(column for column in RATING_COLUMNS if places[column] >= len(row))
        raise MeasureError(f"{where}: {column}: is missing; the line has {len(row)} fields")
    value = {column: row[place].strip() for column, place in places.items()}
    for column in NAMES:
        if not value[column]:
            raise MeasureError(f"{where}: {column}: is empty; name the {column}")
    if value["dimension"] == OVERALL:
        raise MeasureError(
            f'{where}: dimension: "{OVERALL}" is kept for the mean of all dimensions'
        )
    kind = value["rater_kind"]
    if kind not in ("model", "human"):
        raise MeasureError(f'{where}: rater_kind: "{kind}" is not model or human')
    try:
        level = float(value["level"])
    except ValueError:
        raise MeasureError(
            f'{where}: level: "{value["level"]}" is not a number from 1 to 5; leave the line out '
            "where no level was given"
        ) from None
    check_level(level, f"{where}: level")
    return Rating(
        candidate=value["candidate"],
        dimension=value["dimension"],
        task=value["task"],
        round=value["round"],
        rater=value["rater"],
        rater_kind=cast("RaterKind", kind),
        level=level,
    )

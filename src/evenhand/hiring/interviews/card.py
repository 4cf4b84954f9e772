"""The body of a scorecard, `evenhand-scorecard/1`: what a browser sends and the draft keeps.

Errors are one line that names the place: `levels.communication: 7 is not a level from 1 to 5`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from evenhand.hiring.errors import CardError
from evenhand.hiring.sittings.autosave import storable

VERSION: Final = "evenhand-scorecard/1"
NOT_SEEN: Final = "not_seen"
MAX_BYTES: Final = 200_000
MAX_NOTES: Final = 20_000
MAX_SECONDS: Final = 24 * 60 * 60
MAX_STAMPS: Final = 1000
MAX_QUESTIONS: Final = 200
_MAX_NAME: Final = 100


@dataclass(frozen=True)
class Asked:
    """One question on a card: when it was put, how long it took, and what was noted."""

    task: str
    started_at: datetime | None
    seconds: int
    asked: bool
    notes: str


@dataclass(frozen=True)
class StampLine:
    """An indicator that was heard, `seconds` after the question was put."""

    task: str
    indicator: str
    seconds: int


@dataclass(frozen=True)
class Card:
    """A scorecard's body, read; `levels` holds 1 to 5 in halves or "not_seen" by dimension."""

    questions: tuple[Asked, ...]
    stamps: tuple[StampLine, ...]
    levels: Mapping[str, float | Literal["not_seen"]]
    notes: str

    def asked(self) -> frozenset[str]:
        """Return the tasks that are marked as asked."""
        return frozenset(one.task for one in self.questions if one.asked)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: no clock, no stamp, no level, no note."""
        asked = any(one.asked or one.started_at or one.seconds or one.notes.strip()
                    for one in self.questions)  # fmt: skip
        return not (asked or self.stamps or self.levels or self.notes.strip())

    def to_json(self) -> dict[str, Any]:
        """Return the body as JSON values, as it is kept."""
        return {
            "version": VERSION,
            "questions": [
                {
                    "task": one.task,
                    "started_at": None if one.started_at is None else one.started_at.isoformat(),
                    "seconds": one.seconds,
                    "asked": one.asked,
                    "notes": one.notes,
                }
                for one in self.questions
            ],
            "stamps": [
                {"task": one.task, "indicator": one.indicator, "seconds": one.seconds}
                for one in self.stamps
            ],
            "levels": dict(self.levels),
            "notes": self.notes,
        }


EMPTY: Final = Card((), (), {}, "")


def parse_card(body: object) -> Card:
    """Read a body as it came from a browser.

    Raises:
        CardError: one line that names the first place that is wrong.
    """
    top = _object(body, "scorecard", ("version", "questions", "stamps", "levels", "notes"))
    if top["version"] != VERSION:
        raise CardError(f"version: {short(top['version'])} is not {VERSION}")
    try:
        size = len(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except (ValueError, TypeError, RecursionError):
        raise CardError("scorecard: is no JSON") from None
    if size > MAX_BYTES:
        raise CardError(f"scorecard: has {size:,} bytes, and may have {MAX_BYTES:,}")
    questions = tuple(
        _question(one, f"questions[{number}]")
        for number, one in enumerate(_list(top["questions"], "questions", MAX_QUESTIONS))
    )
    _once([one.task for one in questions], "questions")
    return Card(
        questions=questions,
        stamps=tuple(
            _stamp(one, f"stamps[{number}]")
            for number, one in enumerate(_list(top["stamps"], "stamps", MAX_STAMPS))
        ),
        levels=_levels(top["levels"]),
        notes=_text(top["notes"], "notes"),
    )


def canonical(value: object) -> str:
    """Return JSON values as the one text that digests are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _question(data: object, where: str) -> Asked:
    row = _object(data, where, ("task", "started_at", "seconds", "asked", "notes"))
    if not isinstance(row["asked"], bool):
        raise CardError(f"{where}.asked: {short(row['asked'])} is not true or false")
    return Asked(
        task=_name(row["task"], f"{where}.task"),
        started_at=_moment(row["started_at"], f"{where}.started_at"),
        seconds=_seconds(row["seconds"], f"{where}.seconds"),
        asked=row["asked"],
        notes=_text(row["notes"], f"{where}.notes"),
    )


def _stamp(data: object, where: str) -> StampLine:
    row = _object(data, where, ("task", "indicator", "seconds"))
    return StampLine(
        _name(row["task"], f"{where}.task"),
        _name(row["indicator"], f"{where}.indicator"),
        _seconds(row["seconds"], f"{where}.seconds"),
    )


def _levels(data: object) -> dict[str, float | Literal["not_seen"]]:
    if not isinstance(data, dict):
        raise CardError(f"levels: {short(data)} is no object of dimensions")
    found: dict[str, float | Literal["not_seen"]] = {}
    for name, level in data.items():
        plain = isinstance(name, str) and name.isprintable()
        where = f"levels.{name[:_MAX_NAME] if plain else short(name)}"
        place = _name(name, where)
        if level == NOT_SEEN:
            found[place] = "not_seen"
        else:
            found[place] = level_of(level, where)
    return found


def level_of(value: object, where: str) -> float:
    """Return a level, 1 to 5 in halves.

    Raises:
        CardError: it is none.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 1 <= value <= 5
        or value * 2 % 1
    ):
        raise CardError(f"{where}: {short(value)} is not a level from 1 to 5, in halves")
    return float(value)


def _object(data: object, where: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise CardError(f"{where}: {short(data)} is no object")
    for key in data:
        if key not in keys:
            raise CardError(f"{where}: {short(key)} is not known; known are {', '.join(keys)}")
    for key in keys:
        if key not in data:
            raise CardError(f'{where}: "{key}" is missing')
    return data


def _list(data: object, where: str, most: int) -> list[object]:
    if not isinstance(data, list):
        raise CardError(f"{where}: {short(data)} is no list")
    if len(data) > most:
        raise CardError(f"{where}: has {len(data):,} entries, and may have {most:,}")
    return data


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not value or len(value) > _MAX_NAME:
        raise CardError(f"{where}: {short(value)} is no name of 1 to {_MAX_NAME} characters")
    if storable(value) != value:
        raise CardError(f"{where}: holds a character that cannot be kept")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise CardError(f"{where}: {short(value)} is no text")
    if len(value) > MAX_NOTES:
        raise CardError(f"{where}: has {len(value):,} characters, and may have {MAX_NOTES:,}")
    return storable(value)


def _seconds(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SECONDS:
        raise CardError(f"{where}: {short(value)} is not a whole number from 0 to {MAX_SECONDS}")
    return value


def _moment(value: object, where: str) -> datetime | None:
    if value is None:
        return None
    try:
        if not isinstance(value, str):
            raise ValueError
        found = datetime.fromisoformat(value)
        # A moment at the edge of the calendar has no other time zone to be shown in.
        if found.tzinfo is None or not 1970 <= found.year <= 9000:
            raise ValueError
    except ValueError:
        raise CardError(
            f"{where}: {short(value)} is no moment such as 2026-03-02T09:00:00Z"
        ) from None
    return found


def _once(names: list[str], where: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CardError(f"{where}: {short(twice)} stands there twice")


def short(value: object) -> str:
    """Return what was given as it may stand in a message: one line, and not much of it."""
    text = (
        json.dumps(value, ensure_ascii=True, default=repr)
        if _is_plain(value)
        else ("a list" if isinstance(value, list) else "an object")
    )
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_plain(value: object) -> bool:
    return not isinstance(value, list | dict)

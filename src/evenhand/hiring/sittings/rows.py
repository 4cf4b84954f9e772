"""The rows that saves read and write, by SQL of their own: a statement for all of a transaction.

Each letter that somebody types comes through here, and what the ORM would build anew each time
costs more than all that the database does. What is read are models all the same.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from evenhand.hiring.at_rest.fields import Sealed, stored
from evenhand.hiring.sittings.models import Answer, Sitting, new_salt

Place = tuple[uuid.UUID, str]
"""Whose sitting, and which question of it."""

# In the order of the models' fields, as `from_db` takes them.
_SITTING: Final = (
    "id", "application_id", "state", "prompts", "minutes", "time_factor", "started_at",
)  # fmt: skip
_SITTINGS: Final = (
    f"SELECT {', '.join(_SITTING)} FROM hiring_sitting WHERE id IN ({{ids}}) ORDER BY id"  # noqa: S608 - names of ours
)
_LINKS: Final = "SELECT id FROM hiring_invitation WHERE id IN ({ids}) AND revoked_at IS NULL"
_ANSWER: Final = (
    "id", "sitting_id", "prompt", "follows", "text", "revision", "salt", "saved_at",
)  # fmt: skip
_ANSWERS: Final = f"SELECT {', '.join(_ANSWER)} FROM hiring_answer WHERE {{places}}"  # noqa: S608
# One statement, so that of two saves with the same base exactly one is written.
_WRITE: Final = f"""
    INSERT INTO hiring_answer ({", ".join(_ANSWER)}) VALUES {{rows}}
    ON CONFLICT (sitting_id, prompt) DO UPDATE
        SET text = excluded.text, revision = excluded.revision, saved_at = excluded.saved_at
        WHERE hiring_answer.revision = excluded.revision - 1
    RETURNING id, sitting_id, prompt, salt
"""  # noqa: S608


@dataclass(frozen=True)
class NewText:
    """A text that is to be the answer at a place, as its next revision."""

    place: Place
    follows: str
    text: str
    revision: int


def locked_sittings(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Sitting]:
    """Return those of these sittings that are there, locked, so that nobody hands them in.

    In one order, so that no two transactions wait for each other. SQLite knows no row locks and
    needs none: its transactions begin with the lock on the whole database.
    """
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    return {
        row[0]: Sitting.from_db(connection.alias, _SITTING, row)
        for row in (
            (_uuid(one), _uuid(application), state, json.loads(prompts), *time, _aware(started))
            for one, application, state, prompts, *time, started in _of_ids(_SITTINGS + lock, ids)
        )
    }


def live_links(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these links that are there and that nobody revoked."""
    return {_uuid(one) for (one,) in _of_ids(_LINKS, ids)}


def answers_at(places: Iterable[Place]) -> dict[Place, Answer]:
    """Return the answers that are there; their texts stay sealed until they are asked for."""
    values = [value for sitting, prompt in places for value in (_key(sitting), prompt)]
    where = " OR ".join(["(sitting_id = %s AND prompt = %s)"] * (len(values) // 2))
    found = {}
    for one, sitting, prompt, follows, text, *rest, saved in _run(
        _ANSWERS.format(places=where), values
    ):
        place = _uuid(sitting), prompt
        row = (_uuid(one), *place, follows, Sealed(text) if text else text, *rest, _aware(saved))
        found[place] = Answer.from_db(connection.alias, _ANSWER, row)
    return found


def write(texts: Sequence[NewText], now: datetime) -> dict[Place, tuple[uuid.UUID, str]]:
    """Insert or update answers; returns id and salt of each that was written.

    A text whose base is not the current revision any more is not among them.
    """
    if not texts:
        return {}
    moment = connection.ops.adapt_datetimefield_value(now)
    values: list[Any] = []
    for new in texts:
        sitting, prompt = new.place
        text = stored(Answer, "text", new.text, str(sitting), prompt)
        values += (_key(uuid.uuid4()), _key(sitting), prompt, new.follows)
        values += (text, new.revision, new_salt(), moment)
    rows = ", ".join([f"({', '.join(['%s'] * len(_ANSWER))})"] * len(texts))
    return {
        (_uuid(sitting), prompt): (_uuid(one), salt)
        for one, sitting, prompt, salt in _run(_WRITE.format(rows=rows), values)
    }


def _of_ids(query: str, ids: Collection[uuid.UUID]) -> list[tuple[Any, ...]]:
    if not ids:
        return []
    return _run(query.format(ids=", ".join(["%s"] * len(ids))), [_key(one) for one in ids])


def _run(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _key(value: uuid.UUID) -> Any:
    """Return an id as the database holds it."""
    return value if connection.features.has_native_uuid_field else value.hex


def _uuid(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _aware(value: datetime | None) -> datetime | None:
    """Return a moment with its zone: SQLite keeps them without, in UTC."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

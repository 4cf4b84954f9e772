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

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import get_connection

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
_LINKS: Final = (
    "SELECT i.id FROM hiring_invitation i JOIN hiring_application a ON a.id = i.application_id "
    "WHERE i.id IN ({ids}) AND i.revoked_at IS NULL AND a.withdrawn_at IS NULL"
)
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
    database, keys = get_connection(), _by_key(ids)
    query = _SITTINGS.format(ids=_marks(keys))
    if database.features.has_select_for_update:
        query += " FOR NO KEY UPDATE"
    found = {}
    for key, application, state, prompts, *time, started in _run(database, query, list(keys)):
        sitting = keys[key]
        row = (sitting, _uuid(application), state, json.loads(prompts), *time, _aware(started))
        found[sitting] = Sitting.from_db(database.alias, _SITTING, row)
    return found


def live_links(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of these links that nobody revoked and whose candidates still apply."""
    if not ids:
        return set()
    database, keys = get_connection(), _by_key(ids)
    found = _run(database, _LINKS.format(ids=_marks(keys)), list(keys))
    return {keys[key] for (key,) in found}


def answers_at(places: Collection[Place]) -> dict[Place, Answer]:
    """Return the answers that are there; their texts stay sealed until they are asked for."""
    database = get_connection()
    keys = _by_key({sitting for sitting, _prompt in places})
    of = {sitting: key for key, sitting in keys.items()}
    values = [value for sitting, prompt in places for value in (of[sitting], prompt)]
    where = " OR ".join(["(sitting_id = %s AND prompt = %s)"] * len(places))
    found = {}
    for one, key, prompt, follows, text, *rest, saved in _run(
        database, _ANSWERS.format(places=where), values
    ):
        place = keys[key], prompt
        row = (_uuid(one), *place, follows, Sealed(text) if text else text, *rest, _aware(saved))
        found[place] = Answer.from_db(database.alias, _ANSWER, row)
    return found


def write(texts: Sequence[NewText], now: datetime) -> dict[Place, tuple[uuid.UUID, str]]:
    """Insert or update answers; returns id and salt of each that was written.

    A text whose base is not the current revision any more is not among them.
    """
    if not texts:
        return {}
    database = get_connection()
    keys = _by_key({new.place[0] for new in texts})
    of = {sitting: key for key, sitting in keys.items()}
    moment = database.ops.adapt_datetimefield_value(now)
    values: list[Any] = []
    for answer, new in zip(_by_key([uuid.uuid4() for _ in texts]), texts, strict=True):
        sitting, prompt = new.place
        text = stored(Answer, "text", new.text, str(sitting), prompt)
        values += (answer, of[sitting], prompt, new.follows)
        values += (text, new.revision, new_salt(), moment)
    row = f"({_marks(_ANSWER)})"
    written = _run(database, _WRITE.format(rows=", ".join([row] * len(texts))), values)
    return {(keys[key], prompt): (_uuid(one), salt) for one, key, prompt, salt in written}


def _run(database: BaseDatabaseWrapper, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _by_key(ids: Iterable[uuid.UUID]) -> dict[Any, uuid.UUID]:
    """Return ids by what the database holds for them."""
    if get_connection().features.has_native_uuid_field:
        return {one: one for one in ids}
    return {one.hex: one for one in ids}


def _uuid(value: uuid.UUID | str) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def _aware(value: datetime | None) -> datetime | None:
    """Return a moment with its zone: SQLite keeps them without, in UTC."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

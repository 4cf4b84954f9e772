"""Where the durable work is kept, and how its rows are read: the same for client and worker."""

from __future__ import annotations

import uuid
from typing import Any, Final

import sqlalchemy as sa
from dbos import DBOSPortableJSONSerializer
from django.db import connection

APP: Final = "evenhand"
QUEUE: Final = "scoring"
SCORE_SITTING: Final = "score_sitting"
REFIT_QUEUE: Final = "refitting"
REFIT_PACK: Final = "refit_pack"
GATE_QUEUE: Final = "gating"
TRY_PANEL: Final = "try_panel"
LEARN_QUEUE: Final = "learning"
LEARN_PACK: Final = "learn_pack"
RANK_QUEUE: Final = "ranking"
RANK_PEOPLE: Final = "rank_people"
POST_QUEUE: Final = "post"
POST_LETTERS: Final = "post_letters"
WATCH_DRIFT: Final = "watch_drift"
APP_VERSION: Final = "1"
"""Part of every row. Left to DBOS it would be a hash of the workflow's source, and any edit would
strand what is in flight. Raise it only with a plan for the rows of the old version."""

SERIALIZER: Final = DBOSPortableJSONSerializer()
"""Plain JSON; the library's own default is pickle, with which who writes a row runs code here."""

_BUSY_MILLISECONDS = 30_000


def make_engine() -> sa.Engine:
    """Return an engine for the durable work: a file beside the database, or the same PostgreSQL."""
    if connection.vendor == "postgresql":
        return sa.create_engine(
            _postgresql_url(connection.settings_dict), pool_pre_ping=True, hide_parameters=True
        )
    from django.conf import settings

    # What goes in is not repeated in the messages of errors, which are logged.
    engine = sa.create_engine(f"sqlite:///{settings.HOME / 'work.sqlite3'}", hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def executor_id() -> str:
    """Return the name under which this process takes work on.

    Beside a file there is one worker, and its name stays: what it had in hand when it died goes on
    at the next start. On PostgreSQL each process has a name of its own, and others take over.
    """
    return f"worker-{uuid.uuid4()}" if connection.vendor == "postgresql" else "worker"


def _prepare_sqlite(handle: Any, _record: object) -> None:
    # A writer takes the lock when it begins: two of them wait for each other and do not fail.
    handle.isolation_level = "IMMEDIATE"
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={_BUSY_MILLISECONDS}",
        "foreign_keys=ON",
    ):
        handle.execute(f"PRAGMA {pragma}")


def _postgresql_url(settings: dict[str, Any]) -> sa.URL:
    return sa.URL.create(
        "postgresql+psycopg",
        username=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=int(settings["PORT"]) if settings["PORT"] else None,
        database=settings["NAME"],
    )

"""The write of a save and nothing else: what a server could do at best, to compare ours with.

The answer's row, its entry in the ledger and the ledger's head, in one transaction, as
`hiring.sittings.autosave` writes them. Left out is all that ours does for people: whose link it is,
whether the time is over, what another tab wrote, sealing, headers. Here as an ASGI application
without a framework; `bare_django` is one view of Django's without middleware. Both read
EVENHAND_HOME and EVENHAND_DATABASE, and answer `POST /bare/SITTING/PROMPT`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from evenhand.ledger import Entry, Frontier, salted_digest, utc_text

Run = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]

ANSWER = """
    INSERT INTO hiring_answer (id, sitting_id, prompt, follows, text, revision, salt, saved_at)
    VALUES (%s, %s, %s, '', %s, 1, %s, %s)
    ON CONFLICT (sitting_id, prompt) DO UPDATE
        SET text = excluded.text, revision = hiring_answer.revision + 1,
            saved_at = excluded.saved_at
        WHERE hiring_answer.revision = %s
    RETURNING id, revision, salt
"""
RESERVE = "UPDATE hiring_ledgerhead SET size = size + 1 WHERE id = 1 RETURNING size, frontier"
ENTRY = """
    INSERT INTO hiring_ledgerentry (seq, at, actor, action, subject, facts, leaf)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
HEAD = "UPDATE hiring_ledgerhead SET frontier = %s WHERE id = 1"
WORKERS = 16
"""Connections to PostgreSQL: more than can write at once, since each waits for the head."""

DATABASE = os.environ.get("EVENHAND_DATABASE", "")


def key(value: uuid.UUID) -> str:
    """Return an id as the database holds it."""
    return str(value) if DATABASE else value.hex


def statements(path: str, body: bytes) -> Any:
    """Yield each statement, take what it returned, and return the reply at the end."""
    _, _, sitting, prompt = path.split("/")
    asked = json.loads(body)
    now = datetime.now(UTC)
    salt = uuid.uuid4().hex
    ((answer, revision, salt),) = yield ANSWER, (
        key(uuid.uuid4()), key(uuid.UUID(sitting)), prompt, asked["text"], salt, str(now),
        asked["base_revision"],
    )  # fmt: skip
    ((size, frontier),) = yield RESERVE, ()
    facts = {
        "answer": str(answer), "prompt": prompt, "revision": revision,
        "sha256": salted_digest(bytes.fromhex(salt), asked["text"]),
    }  # fmt: skip
    entry = Entry(
        size - 1, utc_text(now), f"candidate:{uuid.UUID(sitting)}", "answer.saved",
        f"sitting:{uuid.UUID(sitting)}", facts,
    )  # fmt: skip
    leaf = entry.leaf()
    grown = Frontier.from_bytes(bytes.fromhex(frontier)).append(leaf)
    row = (entry.seq, entry.at, entry.actor, entry.action, entry.subject, json.dumps(facts))
    yield ENTRY, (*row, leaf.hex())
    yield HEAD, (grown.to_bytes().hex(),)
    return json.dumps({"revision": revision, "saved_at": now.isoformat()}).encode()


def drive(path: str, body: bytes, run: Run) -> bytes:
    """Run the statements one after the other."""
    steps = statements(path, body)
    found: list[tuple[Any, ...]] | None = None
    while True:
        try:
            found = run(*steps.send(found))
        except StopIteration as end:
            reply: bytes = end.value
            return reply


@cache
def sqlite() -> sqlite3.Connection:
    file = Path(os.environ["EVENHAND_HOME"]) / "evenhand.sqlite3"
    made = sqlite3.connect(file, isolation_level=None, timeout=20)
    made.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    return made


def save_on_sqlite(path: str, body: bytes) -> bytes:
    """Save in one transaction of SQLite's; nothing else runs meanwhile."""
    database = sqlite()

    def run(query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return database.execute(query.replace("%s", "?"), values).fetchall()

    database.execute("BEGIN IMMEDIATE")
    try:
        reply = drive(path, body, run)
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
    return reply


_idle: asyncio.Queue[Any] | None = None


async def connections() -> asyncio.Queue[Any]:
    """Return the queue of connections that nobody uses now."""
    global _idle
    if _idle is None:
        import psycopg

        _idle = asyncio.Queue()
        for _ in range(WORKERS):
            _idle.put_nowait(await psycopg.AsyncConnection.connect(DATABASE))
    return _idle


async def save_on_postgresql(path: str, body: bytes) -> bytes:
    """Save in one transaction of PostgreSQL's, as soon as a connection is free."""
    idle = await connections()
    connection = await idle.get()
    try:
        async with connection.transaction(), connection.cursor() as cursor:
            return await _drive(statements(path, body), cursor)
    finally:
        idle.put_nowait(connection)


async def _drive(steps: Any, cursor: Any) -> bytes:
    found = None
    while True:
        try:
            query, values = steps.send(found)
        except StopIteration as end:
            reply: bytes = end.value
            return reply
        await cursor.execute(query, values)
        found = await cursor.fetchall() if cursor.description else []


async def asgi(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if DATABASE:
        reply = await save_on_postgresql(scope["path"], body)
    else:
        reply = save_on_sqlite(scope["path"], body)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(reply))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": reply})

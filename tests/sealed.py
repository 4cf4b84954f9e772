"""What is sealed in a database that a test reads from outside."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.test import override_settings

from evenhand.hiring.at_rest.cipher import unseal


def unsealed(home: Path, token: str, table: str, column: str, row: str, *others: str) -> str:
    """Return the text of a column as SQLite holds it, with the keys in that server's home.

    `row` and `others` are what it is bound to; the first may be a UUID, which SQLite keeps as hex.
    """
    if not token:
        return ""
    with override_settings(ANSWER_KEYS=home / "answer-keys"):
        first = str(UUID(row)) if len(row) == 32 else row
        return unseal(token, [table, column, first, *others])

"""What every import of a study's data leaves behind: counts, and an entry that names the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evenhand.hiring.openings.models import Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of

BATCH: Final = 1000
"""Rows written at once."""


@dataclass(frozen=True)
class Imported:
    """What came of a file: lines that are new, and lines that were known already."""

    added: int
    already: int


def record_import(
    action: str,
    opening: Opening,
    data: bytes,
    done: Imported,
    by: User,
    now: datetime,
    **particulars: object,
) -> None:
    """Record an import by the file's SHA-256; call it in the transaction of the rows."""
    facts = {
        "file": hashlib.sha256(data).hexdigest(),
        "added": done.added,
        "already": done.already,
        **particulars,
    }
    record(action, subject_of(opening), actor=f"user:{by.pk}", facts=facts, now=now)

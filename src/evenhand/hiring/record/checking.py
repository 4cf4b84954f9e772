"""Checking the ledger where it stands: every entry, the head, and what was signed."""

from __future__ import annotations

from pathlib import Path

from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerHead
from evenhand.hiring.record.services import with_leaves
from evenhand.ledger import Frontier, LedgerError, verify_bundle, write_bundle


def check_ledger(database: str, vkey: str, folder: Path) -> tuple[int, list[str]]:
    """Check the ledger of a database.

    Args:
        database: its alias in the settings.
        vkey: the public key that signed its checkpoints.
        folder: where a bundle may be written meanwhile.

    Returns:
        How many entries it has, and what is wrong with it.
    """
    rows = LedgerEntry.objects.using(database)
    head = LedgerHead.objects.using(database).filter(pk=1).first() or LedgerHead()
    frontier, count = Frontier(), 0
    for entry, leaf in with_leaves(rows.iterator(chunk_size=2000)):
        if entry.seq != count or entry.leaf() != leaf:
            return count, [f"entry {entry.seq} is not what was recorded, or one before it is gone"]
        frontier, count = frontier.append(leaf), count + 1
    if head.size != count or (count and head.frontier != frontier.to_bytes().hex()):
        return count, [f"it has {count} entries, and its head speaks of {head.size} others"]
    last = LedgerCheckpoint.objects.using(database).order_by("size").last()
    return count, [] if last is None else _signed(database, last.size, vkey, folder)


def _signed(database: str, size: int, vkey: str, folder: Path) -> list[str]:
    bundle = folder / "ledger.jsonl"
    entries = LedgerEntry.objects.using(database).filter(seq__lt=size).iterator(chunk_size=2000)
    notes = LedgerCheckpoint.objects.using(database).values_list("note", flat=True)
    try:
        write_bundle(bundle, with_leaves(entries), notes, vkey)
        report = verify_bundle(bundle, vkey)
    except LedgerError as error:
        return [str(error)]
    finally:
        bundle.unlink(missing_ok=True)
    return [str(problem) for problem in report.problems]

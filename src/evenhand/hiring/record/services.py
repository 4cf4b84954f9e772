"""Writing the record: one entry for each event, in the transaction of the event itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.errors import CosignatureError, LedgerEmpty
from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerKey
from evenhand.ledger import (
    Entry,
    Frontier,
    KeyFileError,
    NoteError,
    Signer,
    WitnessKey,
    add_cosignature,
    open_checkpoint,
    sign_checkpoint,
    utc_text,
    write_bundle,
)

SYSTEM = "system"
"""The actor of what nobody asked for: time running out, a sweep."""


@dataclass(frozen=True)
class Event:
    """What is to be recorded; its place in the order is given when it is."""

    action: str
    subject: str
    actor: str
    facts: Mapping[str, object]


def subject_of(row: models.Model) -> str:
    """Return `opening:<id>` for an opening, and so on."""
    return f"{row._meta.model_name}:{row.pk}"


def record(
    action: str, subject: str, *, actor: str, facts: Mapping[str, object], now: datetime
) -> Entry:
    """Append one entry; call it inside the transaction of the fact it records.

    Args:
        action: `noun.verb`, such as `answer.submitted`.
        subject: what it is about, see `subject_of`.
        actor: `user:<pk>`, `key:<pk>`, `candidate:<application id>`, `panel:<version>` or
            `system`.
        facts: identifiers, numbers and digests; never an answer's text or a name.
        now: the moment of the event.
    """
    return record_all([Event(action, subject, actor, facts)], now=now)[0]


def record_all(events: Sequence[Event], *, now: datetime) -> list[Entry]:
    """Append entries in order; call it inside the transaction of the facts they record."""
    if not connection.in_atomic_block:
        raise RuntimeError("record: call it inside transaction.atomic, with the fact it records")
    if not events:
        return []
    first, frontier = _reserve(len(events))
    at = utc_text(now)
    entries = [
        Entry(seq, at, event.actor, event.action, event.subject, dict(event.facts))
        for seq, event in enumerate(events, first)
    ]
    leaves = [entry.leaf() for entry in entries]
    _append(zip(entries, leaves, strict=True), frontier.extend(leaves))
    return entries


_RESERVE = "UPDATE hiring_ledgerhead SET size = size + %s WHERE id = 1 RETURNING size, frontier"
_SET_HEAD = "UPDATE hiring_ledgerhead SET frontier = %s WHERE id = 1"
_APPEND = "INSERT INTO hiring_ledgerentry (seq, at, actor, action, subject, facts, leaf) VALUES "
_ROW = "(%s, %s, %s, %s, %s, %s, %s)"
_AT_ONCE = 500
"""Every append goes through these, each save of a letter among them: so they are plain SQL."""


def _reserve(count: int) -> tuple[int, Frontier]:
    """Lock the head row, and return the first free seq with the frontier up to it.

    Of two transactions the second one waits here and reads what the first one wrote.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [count])
        found = cursor.fetchone()
        if found is None:
            LedgerHead.objects.bulk_create([LedgerHead()], ignore_conflicts=True)
            cursor.execute(_RESERVE, [count])
            found = cursor.fetchone()
    size, frontier = found
    return size - count, Frontier.from_bytes(bytes.fromhex(frontier)) if frontier else Frontier()


def _append(entries: Iterable[tuple[Entry, bytes]], frontier: Frontier) -> None:
    facts = LedgerEntry._meta.get_field("facts")
    rows = [
        (
            entry.seq, entry.at, entry.actor, entry.action, entry.subject,
            facts.get_db_prep_save(entry.facts, connection), leaf.hex(),
        )
        for entry, leaf in entries
    ]  # fmt: skip
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _AT_ONCE):
            chunk = rows[first : first + _AT_ONCE]
            places = ", ".join([_ROW] * len(chunk))
            cursor.execute(_APPEND + places, [value for row in chunk for value in row])
        cursor.execute(_SET_HEAD, [frontier.to_bytes().hex()])


def _frontier(head: LedgerHead) -> Frontier:
    return Frontier.from_bytes(bytes.fromhex(head.frontier)) if head.frontier else Frontier()


def checkpoint(now: datetime) -> LedgerCheckpoint | None:
    """Sign the head of the ledger as it stands; None while nothing is recorded.

    Where nothing was added since the last checkpoint, that one is returned.
    """
    with transaction.atomic():
        head = LedgerHead.objects.filter(pk=1, size__gt=0).first()
        if head is None:
            return None
        known = LedgerCheckpoint.objects.filter(size=head.size).first()
        if known is not None:
            return known
        lock_head()
        return sign_head(signer(), now)


def lock_head() -> None:
    """Let nobody append or sign before this transaction ends."""
    LedgerHead.objects.filter(pk=1).update(size=F("size"))


def sign_head(by: Signer, now: datetime) -> LedgerCheckpoint:
    """Sign the head with a key, and note which; call it with the head locked."""
    head = LedgerHead.objects.get(pk=1)
    note = sign_checkpoint(by, head.size, _frontier(head).root())
    made = LedgerCheckpoint(size=head.size, note=note, at=now)
    # The same head gives the same note, so a second signer at this moment changes nothing.
    LedgerCheckpoint.objects.bulk_create([made], ignore_conflicts=True)
    LedgerKey.objects.get_or_create(vkey=by.vkey, defaults={"since": now})
    return made


def take_cosignature(size: int, answer: str, witness: str) -> None:
    """Put a witness's cosignature below a checkpoint; doing so twice is once.

    Args:
        size: that of the checkpoint.
        answer: what the witness sent back.
        witness: its published key.

    Raises:
        CosignatureError: there is no checkpoint of this size.
        evenhand.ledger.NoteError: the cosignature is missing or wrong.
    """
    key = WitnessKey.parse(witness)
    with transaction.atomic():
        found = LedgerCheckpoint.objects.filter(size=size).first()
        if found is None:
            raise CosignatureError(
                _("There is no checkpoint of %(size)s entries.") % {"size": size}
            )
        note = add_cosignature(found.note, answer, key)
        # Of two answers that come at once, the second must not write over the first.
        if not LedgerCheckpoint.objects.filter(size=size, note=found.note).update(note=note):
            raise CosignatureError(_("The checkpoint changed at this moment. Try again."))


def export_ledger(path: Path, now: datetime) -> int:
    """Write the whole ledger as a bundle that verifies offline, and return how many entries it has.

    Raises:
        LedgerEmpty: nothing is recorded yet.
        evenhand.ledger.LedgerError: the file or the signing key cannot be used.
    """
    last = checkpoint(now)
    if last is None:
        raise LedgerEmpty(_("The ledger has no entries yet, so there is nothing to export."))
    notes = LedgerCheckpoint.objects.filter(size__lte=last.size).values_list("note", flat=True)
    # Entries that arrive meanwhile wait for the next checkpoint.
    rows = LedgerEntry.objects.filter(seq__lt=last.size).iterator(chunk_size=2000)
    return write_bundle(path, with_leaves(rows), notes, signer().vkey)


def with_leaves(rows: Iterable[LedgerEntry]) -> Iterator[tuple[Entry, bytes]]:
    """Return each row as the entry that it is, with the leaf that is kept for it."""
    for row in rows:
        entry = Entry(row.seq, row.at, row.actor, row.action, row.subject, row.facts)
        yield entry, bytes.fromhex(row.leaf)


def signer() -> Signer:
    """Return the key that signs checkpoints; it is made when the first one is signed.

    Raises:
        evenhand.ledger.KeyFileError: it cannot be read, or is not the one that has signed so far.
            One checkpoint by another key would keep every later export from verifying.
    """
    path: Path = settings.LEDGER_KEY_FILE
    last = LedgerCheckpoint.objects.order_by("size").last()
    if last is None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Of two processes that make it at once, the second one reads what the first one saved.
        with suppress(KeyFileError):
            Signer.generate(settings.LEDGER_ORIGIN).save(path)
    elif last is not None and not path.exists():
        raise KeyFileError(
            f"{path} is missing, and this ledger is signed with it: put that file back; if it is "
            "lost for good, see `evenhand ledger new-key`"
        )
    found = Signer.load(path, settings.LEDGER_ORIGIN)
    if last is not None:
        _check_signed(last, found)
    return found


def _check_signed(last: LedgerCheckpoint, by: Signer) -> None:
    try:
        open_checkpoint(last.note, [by.vkey])
    except NoteError as error:
        raise KeyFileError(
            f"{settings.LEDGER_KEY_FILE} as {by.name}: not the key that has signed this ledger: "
            "put that file back, and EVENHAND_LEDGER_ORIGIN as it was; if it is lost for good, see "
            "`evenhand ledger new-key`"
        ) from error

"""A new key for the ledger, where the former one is lost or may have been seen.

The entry that says so and the new key's signatures are one transaction. The key is on the disk
before it, and takes its place after it: cut off in between, the same call finishes what was begun.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import LedgerKeyError
from evenhand.hiring.people.models import User
from evenhand.hiring.record.checking import check_ledger
from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerKey
from evenhand.hiring.record.services import lock_head, record, sign_head
from evenhand.ledger import (
    KEY_CHANGED,
    NoteError,
    Signer,
    VerifierKey,
    add_signature,
    change_facts,
    check_reason,
    open_checkpoint,
)

_SUBJECT: Final = "keys:ledger"
_BATCH: Final = 500


@dataclass(frozen=True)
class KeyChanged:
    """What a change did.

    Attributes:
        entry: the place of the entry that says so.
        former: the public key that signed so far.
        vkey: the public key that signs now.
        signed: how many entries the former key signed.
        kept: where the former key is, if it was there.
    """

    entry: int
    former: str
    vkey: str
    signed: int
    kept: str

    def lines(self) -> list[str]:
        """Say what was done, what it means to others, and what is left to do."""
        return [
            f"a new key signs the ledger from entry {self.entry} on: {self.vkey}",
            f"the former one signed the first {self.signed} entries: {self.former}",
            "publish the new key the way the former one was, with the reason: whoever checks with "
            "the former one is refused, and told of this entry, until they have the new one",
            "ask them to check with --since and what they kept, and a witness to cosign: only that "
            "shows that nothing before was changed, for whoever has this server can start a key",
            "copy the new ledger-key.pem to where you keep passwords"
            + (f"; the former one is kept as {self.kept}" if self.kept else ""),
        ]


def change_key(*, reason: str, by: User, former: str = "", now: datetime) -> KeyChanged:
    """Let a new key sign the ledger from here on.

    Args:
        reason: one line, which stays in the ledger for good.
        by: who changes it.
        former: the public key that signed so far; where it is empty, the one that is noted here.
        now: the moment.

    Raises:
        LedgerKeyError: nothing is signed yet, the former key is not known, or what it signed does
            not verify: the new one would sign what the former one did not.
        evenhand.ledger.LedgerError: the reason cannot stand in an entry, or a file cannot be used.
    """
    path: Path = settings.LEDGER_KEY_FILE
    waiting = path.with_name(f"{path.name}.new")
    new = Signer.load(waiting, settings.LEDGER_ORIGIN) if waiting.exists() else None
    if new is None or not _signed_by(new.vkey):
        why, old = check_reason(reason), _former(former)
        _check(old)
        new = new or _made(waiting)
        with transaction.atomic():
            _change(old, new, why, by, now)
    where = _put_in_place(waiting, path, now)
    entry = LedgerEntry.objects.filter(action=KEY_CHANGED).latest("seq")
    facts = entry.facts
    return KeyChanged(entry.seq, facts["former"], facts["new"], facts["signed"], where)


def _put_in_place(waiting: Path, path: Path, now: datetime) -> str:
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}") if path.exists() else None
    if kept is not None:
        os.replace(path, kept)
    os.replace(waiting, path)
    return str(kept) if kept else ""


def _change(old: VerifierKey, new: Signer, reason: str, by: User, now: datetime) -> None:
    # Whoever appends or signs waits here, and sees the new key afterwards.
    lock_head()
    last = LedgerCheckpoint.objects.order_by("size").last()
    signed = last.size if last else 0
    facts = change_facts(old, new.verifier, signed, reason)
    record(KEY_CHANGED, _SUBJECT, actor=f"user:{by.pk}", facts=facts, now=now)
    for rows in _batches():
        for row in rows:
            row.note = add_signature(row.note, new, old)
        LedgerCheckpoint.objects.bulk_update(rows, ["note"])
    sign_head(new, now)


def _batches() -> Iterator[list[LedgerCheckpoint]]:
    rows = LedgerCheckpoint.objects.order_by("size")
    batch = list(rows[:_BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(size__gt=batch[-1].size)[:_BATCH])


def _former(given: str) -> VerifierKey:
    last = LedgerCheckpoint.objects.order_by("size").last()
    if last is None:
        raise LedgerKeyError(_("Nothing is signed yet, so there is no key to replace."))
    for one in [given] if given else LedgerKey.objects.values_list("vkey", flat=True):
        if _signed_by(one):
            return VerifierKey.parse(one)
    raise LedgerKeyError(
        _("What --former gives is not the key that signed the last checkpoint.")
        if given
        else _(
            "Which key signed so far is not noted here: give it with --former FILE, the line that "
            "was published or an earlier export of the ledger."
        )
    )


def _signed_by(vkey: str) -> bool:
    last = LedgerCheckpoint.objects.order_by("size").last()
    if last is None:
        return False
    try:
        open_checkpoint(last.note, [vkey])
    except NoteError:
        return False
    return True


def _check(old: VerifierKey) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _entries, problems = check_ledger("default", old.text, Path(folder))
    if problems:
        raise LedgerKeyError(
            _("The ledger does not verify, and a new key must not vouch for it: %(problem)s")
            % {"problem": problems[0]}
        )


def _made(waiting: Path) -> Signer:
    made = Signer.generate(settings.LEDGER_ORIGIN)
    made.save(waiting)
    return made

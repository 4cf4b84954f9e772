"""A change of the key that signs, and what of it a bundle can show.

An entry says which key signed so far, which one does from there on, and why. The new key also signs
every earlier checkpoint, below the former key's signature: so a verifier that knows one key reads
the whole file. The former signatures stay, and are what this module checks.

Whoever has the server can start a new key at any time. That the entries before are the ones that
the former key signed is shown by its signatures; that none was dropped after the last of them is
shown by nothing in the file, but by an earlier export or by a witness.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evenhand.ledger.checkpoint import Checkpoint
from evenhand.ledger.encoding import parse_json
from evenhand.ledger.entry import Entry
from evenhand.ledger.errors import EntryError, NoteError
from evenhand.ledger.note import VerifierKey, open_note, split_note
from evenhand.ledger.report import Problem
from evenhand.ledger.signer import Signer

KEY_CHANGED: Final = "ledger.key_changed"
MAX_REASON: Final = 200
_FACTS: Final = {"former", "new", "signed", "reason"}
_CHECKPOINT: Final = b'{"checkpoint":'


@dataclass(frozen=True)
class KeyChange:
    """What an entry says of a change.

    Attributes:
        seq: the entry's place.
        at: its moment, as `Entry.at`.
        actor: who changed it.
        former: the key that signed so far.
        new: the key that signs from there on.
        signed: entries that the former key signed: the size of its last checkpoint.
        reason: one line.
    """

    seq: int
    at: str
    actor: str
    former: VerifierKey
    new: VerifierKey
    signed: int
    reason: str

    @classmethod
    def read(cls, entry: Entry) -> "KeyChange":
        """Read it from its entry.

        Raises:
            EntryError: the facts are not those of a change.
        """
        facts = entry.facts
        if facts.keys() != _FACTS:
            raise EntryError(f"a change of keys has exactly the facts {', '.join(sorted(_FACTS))}")
        signed, reason = facts["signed"], check_reason(facts["reason"])
        if type(signed) is not int or not 0 <= signed <= entry.seq:
            raise EntryError("signed must be a whole number of entries before this one")
        try:
            former, new = (
                VerifierKey.parse(str(facts["former"])),
                VerifierKey.parse(str(facts["new"])),
            )
        except NoteError as error:
            raise EntryError(f"a key of the change: {error}") from None
        if former == new or former.name != new.name:
            raise EntryError("a change leads to another key of the same name")
        return cls(entry.seq, entry.at, entry.actor, former, new, signed, reason)

    def notice(self) -> str:
        """Say what the entry says."""
        return (
            f"entry {self.seq} ({self.at[:10]}) says that {self.actor} changed the signing key "
            f"from {self.former.short} to {self.new.short}: {self.reason}"
        )

    def standing(self) -> str:
        """Say what its signatures show, once they were checked."""
        return (
            f"the former key {self.former.short} signed the first {self.signed} entries, and they "
            "are the ones it signed; for what follows only the new key stands. Whoever has the "
            "server can start a key: hold the file against what you kept (--since), or a witness"
        )

    def to_json(self) -> dict[str, object]:
        """The change for scripts."""
        keys = {"former": self.former.text, "new": self.new.text}
        return {**vars(self), **keys}


def change_facts(
    former: VerifierKey, new: VerifierKey, signed: int, reason: str
) -> dict[str, object]:
    """Return the facts of the entry for a change.

    Raises:
        EntryError: the reason is not one line of at most `MAX_REASON` characters.
    """
    why = check_reason(reason)
    return {"former": former.text, "new": new.text, "signed": signed, "reason": why}


def check_reason(reason: object) -> str:
    """Return a reason that can stand in an entry.

    Raises:
        EntryError: it is not one line of at most `MAX_REASON` characters.
    """
    if not isinstance(reason, str) or not reason.strip() or not reason.isprintable():
        raise EntryError("the reason must be one line of text, not empty")
    if len(reason) > MAX_REASON:
        raise EntryError(f"the reason may have {MAX_REASON} characters, this has {len(reason)}")
    return reason


def add_signature(note: str, new: Signer, former: VerifierKey) -> str:
    """Put the new key's signature below a checkpoint that the former key signed.

    Raises:
        NoteError: it did not.
    """
    text = open_note(note, [former])
    return note + new.sign(text).removeprefix(f"{text}\n")


def former_problems(path: Path, changes: Sequence[KeyChange]) -> Iterator[Problem]:
    """Check the former keys' signatures in a bundle that is right otherwise.

    Each checkpoint from before a change must bear the signature of the key that was replaced, and
    the last of them must reach as far as the entry says.
    """
    reached = {change.seq: 0 for change in changes}
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith(_CHECKPOINT):
                continue
            note = str(parse_json(line.decode())["checkpoint"])  # type: ignore[index]
            size = Checkpoint.parse(split_note(note)[0]).size
            for change in (one for one in changes if size <= one.seq):
                reached[change.seq] = size
                try:
                    open_note(note, [change.former])
                except NoteError as error:
                    what = f"before the change of keys of entry {change.seq}: {error}"
                    yield Problem(None, number, f"{what}, {change.former.short}")
                    return
    for change in changes:
        if reached[change.seq] != change.signed or not change.signed:
            what = (
                f"the former key is said to have signed {change.signed} entries, and its last "
                f"checkpoint in the file has {reached[change.seq]}"
            )
            yield Problem(change.seq, None, what)

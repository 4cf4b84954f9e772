"""The ledger as one file that can be verified offline.

JSON Lines, each line in RFC 8785 form: a header, a line for each entry, and each checkpoint
directly after the entry at which its size is reached. The last line is a checkpoint that says
how many there are, which shows a file that was cut short or lost one.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from evenhand.ledger.checkpoint import Checkpoint
from evenhand.ledger.encoding import canonical_json, from_base64, to_base64
from evenhand.ledger.entry import Entry
from evenhand.ledger.errors import BundleError, NoteError
from evenhand.ledger.note import VerifierKey, split_note

FORMAT = "evenhand-ledger/1"


def header_line(origin: str, vkey: str) -> bytes:
    """The first line, without its newline."""
    return canonical_json({"format": FORMAT, "origin": origin, "vkey": vkey})


def entry_line(canonical: bytes, leaf: bytes) -> bytes:
    """An entry's line, without its newline: its canonical bytes and the leaf the ledger stores."""
    return b'{"entry":%b,"leaf":"%b"}' % (canonical, to_base64(leaf).encode())


def checkpoint_line(note: str, last: int | None = None) -> bytes:
    """A checkpoint's line, without its newline.

    Args:
        note: the signed note.
        last: for the final checkpoint of the file, how many checkpoints the file has.
    """
    return canonical_json(
        {"checkpoint": note} if last is None else {"checkpoint": note, "last": last}
    )


def write_bundle(
    path: Path, entries: Iterable[tuple[Entry, bytes]], checkpoints: Iterable[str], vkey: str
) -> int:
    """Write a bundle; the file appears whole or not at all, readable by its owner alone.

    What the ledger holds is written as it is, damage included: judging it is left to
    `verify_bundle`. So that the bundle verifies, the newest checkpoint must cover every entry.

    Args:
        path: the file to make or replace.
        entries: entries by rising seq, each with the 32-byte leaf stored beside it.
        checkpoints: signed notes by rising size.
        vkey: the verifier key the notes are signed with.

    Returns:
        How many entries were written.

    Raises:
        BundleError: the file cannot be written.
        NoteError: the verifier key cannot be read.
    """
    header = header_line(VerifierKey.parse(vkey).name, vkey)
    count = 0
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(header + b"\n")
            for line, is_entry in _body(entries, checkpoints):
                file.write(line + b"\n")
                count += is_entry
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise BundleError(f"{path}: cannot write the bundle: {error.strerror}") from error
    finally:
        if temporary is not None:
            os.unlink(temporary)
    return count


def read_leaves(path: Path) -> tuple[list[bytes], str]:
    """The leaves of a bundle that verifies, and its last checkpoint; 32 bytes an entry."""
    leaves: list[bytes] = []
    note = ""
    with path.open("rb") as file:
        for line in file:
            row = json.loads(line)
            if "leaf" in row:
                leaves.append(from_base64(row["leaf"]))
            note = row.get("checkpoint", note)
    return leaves, note


def _body(
    entries: Iterable[tuple[Entry, bytes]], checkpoints: Iterable[str]
) -> Iterator[tuple[bytes, bool]]:
    """All lines after the header, each with whether it is an entry."""
    notes = _Notes(checkpoints)
    for entry, leaf in entries:
        for note in notes.up_to(entry.seq):
            yield checkpoint_line(note), False
        yield entry_line(entry.canonical(), leaf), True
    rest = list(notes.up_to(None))
    for note in rest[:-1]:
        yield checkpoint_line(note), False
    if rest:
        yield checkpoint_line(rest[-1], last=notes.taken), False


class _Notes:
    """Checkpoints by rising size, given out as their sizes are reached."""

    def __init__(self, notes: Iterable[str]) -> None:
        self.waiting = iter(notes)
        self.next = next(self.waiting, None)
        self.taken = 0

    def up_to(self, size: int | None) -> Iterator[str]:
        """The notes not given out yet whose size is at most `size`; all of them for None."""
        while self.next is not None and (size is None or _size_of(self.next) <= size):
            note, self.next = self.next, next(self.waiting, None)
            self.taken += 1
            yield note


def _size_of(note: str) -> int:
    """The size a note claims; a note that cannot be read stands where it is met."""
    try:
        return Checkpoint.parse(split_note(note)[0]).size
    except NoteError:
        return 0

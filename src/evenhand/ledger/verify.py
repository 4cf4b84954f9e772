"""Verify a bundle: one pass, whatever its size, and never an exception for what it holds.

A damaged entry whose place is certain is reported and reading goes on with its stored leaf, so
that the checkpoints can still vouch for the rest. Where the order itself is broken, or a signed
root does not come out, everything after would be guesswork and reading stops.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from evenhand.ledger.bundle import FORMAT, entry_line, header_line
from evenhand.ledger.changing import KEY_CHANGED, KeyChange, former_problems
from evenhand.ledger.checkpoint import Checkpoint
from evenhand.ledger.encoding import canonical_json, from_base64, parse_json
from evenhand.ledger.entry import Entry
from evenhand.ledger.errors import EntryError, NoteError
from evenhand.ledger.note import VerifierKey, open_note
from evenhand.ledger.report import Problem, Report, printable
from evenhand.ledger.tree import HASH_BYTES, Frontier, leaf_hash

MAX_LINE_BYTES = 1 << 20
MAX_FINDINGS = 20
_KEY_FROM_FILE = (
    "key taken from the file itself: this shows that the file is whole, not who made it; "
    "compare the key with the one the organisation published"
)


def verify_bundle(
    path: Path, vkey: str | None = None, *, since: Checkpoint | None = None
) -> Report:
    """Check every entry, checkpoint and signature of a bundle.

    Args:
        path: the bundle.
        vkey: the verifier key the organisation published; without it the key in the file is
            used, and the report says so.
        since: a head of the same ledger from an earlier day, whose signature was checked; the
            bundle must hold the same entries up to there.

    Raises:
        OSError: the file cannot be read.
        NoteError: `vkey` is no verifier key.
    """
    given = None if vkey is None else VerifierKey.parse(vkey)
    check = _Check(given, since)
    with path.open("rb") as file:
        try:
            for number, line in _lines(file):
                check.read(number, line)
            check.finish()
        except _Stop:
            pass
    if check.changes and not check.problems:
        check.problems += former_problems(path, check.changes)
    return check.report()


class _Stop(Exception):
    """Reading further would tell nothing more."""


class _BadLine(ValueError):
    """A line that cannot be read at all."""


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | _BadLine]]:
    """Number the lines, newline taken off; memory stays within the longest allowed line."""
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if line.endswith(b"\n"):
            yield number, line[:-1]
        elif len(line) > MAX_LINE_BYTES:
            yield number, _BadLine("the line is longer than 1 MiB")
        else:
            yield number, _BadLine("the file ends in the middle of a line: it was cut short")


class _Check:
    """The state of one pass over a bundle."""

    def __init__(self, given: VerifierKey | None, since: Checkpoint | None) -> None:
        self.since = since
        self.keys: tuple[VerifierKey, ...] = () if given is None else (given,)
        self.key_given = given is not None
        self.line = 0
        self.frontier = Frontier()
        self.signed_size = -1  # of the last checkpoint found right; -1 before the first
        self.checkpoints = 0
        self.checkpoints_seen = 0
        self.ended = False
        self.previous_at = ""
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.changes: list[KeyChange] = []

    def read(self, number: int, line: bytes | _BadLine) -> None:
        """Check one line; numbers count from 1."""
        self.line = number
        if isinstance(line, _BadLine):
            self.stop(str(line))
        try:
            value = parse_json(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            self.stop(f"not UTF-8 text (byte {error.start + 1} of the line)")
        except ValueError as error:
            self.stop(f"cannot be read: {error}")
        if number == 1:
            self.header(line, value)
        elif self.ended:
            self.stop("stands after the final checkpoint")
        elif isinstance(value, dict) and value.keys() == {"entry", "leaf"}:
            self.entry(line, value["entry"], value["leaf"])
        elif isinstance(value, dict) and value.keys() in ({"checkpoint"}, {"checkpoint", "last"}):
            self.checkpoint(line, value)
        else:
            self.stop("neither an entry nor a checkpoint")

    def header(self, line: bytes, value: object) -> None:
        """Check the first line and settle which key counts."""
        if not isinstance(value, dict) or value.keys() != {"format", "origin", "vkey"}:
            self.stop("the first line must hold exactly format, origin and vkey")
        format_, origin, vkey = value["format"], value["origin"], value["vkey"]
        if format_ != FORMAT:
            self.stop(f"the format is not {FORMAT}: another program or version wrote this file")
        if not isinstance(vkey, str) or not isinstance(origin, str):
            self.stop("origin and vkey must be text")
        try:
            stated = VerifierKey.parse(vkey)
        except NoteError as error:
            self.stop(str(error))
        if stated.name != origin:
            self.stop("the origin is not the name of the key")
        if not self.keys:
            self.keys = (stated,)
        elif self.keys[0] != stated:
            self.problem("the key in the file is not the key you gave")
        if header_line(origin, vkey) != line:
            self.problem("not in canonical form (RFC 8785)")
        if self.since is not None and self.since.origin != origin:
            self.problem(f"the earlier head is of another ledger, {self.since.origin!a}")
        self.extends()

    def entry(self, line: bytes, value: object, leaf_text: object) -> None:
        """Check an entry's content against its leaf, and its place in the order."""
        seq = self.frontier.size
        leaf = _read_leaf(leaf_text)
        if leaf is None:
            self.stop("its leaf is not the base64 of 32 bytes", seq)
        try:
            entry = Entry.from_json(value)
            canonical = entry.canonical()
        except EntryError as error:
            self.problem(f"its content is not that of an entry: {error}", seq)
        else:
            if leaf_hash(canonical) != leaf:
                self.problem("its content does not match its leaf hash", seq)
            elif entry_line(canonical, leaf) != line:
                self.problem("not in canonical form (RFC 8785)", seq)
            if entry.seq != seq:
                self.stop(f"missing, or out of order: entry {entry.seq} stands here", seq)
            if entry.at < self.previous_at:
                self.warn(f"its time {entry.at} is before that of the entry above it", seq)
            self.previous_at = entry.at
            if entry.action == KEY_CHANGED:
                self.key_changed(entry)
        self.frontier = self.frontier.append(leaf)
        self.extends()

    def key_changed(self, entry: Entry) -> None:
        """Follow a change of the signing key; the key to check with must be the last one."""
        try:
            change = KeyChange.read(entry)
        except EntryError as error:
            self.problem(f"not a change of keys: {error}", entry.seq)
            return
        if self.changes and self.changes[-1].new != change.former:
            self.problem("the key it replaces is not the one that was in use", entry.seq)
        self.changes.append(change)
        if self.keys[0] == change.former:
            self.problem(
                f"the signing key changes here from the one you gave to {change.new.short}: get "
                "the whole of it by another way than this file, and check with it, and with "
                "--since what you kept",
                entry.seq,
            )

    def extends(self) -> None:
        """Check, once the size of the earlier head is reached, that its root comes out."""
        if self.since is None or self.since.size != self.frontier.size:
            return
        if self.since.root != self.frontier.root():
            self.problem(
                f"its first {self.since.size} entries are not those of the earlier head: "
                "history was rewritten"
            )

    def checkpoint(self, line: bytes, value: dict[str, object]) -> None:
        """Check a checkpoint's signature, its place and its root."""
        note, last = value["checkpoint"], value.get("last")
        self.checkpoints_seen += 1
        self.ended = "last" in value
        if not isinstance(note, str):
            self.stop("a checkpoint must be text")
        if self.ended and (type(last) is not int or last != self.checkpoints_seen):
            self.stop(
                f"{self.checkpoints_seen} checkpoints stand in the file, "
                "which is not the number it gives: one was removed or put in"
            )
        try:
            head = Checkpoint.parse(open_note(note, self.keys))
        except NoteError as error:
            self.problem(f"bad checkpoint: {error}")
            return
        if canonical_json(value) != line:
            self.problem("not in canonical form (RFC 8785)")
        if head.origin != self.keys[0].name:
            self.problem("the checkpoint is signed for another ledger than the key's")
        self.place(head)
        if head.root != self.frontier.root():
            self.stop(self.changed_between(head))
        self.signed_size = head.size
        self.checkpoints += 1

    def place(self, head: Checkpoint) -> None:
        """Check that a checkpoint stands where its size is reached, and that sizes rise."""
        size = self.frontier.size
        if head.size > size:
            self.stop(
                f"the checkpoint is signed for {head.size} entries but only {size} stand "
                "before it: entries are missing"
            )
        if head.size <= self.signed_size:
            self.stop(f"a checkpoint of size {head.size} after one of size {self.signed_size}")
        if head.size < size:
            self.stop(
                f"the checkpoint is signed for {head.size} entries but {size} stand before it: "
                "it is out of place, or entries were put in"
            )

    def changed_between(self, head: Checkpoint) -> str:
        """Say where the change lies when a root is not the signed one."""
        if self.signed_size < 1:
            return (
                f"the root of size {head.size} is not the signed one: among its entries one was "
                "changed together with its leaf"
            )
        return (
            f"the root of size {head.size} is not the signed one, that of size "
            f"{self.signed_size} is: from entry {self.signed_size} to {head.size - 1} one was "
            "changed together with its leaf"
        )

    def finish(self) -> None:
        """Check what can only be known at the end of the file."""
        size = self.frontier.size
        if self.since is not None and self.since.size > size:
            self.problem(
                f"the earlier head has {self.since.size} entries, this file only {size}: "
                "it was cut short, or is the older of the two"
            )
        if self.changes and self.changes[-1].new != self.keys[0]:
            self.problem(
                f"from entry {self.changes[-1].seq} on the key is said to be "
                f"{self.changes[-1].new.short}, and this file was checked with another"
            )
        if self.line == 0:
            self.problems.append(Problem(None, None, "the file is empty"))
        elif not self.checkpoints_seen:
            self.problem("the file ends without any checkpoint: nothing in it is signed")
        elif not self.ended:
            self.problem(
                "the file does not end with its final checkpoint: it was cut short, or has "
                f"entries nobody signed (signed up to size {max(self.signed_size, 0)}, {size} read)"
            )

    def problem(self, what: str, seq: int | None = None) -> None:
        """Note a problem; too many of them end the reading."""
        self.problems.append(Problem(seq, self.line, printable(what)))
        if len(self.problems) == MAX_FINDINGS:
            self.problems.append(
                Problem(None, None, f"reading stopped after {MAX_FINDINGS} problems")
            )
            raise _Stop

    def stop(self, what: str, seq: int | None = None) -> NoReturn:
        """Note a problem after which nothing more can be told."""
        self.problem(what, seq)
        raise _Stop

    def warn(self, what: str, seq: int) -> None:
        """Note an oddity; only the first ones are kept."""
        if len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(Problem(seq, self.line, what))

    def report(self) -> Report:
        """What was found so far."""
        notices = [] if self.key_given or not self.keys else [_KEY_FROM_FILE]
        for change in self.changes:
            notices += [change.notice()] if self.problems else [change.notice(), change.standing()]
        return Report(
            origin=self.keys[0].name if self.keys else None,
            vkey=self.keys[0].text if self.keys else None,
            size=self.frontier.size,
            root=self.frontier.root(),
            checkpoints=self.checkpoints,
            problems=tuple(self.problems),
            warnings=tuple(self.warnings),
            notices=tuple(notices),
            key_changes=tuple(change.to_json() for change in self.changes),
        )


def _read_leaf(value: object) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        leaf = from_base64(value)
    except ValueError:
        return None
    return leaf if len(leaf) == HASH_BYTES else None

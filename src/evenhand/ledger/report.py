"""What a verification found, in words for people and in JSON for scripts."""

from collections.abc import Mapping
from dataclasses import dataclass

from evenhand.ledger.encoding import to_base64

_MAX_TEXT = 500


@dataclass(frozen=True)
class Problem:
    """One finding.

    Attributes:
        seq: the entry it concerns, counted from 0, or None where it is no single entry.
        line: line of the file, counted from 1, or None where it is about the whole file.
        what: one line, in words.
    """

    seq: int | None
    line: int | None
    what: str

    def __str__(self) -> str:
        place = "" if self.line is None else f"line {self.line}"
        if self.seq is not None:
            place = f"entry {self.seq} ({place})"
        return f"{place}: {self.what}" if place else self.what


@dataclass(frozen=True)
class Report:
    """The result of verifying a bundle.

    Attributes:
        origin: the ledger's name as the key used gives it; None where there was no key.
        vkey: the verifier key the signatures were checked against; None where there was none.
        size: entries read.
        root: RFC 6962 root over their stored leaves; 32 bytes.
        checkpoints: checkpoints whose signature and root are right.
        problems: why the bundle is not to be trusted, first in the file first; empty when it is.
        warnings: what is odd but proves nothing, such as a clock that went back.
        notices: what the reader must know to weigh the result.
        key_changes: what entries say of changes of the signing key, see `changing.KeyChange`.
    """

    origin: str | None
    vkey: str | None
    size: int
    root: bytes
    checkpoints: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    notices: tuple[str, ...]
    key_changes: tuple[Mapping[str, object], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return not self.problems

    def lines(self) -> list[str]:
        """The report for people: notices and findings, then the result."""
        text = [f"notice: {notice}" for notice in self.notices]
        text += [f"warning: {warning}" for warning in self.warnings]
        text += [str(problem) for problem in self.problems]
        if self.ok:
            text.append(
                f"ok: {self.origin}, {_count(self.size, 'entry', 'entries')}, "
                f"{_count(self.checkpoints, 'checkpoint', 'checkpoints')}, "
                f"root {to_base64(self.root)}"
            )
        else:
            text.append(f"FAILED: {_count(len(self.problems), 'problem', 'problems')}")
        return [printable(line) for line in text]

    def to_json(self) -> dict[str, object]:
        """The report for scripts; the root in base64, as a checkpoint has it."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "vkey": self.vkey,
            "size": self.size,
            "root": to_base64(self.root),
            "checkpoints": self.checkpoints,
            "problems": [vars(problem) for problem in self.problems],
            "warnings": [vars(warning) for warning in self.warnings],
            "notices": list(self.notices),
            "key_changes": [dict(change) for change in self.key_changes],
        }


def printable(text: str) -> str:
    """Text of a file that nobody vouches for, made safe for a terminal and for one line."""
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return safe if len(safe) <= _MAX_TEXT else safe[: _MAX_TEXT - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

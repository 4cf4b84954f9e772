"""What can be wrong with a pack, or with a question put to one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class PackError(ValueError):
    """A pack cannot be used.

    Attributes:
        faults: everything that was found wrong, one line each: file, path in the file, fault.
        folder: where the pack stands, which the message names before each file; None for a pack
            that stands in none.
    """

    def __init__(self, faults: Iterable[str], folder: Path | None = None) -> None:
        self.faults = tuple(map(_printable, faults))
        self.folder = folder
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(self._placed, self.faults))

    def _placed(self, fault: str) -> str:
        if self.folder is None:
            return fault
        place = _printable(str(self.folder))
        names_it = fault.startswith((f"{place}:", "/"))
        return fault if names_it else f"{place}/{fault}"


def _printable(fault: str) -> str:
    # A fault quotes what it found, and a mangled file may hold anything: line ends, control
    # characters, marks that turn the direction of writing, half characters.
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in fault)


class UnknownIdError(PackError, KeyError):
    """A pack was asked for something that it does not hold; the message says what it does hold."""

    @classmethod
    def of(cls, kind: str, wanted: str, known: Iterable[str]) -> UnknownIdError:
        """Build the error for a look-up of `wanted` among the `known` ids of one kind."""
        return cls([f"no {kind} {wanted!r} in this pack; known: {', '.join(known) or 'none'}"])

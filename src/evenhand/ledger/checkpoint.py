"""The signed head of the ledger, as c2sp.org/tlog-checkpoint describes it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.ledger.encoding import from_base64, to_base64
from evenhand.ledger.errors import CheckpointError
from evenhand.ledger.note import VerifierKey, check_text, open_note
from evenhand.ledger.signer import Signer
from evenhand.ledger.tree import HASH_BYTES

# 18 digits stay inside a signed 64-bit integer, in any reader.
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_MAX_SIZE = 10**18 - 1


@dataclass(frozen=True)
class Checkpoint:
    """What a log commits to: how many entries it has and the root over them.

    Attributes:
        origin: the log's name.
        size: entries in the tree.
        root: RFC 6962 root over them; 32 bytes.
        extensions: further lines, kept but without meaning here.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= _MAX_SIZE:
            raise CheckpointError(f"a checkpoint cannot have the size {self.size}")
        if len(self.root) != HASH_BYTES:
            raise CheckpointError(f"a root is {HASH_BYTES} bytes, got {len(self.root)}")
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise CheckpointError("origin and extension lines must be single lines, not empty")
        check_text(self.text)

    @property
    def text(self) -> str:
        """The note text: origin, decimal size, base64 root, extension lines."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note text, accepting only what `text` would write.

        Raises:
            CheckpointError: says which line is wrong.
        """
        if not text.endswith("\n"):
            raise CheckpointError("a checkpoint must end in a newline")
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3:
            raise CheckpointError("a checkpoint needs three lines: origin, size and root")
        origin, size, encoded, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise CheckpointError("the checkpoint's size is not a plain decimal number")
        try:
            root = from_base64(encoded)
        except ValueError:
            raise CheckpointError("the checkpoint's root is not base64") from None
        return cls(origin, int(size), root, tuple(extensions))


def sign_checkpoint(signer: Signer, size: int, root: bytes) -> str:
    """Sign a tree head into a note; the origin is the signer's name.

    The same head gives the same note. Never sign two roots for one size: whoever holds both
    can prove that the log was rewritten.
    """
    return signer.sign(Checkpoint(signer.name, size, root).text)


def open_checkpoint(note: str, vkeys: Iterable[str]) -> Checkpoint:
    """Verify a checkpoint note against published keys.

    Raises:
        NoteError: a key cannot be read, or none of them signed the note rightly.
        CheckpointError: the signature holds but the text is no checkpoint.
    """
    return Checkpoint.parse(open_note(note, [VerifierKey.parse(vkey) for vkey in vkeys]))

"""Witnesses: what they are sent, and what they send back (c2sp.org/tlog-witness, tlog-cosignature).

A witness keeps the last head of the ledger that it saw, and signs a newer one only if a proof shows
that it extends it. Who sees its signature knows that no second history was shown to the witness.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evenhand.ledger.encoding import from_base64, to_base64
from evenhand.ledger.errors import NoteError
from evenhand.ledger.note import KEY_BYTES, KEY_ID_BYTES, Signature, check_name, split_note
from evenhand.ledger.proofs import consistency_proof

COSIGNATURE = b"\x04"
"""The type byte of a timestamped Ed25519 cosignature."""
_TIME_BYTES = 8
_MAX_TIME = 2**63 - 1


@dataclass(frozen=True)
class WitnessKey:
    """The public half of a witness: its name and 32-byte Ed25519 key."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key made a cosignature."""
        named = self.name.encode() + b"\n" + COSIGNATURE + self.public
        return sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as it is published: `NAME+HEX KEY ID+BASE64`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(COSIGNATURE + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "WitnessKey":
        """Read the published form; its key id must fit name and key.

        Raises:
            NoteError: says what is wrong.
        """
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        check_name(name)
        try:
            key = from_base64(encoded)
        except ValueError:
            raise NoteError("the last part of the witness's key is not base64") from None
        if key[:1] != COSIGNATURE or len(key) != 1 + KEY_BYTES:
            raise NoteError("not a witness's Ed25519 key (type byte 4 and 32 bytes)")
        found = cls(name, key[1:])
        if found.key_id.hex() != key_id:
            raise NoteError("the key id does not fit the name and key: a character was changed")
        return found

    def signed_at(self, line: Signature, text: str) -> int | None:
        """Return when this witness says it saw a checkpoint's text; None for another's signature.

        Returns:
            Seconds since 1970 in UTC.

        Raises:
            NoteError: the line bears this key's name and id, and the signature is wrong.
        """
        if (line.name, line.key_id) != (self.name, self.key_id):
            return None
        at = int.from_bytes(line.signature[:_TIME_BYTES], "big")
        signature = line.signature[_TIME_BYTES:]
        try:
            if at > _MAX_TIME:
                raise ValueError("a time beyond all clocks")
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature, cosigned_bytes(at, text))
        except (InvalidSignature, ValueError):
            raise NoteError(f"the cosignature of {self.name!a} does not fit the text") from None
        return at


def cosigned_bytes(at: int, text: str) -> bytes:
    """What a witness signs: a header, its clock in seconds since 1970, the checkpoint's text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosigned_at(note: str, key: WitnessKey) -> int | None:
    """Return when a witness cosigned a checkpoint, in seconds since 1970; None where it did not.

    Raises:
        NoteError: the note is malformed, or the cosignature is wrong.
    """
    text, signatures = split_note(note)
    found = [at for line in signatures if (at := key.signed_at(line, text)) is not None]
    return max(found, default=None)


def add_cosignature(note: str, answer: str, key: WitnessKey) -> str:
    """Put what a witness answered to a checkpoint below it.

    Args:
        note: the checkpoint as the ledger has it.
        answer: signature lines, or the whole note with them.
        key: the witness's published key.

    Returns:
        The note; unchanged where it bears the line already.

    Raises:
        NoteError: the answer holds no cosignature of this key, or a wrong one.
    """
    text, known = split_note(note)
    lines = answer.rpartition("\n\n")[2] if "\n\n" in answer else answer
    for raw in lines.removesuffix("\n").split("\n"):
        _text, (line,) = split_note(f"{text}\n{raw}\n")
        if key.signed_at(line, text) is not None:
            return note if line in known else f"{note}{raw}\n"
    raise NoteError(f"there is no cosignature of {key.name!a} in the answer")


def witness_request(leaves: Sequence[bytes], note: str, old_size: int) -> str:
    """The body of an `add-checkpoint` request: the size that is known, a proof, the checkpoint.

    Args:
        leaves: those that the checkpoint covers; 32 bytes each.
        note: the checkpoint.
        old_size: that of the head which the witness signed last; 0 for the first time.

    Raises:
        TreeError: the ledger never had that size.
    """
    proof = "".join(f"{to_base64(node)}\n" for node in consistency_proof(leaves, old_size))
    return f"old {old_size}\n{proof}\n{note}"

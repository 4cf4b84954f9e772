"""Signed notes with Ed25519, as c2sp.org/signed-note describes them.

A note is text that ends in a newline, an empty line, and one or more signature lines
`— NAME BASE64(key id || signature)`. Verifiers that other languages offer for the same
format read these notes too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evenhand.ledger.encoding import from_base64, to_base64
from evenhand.ledger.errors import NoteError

ED25519 = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
MAX_SIGNATURES = 100
_DASH = "\N{EM DASH} "


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a signer: its name and 32-byte Ed25519 key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise NoteError(f"an Ed25519 public key is {KEY_BYTES} bytes, got {len(self.public)}")

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, say which key made a signature."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as `NAME+HEX KEY ID+BASE64`, the form in which it is published."""
        return f"{self.short}+{to_base64(ED25519 + self.public)}"

    @property
    def short(self) -> str:
        """Name and key id: enough to see which key is meant, not to trust it."""
        return f"{self.name}+{self.key_id.hex()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the published form; its key id must fit name and key.

        Raises:
            NoteError: says which part is wrong.
        """
        # The base64 part may itself hold a plus; the name and the id may not.
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise NoteError("the verifier key is not of the form NAME+HEXID+BASE64")
        name, key_id, encoded = parts
        try:
            key = from_base64(encoded)
        except ValueError:
            raise NoteError("the last part of the verifier key is not base64") from None
        if key[:1] != ED25519 or len(key) != 1 + KEY_BYTES:
            raise NoteError("the verifier key is not an Ed25519 key (type byte 1 and 32 bytes)")
        found = cls(name, key[1:])
        if found.key_id.hex() != key_id:
            raise NoteError("the key id does not fit the name and key: a character was changed")
        return found

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether this key made the 64-byte signature over the note's text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line, not yet verified."""

    name: str
    key_id: bytes
    signature: bytes


def check_name(name: str) -> None:
    """Check a key's name: not empty, no space of any kind, no plus, no control character.

    Raises:
        NoteError: says what the name may not contain.
    """
    if not name or "+" in name or any(c.isspace() or c < " " for c in name):
        raise NoteError("a key's name must not be empty and must hold no space, plus or control")
    if not _is_unicode(name):
        raise NoteError("a key's name must be Unicode text")


def format_signature(name: str, key_id: bytes, signature: bytes) -> str:
    """One signature line with its newline."""
    return f"{_DASH}{name} {to_base64(key_id + signature)}\n"


def check_text(text: str) -> None:
    """Check that a text can be signed as a note.

    Raises:
        NoteError: no final newline, a control character, or not Unicode.
    """
    if not text.endswith("\n"):
        raise NoteError("the text of a note must end in a newline")
    if any(c < " " and c != "\n" for c in text) or not _is_unicode(text):
        raise NoteError("a note must be Unicode text without control characters but newlines")


def split_note(note: str) -> tuple[str, tuple[Signature, ...]]:
    """Take a note apart into its text and signatures, verifying none of them.

    Raises:
        NoteError: the note is malformed.
    """
    check_text(note)
    body, separator, tail = note.rpartition("\n\n")
    if not separator:
        raise NoteError("the note has no empty line between its text and its signatures")
    # Only U+000A ends a line here; str.splitlines would split at others.
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"the note has more than {MAX_SIGNATURES} signatures")
    return body + "\n", tuple(_parse_signature(line) for line in lines)


def open_note(note: str, keys: Iterable[VerifierKey]) -> str:
    """Verify a note and return its text.

    Signatures of keys that are not among `keys` are passed over, so a log may rotate keys and
    witnesses may add theirs; every signature of a known key must be right, and one must be there.

    Raises:
        NoteError: malformed, signed by none of the keys, or a known key's signature is wrong.
    """
    text, signatures = split_note(note)
    known = tuple(keys)
    verified = 0
    for line in signatures:
        candidates = [k for k in known if (k.name, k.key_id) == (line.name, line.key_id)]
        if not all(key.verifies(line.signature, text) for key in candidates):
            raise NoteError(f"the signature of {line.name!a} does not fit the text")
        verified += bool(candidates)
    if not verified:
        raise NoteError("none of its signatures is by the expected key")
    return text


def _parse_signature(line: str) -> Signature:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator:
        raise NoteError("a signature line is not of the form '\N{EM DASH} NAME BASE64'")
    check_name(name)
    try:
        data = from_base64(encoded)
    except ValueError:
        raise NoteError("a signature is not base64") from None
    if len(data) <= KEY_ID_BYTES:
        raise NoteError("a signature is too short to hold a key id")
    return Signature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def _is_unicode(text: str) -> bool:
    """Whether UTF-8 can write the text: JSON can smuggle in half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

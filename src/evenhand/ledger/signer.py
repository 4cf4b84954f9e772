"""The private key that signs checkpoints, and its file."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from evenhand.ledger.errors import KeyFileError
from evenhand.ledger.note import VerifierKey, check_name, check_text, format_signature

_OPEN_TO_OTHERS = 0o077


@dataclass(frozen=True)
class Signer:
    """An Ed25519 key with the name it signs under, which is also the ledger's origin.

    The name should be an address without a scheme that the organisation owns, such as
    `example.com/evenhand`; nothing has to answer there.
    """

    name: str
    private: Ed25519PrivateKey

    def __post_init__(self) -> None:
        check_name(self.name)

    @classmethod
    def generate(cls, name: str) -> "Signer":
        """Make a signer with a new key from the system's random source."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path, name: str) -> "Signer":
        """Read the key that `save` wrote; the name is not in the file.

        Raises:
            KeyFileError: missing, open to other accounts, or no Ed25519 key in PEM form.
        """
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                pem = file.read()
        except OSError as error:
            raise KeyFileError(f"{path}: cannot read the signing key: {error.strerror}") from None
        if mode & _OPEN_TO_OTHERS:
            raise KeyFileError(f"{path}: other accounts can reach this key; run: chmod 600 {path}")
        try:
            private = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyFileError(f"{path}: not a private key in unencrypted PEM form") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyFileError(f"{path}: not an Ed25519 key; ledgers are signed with Ed25519")
        return cls(name, private)

    def save(self, path: Path) -> None:
        """Write the key to a new file that only its owner can read (mode 0600).

        The file appears whole or not at all, and never replaces another.

        Raises:
            KeyFileError: a file stands there already, or the folder cannot be written.
        """
        pem = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            _create_whole(path, pem)
        except FileExistsError:
            raise KeyFileError(f"{path}: exists already; a signing key is never replaced") from None
        except OSError as error:
            raise KeyFileError(f"{path}: cannot write the signing key: {error.strerror}") from None

    @property
    def verifier(self) -> VerifierKey:
        """The public half, to be published."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public half in its published text form."""
        return self.verifier.text

    def sign(self, text: str) -> str:
        """Sign a text into a note.

        Raises:
            NoteError: the text cannot stand in a note.
        """
        check_text(text)
        signature = self.private.sign(text.encode())
        return f"{text}\n{format_signature(self.name, self.verifier.key_id, signature)}"


def _create_whole(path: Path, data: bytes) -> None:
    # mkstemp makes the file with mode 0600; link, unlike rename, fails where a file stands.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    finally:
        os.unlink(temporary)

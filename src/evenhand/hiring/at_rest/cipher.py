"""AES-256-GCM over one text, bound to the place that it is stored in.

AES-GCM rather than Fernet, since it authenticates data beside the text: table, column and row. What
is copied to another row or column does not open there. A nonce is 96 random bits, so one key is
good for 2^32 texts (NIST SP 800-38D, 8.3); rotate before that.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag

from evenhand.hiring.at_rest.keys import ID_LENGTH, KeysUnusable, key_ring

MARK: Final = "s1."
_NONCE: Final = 12
PREFIX_LENGTH: Final = len(MARK) + ID_LENGTH + 1


class SealBroken(Exception):
    """A stored text was changed, or moved from where it was sealed."""


def prefix_of(key_id: str) -> str:
    """Return what everything sealed with a key begins with."""
    return f"{MARK}{key_id}."


def seal(text: str, place: Sequence[str]) -> str:
    """Return the text sealed with the current key: `s1.KEY.BASE64URL(nonce + ciphertext + tag)`.

    Args:
        text: what is kept from whoever has the database alone.
        place: table, column and what names the row for good.
    """
    ring = key_ring()
    prefix, nonce = prefix_of(ring.current), os.urandom(_NONCE)
    closed = ring.keys[ring.current].encrypt(nonce, text.encode(), _bound(prefix, place))
    return prefix + base64.urlsafe_b64encode(nonce + closed).decode()


def unseal(token: str, place: Sequence[str]) -> str:
    """Return the text of a token.

    Raises:
        SealBroken: it is not what was sealed at this place.
        KeysUnusable: its key is not in the file.
    """
    where = " ".join(place[:2])
    prefix, coded = token[:PREFIX_LENGTH], token[PREFIX_LENGTH:]
    if not prefix.startswith(MARK) or not prefix.endswith("."):
        raise SealBroken(f"{where}: a stored text is not sealed")
    key_id = prefix[len(MARK) : -1]
    key = key_ring().keys.get(key_id)
    if key is None:
        raise KeysUnusable(
            f"{where}: sealed with the key {key_id!r}, which is not in the file of keys: add it"
        )
    try:
        # Not one of several spellings: the token is what it would be sealed to.
        raw = base64.b64decode(coded, altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(raw).decode() != coded:
            raise SealBroken(f"{where}: a stored text was changed")
        return key.decrypt(raw[:_NONCE], raw[_NONCE:], _bound(prefix, place)).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise SealBroken(f"{where}: a stored text was changed, or moved from its row") from error


def _bound(prefix: str, place: Sequence[str]) -> bytes:
    return json.dumps([prefix, *place]).encode()

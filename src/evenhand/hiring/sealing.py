"""Sealing what the database must not give away by itself: with the server's secret, by purpose."""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def fernet_for(purpose: bytes) -> Fernet:
    """Return the cipher of one purpose; no other purpose of the secret yields the same key."""
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def keyed_digest(purpose: bytes, text: str) -> str:
    """Return the HMAC-SHA256 of a text: without the server's secret it leads back to nothing."""
    return hmac.digest(_key(purpose), text.encode(), "sha256").hex()


def _key(purpose: bytes) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose)
    return derived.derive(settings.SECRET_KEY.encode())

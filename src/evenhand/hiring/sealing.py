"""Sealing what the database must not give away by itself: with the server's secret, by purpose."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def fernet_for(purpose: bytes) -> Fernet:
    """Return the cipher of one purpose; no other purpose of the secret yields the same key."""
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose)
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))

"""Keys of model providers, sealed with the server's secret: the database alone gives none away."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError


def seal(key: str) -> str:
    """Encrypt a key, so that only a server with this secret can read it."""
    return _fernet().encrypt(key.encode()).decode()


def unseal(sealed: str, judge: str) -> str:
    """Return a sealed key.

    Raises:
        PanelError: it was sealed with another secret, or damaged.
    """
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise PanelError(
            _("The key of “%(judge)s” was kept under another EVENHAND_SECRET_KEY; give it again.")
            % {"judge": judge}
        ) from error


def _fernet() -> Fernet:
    # Its own purpose in `info`: no other use of the secret yields the same key.
    derived = HKDF(SHA256(), length=32, salt=None, info=b"evenhand judge keys")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))

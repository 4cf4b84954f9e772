"""Keys of model providers, sealed with the server's secret: the database alone gives none away."""

from __future__ import annotations

from typing import Final

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.sealing import fernet_for

PURPOSE: Final = b"evenhand judge keys"


def seal(key: str) -> str:
    """Encrypt a key, so that only a server with this secret can read it."""
    return fernet_for(PURPOSE).encrypt(key.encode()).decode()


def unseal(sealed: str, judge: str) -> str:
    """Return a sealed key.

    Raises:
        PanelError: it was sealed with another secret, or damaged.
    """
    try:
        return fernet_for(PURPOSE).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise PanelError(
            _("The key of “%(judge)s” was kept under another EVENHAND_SECRET_KEY; give it again.")
            % {"judge": judge}
        ) from error

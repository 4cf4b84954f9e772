"""How allauth is held to Evenhand's rules: nobody signs up, and secrets are sealed."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.sealing import fernet_for

PURPOSE: Final = b"evenhand second factors"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "No account has this e-mail address and password. Check both."
        ),
        "account_inactive": _("This account is closed."),
        "too_many_login_attempts": _(
            "Too many attempts with this address. Wait five minutes and try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return whether strangers may make themselves an account: they may not."""
        return False


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An identity provider says who somebody is; whether they may come in, a team page says."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return whether somebody without an account gets one: they do not."""
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors sealed."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return fernet_for(PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return fernet_for(PURPOSE).decrypt(encrypted_text.encode()).decode()

"""Passwords that are chosen by a link: making the link, and what the record holds of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FieldError
from evenhand.hiring.people.models import User
from evenhand.hiring.people.services import account, actor_of
from evenhand.hiring.record.services import record, subject_of


def password_link(user: User) -> str:
    """Return the address where somebody chooses a password; it works once, for three days.

    It also ends with the next sign-in, however that is done.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return f"{settings.BASE_URL}{reverse('welcome', args=[uid, token])}"


def make_link(*, email: str, now: datetime, by: User | None = None) -> str:
    """Return such a link for somebody who forgot their password, with its entry.

    Args:
        email: whose.
        now: the moment.
        by: the admin who asks for it; None for the operator.

    Raises:
        FieldError: there is no such account, or it is closed.
    """
    with transaction.atomic():
        user = account(email)
        if not user.is_active:
            raise FieldError(
                _("The account of %(email)s is closed. Reopen it first.") % {"email": email}
            )
        record("user.password_link", subject_of(user), actor=actor_of(by), facts={}, now=now)
    return password_link(user)


def note_chosen(*, user: User, first: bool, now: datetime) -> None:
    """Record that a password was chosen by link; call it in the transaction that keeps it.

    Args:
        user: whose.
        first: whether there was none before.
        now: the moment.
    """
    facts = {"by": "link", "first": first}
    record("user.password_set", subject_of(user), actor=f"user:{user.pk}", facts=facts, now=now)

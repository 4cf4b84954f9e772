"""What happens to an account, in the record: who came in, and which factors came and went."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from evenhand.hiring.models import User
from evenhand.hiring.record.services import record, subject_of


def connect() -> None:
    """Write an entry for each of these from now on.

    Factors are followed as rows: allauth's own signals come after the transaction, where a crash
    would leave a factor without its entry.
    """
    user_logged_in.connect(_signed_in)
    password_changed.connect(_password)
    post_save.connect(_saved, sender=Authenticator)
    post_delete.connect(_deleted, sender=Authenticator)


def _signed_in(user: User, **_: Any) -> None:
    _note("user.signed_in", user)


def _password(user: User, **_: Any) -> None:
    _note("user.password_changed", user)


def _saved(instance: Any, created: bool, **_: Any) -> None:
    if created:
        _note("user.factor_added", instance.user, kind=str(instance.type))


def _deleted(instance: Any, **_: Any) -> None:
    _note("user.factor_removed", instance.user, kind=str(instance.type))


def _note(action: str, user: User, **facts: object) -> None:
    with transaction.atomic():
        record(action, subject_of(user), actor=f"user:{user.pk}", facts=facts, now=timezone.now())

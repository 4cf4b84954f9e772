"""Accounts of the hiring side: every write to them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FieldError
from evenhand.hiring.people.models import Duty, Organisation, User
from evenhand.hiring.record.services import SYSTEM, record, subject_of


def add_user(*, email: str, password: str, organisation: str = "", now: datetime) -> User:
    """Make an account that can sign in; the first one of an organisation is its admin's.

    Args:
        email: by which they sign in.
        password: theirs.
        organisation: its name; one that is new is made. The first one where none is named.
        now: the moment.

    Raises:
        FieldError: the address is no address or has an account, or the password is too weak.
    """
    address = check_new(email, password)
    try:
        with transaction.atomic():
            home = _organisation(organisation, now)
            first = not User.objects.filter(organisation=home, duty=Duty.ADMIN).exists()
            duty = Duty.ADMIN if first else Duty.RECRUITER
            user = User.objects.create_user(address, password, organisation=home, duty=duty)
            facts = {"organisation": str(home.pk), "duty": duty.value}
            record("user.added", subject_of(user), actor=SYSTEM, facts=facts, now=now)
    except IntegrityError as error:
        raise FieldError(_("%(email)s has an account already.") % {"email": address}) from error
    return user


def check_new(email: str, password: str) -> str:
    """Return an address as it is kept, where an account could have it with this password.

    It looks into no database.

    Raises:
        FieldError: the address is no address, or the password is too weak.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
        validate_password(password, User(email=address))
    except ValidationError as error:
        raise FieldError(f"{address}: {' '.join(error.messages)}") from error
    return address


def account(email: str) -> User:
    """Return the account of an address.

    Raises:
        FieldError: there is none.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise FieldError(_("There is no account for %(email)s.") % {"email": email})
    return user


def actor_of(by: User | None) -> str:
    """Return who looks after an account, as the record names them; the operator is the system."""
    return f"user:{by.pk}" if by else SYSTEM


def reset_factors(*, email: str, now: datetime) -> int:
    """Take somebody's second factors away, who has lost them; returns how many.

    Raises:
        FieldError: there is no such account.
    """
    from allauth.mfa.models import Authenticator

    with transaction.atomic():
        user = account(email)
        count = Authenticator.objects.filter(user=user).delete()[0]
        record(
            "user.factors_reset", subject_of(user), actor=SYSTEM, facts={"count": count}, now=now
        )
    return int(count)


def _organisation(name: str, now: datetime) -> Organisation:
    wanted = " ".join(name.split())
    if not wanted:
        return Organisation.first()
    return Organisation.objects.get_or_create(name=wanted, defaults={"created_at": now})[0]

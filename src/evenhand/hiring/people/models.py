"""The people who work with Evenhand on the hiring side, and the organisations they work for."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Final

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_ORGANISATION: Final = "Evenhand"
"""What an organisation is called before anybody names it."""


class Duty(models.TextChoices):
    """What a person may do in their organisation, whatever their roles in its openings are."""

    ADMIN = "admin", _("admin")
    """Manages people and teams, sets up openings and judges; sees no candidate by that alone."""
    RECRUITER = "recruiter", _("recruiter")
    """Sets up openings and judges."""
    MEMBER = "member", _("member")
    """Does what a role in an opening allows, and no more."""


class Organisation(models.Model):
    """Whose openings and people these are; nobody sees another organisation's.

    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def first(cls) -> Organisation:
        """Return the organisation that was there first; it is made where there is none."""
        known = cls.objects.first()
        if known is not None:
            return known
        return cls.objects.get_or_create(
            name=FIRST_ORGANISATION, defaults={"created_at": timezone.now()}
        )[0]


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address; there are no user names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a saved user; without a password nobody can sign in as them.

        Where no organisation is given, it is the first one.
        """
        if "organisation" not in fields:
            fields["organisation"] = Organisation.first()
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A recruiter or other member of the hiring side.

    PII: name, email.
    """

    username = None  # type: ignore[assignment]  # signing in is by e-mail
    email = models.EmailField(_("e-mail"), unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="users")
    duty = models.CharField(max_length=10, choices=Duty.choices, default=Duty.RECRUITER)
    invited_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="invited", null=True, blank=True
    )
    """Who made the account on a team page, and so may send its link; None where a command did."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

"""Keys of the API."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.models import Role
from evenhand.hiring.people.models import Organisation


class ApiKey(models.Model):
    """What a program shows to be let in; of the key itself nothing but a digest is kept.

    PII: none.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(_("name"), max_length=60)
    role = models.CharField(_("rights"), max_length=12, choices=Role.choices)
    """It may what this role may, in every opening of the organisation."""
    prefix = models.CharField(max_length=16)
    """How the key begins, to tell which one a program holds."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the key, which has 256 random bits: nothing slower is needed to hide it."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField()
    """The one in which `calls` were made."""
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                condition=models.Q(revoked_at__isnull=True),
                name="one_live_key_a_name",
            ),
        )

    def __str__(self) -> str:
        return f"key {self.name}"

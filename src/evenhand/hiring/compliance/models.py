"""What candidates volunteer about groups, what they are asked, and the audits that were made."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.at_rest.fields import SealedJSONField
from evenhand.hiring.people.models import Organisation

_PLACES: Final = 2**62
_ROOM: Final = 1024
"""Bytes: more than what people say takes, so that all is as long and no group is told by it."""


def _place() -> int:
    """Return a place in the table by chance: its order must not tell who came after whom."""
    return secrets.randbelow(_PLACES) + 1


class Volunteered(models.Model):
    """What somebody said of the groups that they belong to.

    It hangs on nobody: `key` is a keyed digest of an application's id, which only a server with the
    secret can work out, and only from the application to it. No time is kept, for the record would
    tell who was there then.

    PII: told (sex, ethnicity, age band or what else is asked), of nobody that the table names.
    """

    id = models.BigAutoField(primary_key=True, default=_place)
    key = models.CharField(max_length=64, unique=True)
    told = SealedJSONField(bound_to=("key",), padded_to=_ROOM)
    """The group in words by question; what was not answered is missing."""

    def __str__(self) -> str:
        return self.key[:12]


class GroupQuestions(models.Model):
    """What an organisation asks about groups; without a row it is what `groups.DEFAULTS` says.

    PII: none.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="group_questions"
    )
    questions = models.JSONField()
    """`[{"code", "title", "groups": [...], "asked"}]`, in order."""

    def __str__(self) -> str:
        return str(self.organisation_id)


class ImpactAudit(models.Model):
    """What was found when a quarter was looked at; a row is written once and never changed.

    Where too few had handed in, nothing is told, and the people of that quarter stand in the next
    audit instead. So everybody is in one audit at most.

    PII: none. `told` holds nothing about fewer than ten people.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="impact_audits"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    """The last day of a quarter."""
    told = models.JSONField(null=True, blank=True)
    """`evenhand-impact/1`; None where nothing could be told."""
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-last",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "last"), name="one_audit_a_quarter"),
            models.CheckConstraint(
                condition=Q(first__lt=F("last")), name="an_audit_ends_after_its_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"

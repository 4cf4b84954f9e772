"""What is conventionally known of a candidate besides the interview."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.models import Application


class Signal(models.Model):
    """One imported signal of one candidate.

    PII: name and value (what a candidate's school or employer counted for, say).
    """

    class Kind(models.TextChoices):
        """The kinds that are told apart."""

        CODING_TEST = "coding_test", _("coding test")
        TAKE_HOME = "take_home", _("take-home")
        RESUME_KEYWORDS = "resume_keywords", _("résumé keywords")
        PEDIGREE = "pedigree", _("pedigree")
        OTHER = "other", _("other")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=60)
    value = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "name", "application")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "kind", "name"), name="one_signal_a_candidate"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.name}"

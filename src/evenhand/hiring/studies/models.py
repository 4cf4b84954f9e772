"""What people would have done, who was right where they differ from the panel, what came of it."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.at_rest.fields import SealedTextField
from evenhand.hiring.openings.models import Application

LABEL: Final = 40
"""Characters of a judge's or rater's label."""


class AdvanceOpinion(models.Model):
    """Whether one person would have advanced a candidate; locked once it is given.

    PII: none. An imported judge is a label without a name.
    """

    class Source(models.TextChoices):
        """How it came to be known."""

        COLLECTED = "collected", _("collected here")
        IMPORTED = "imported", _("imported")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="opinions")
    judge = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="advance_opinions",
        null=True,
        blank=True,
    )
    label = models.CharField(max_length=LABEL, blank=True)
    """Names an imported judge; empty where `judge` is there."""
    advance = models.BooleanField()
    sure = models.PositiveSmallIntegerField(null=True, blank=True)
    """How sure they were, 0 to 100."""
    blind = models.BooleanField()
    """Whether it was given before its giver was shown a score of this candidate, by the record of
    views, or by the word of whoever imported it. Only such opinions enter the study."""
    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ("application", "at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(judge__isnull=False, label="") | (Q(judge__isnull=True) & ~Q(label="")),
                name="an_opinion_is_a_users_or_a_labels",
            ),
            models.CheckConstraint(
                condition=Q(sure__isnull=True) | Q(sure__lte=100), name="sure_is_a_percentage"
            ),
            models.UniqueConstraint(
                fields=("application", "judge"),
                condition=Q(judge__isnull=False),
                name="one_opinion_a_user",
            ),
            models.UniqueConstraint(
                fields=("application", "label"),
                condition=~Q(label=""),
                name="one_opinion_a_label",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.advance}"


class Outcome(models.Model):
    """What came of a candidate, such as a rating after six months, by one rater.

    PII: value (a judgement of a person's work).
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="outcomes")
    name = models.CharField(max_length=60)
    rater = models.CharField(max_length=LABEL, blank=True)
    value = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("name", "application", "rater")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "name", "rater"), name="one_outcome_a_rater"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.name}"


class DisagreementNote(models.Model):
    """Who was right, where a person and the panel disagreed; the latest one counts, all are kept.

    PII: note (whatever its writer chose to say of a candidate).
    """

    class Right(models.TextChoices):
        """Whose side a second reading takes."""

        PEOPLE = "people", _("the people")
        PANEL = "panel", _("the panel")
        NEITHER = "neither", _("neither")
        CANNOT_TELL = "cannot_tell", _("cannot tell")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="disagreement_notes"
    )
    right = models.CharField(max_length=12, choices=Right.choices)
    note = SealedTextField(
        blank=True, max_length=2000, bound_to=("application_id", "by_id", "right")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="disagreement_notes"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("application", "-at", "-pk")

    def __str__(self) -> str:
        return f"{self.application_id} {self.right}"

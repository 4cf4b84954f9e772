"""What the judges said of an answer, and what was estimated from it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from evenhand.hiring.at_rest.fields import SealedJSONField
from evenhand.hiring.openings.models import Application
from evenhand.hiring.sittings.models import Answer


class Reading(models.Model):
    """One answer, screened and read by one version of the panel.

    PII: flags (up to 80 characters of the answer).
    """

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="reading")
    panel = models.CharField(max_length=60)
    panel_version = models.CharField(max_length=64)
    flags = SealedJSONField(default=list, bound_to=("answer_id",))
    """`[{"code", "detail"}]`; a flag asks for a person's eyes and never lowers a score."""
    flagged = models.PositiveSmallIntegerField(default=0)
    """How many flags there are: those are sealed, and pages count them in SQL."""
    redacted = models.JSONField(default=list)
    """`[{"kind", "start", "end"}]`: what told who somebody is, and no judge saw; places in the text
    as given."""
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.answer_id} {self.panel}"


class VerdictRow(models.Model):
    """One judge's verdict on one answer and dimension, or its abstention with the reason.

    PII: quotes (parts of the answer).
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="verdicts")
    dimension = models.CharField(max_length=100)
    judge = models.CharField(max_length=60)
    level = models.FloatField(null=True, blank=True)
    distribution = models.JSONField(null=True, blank=True)
    marks = models.JSONField(default=dict)
    quotes = SealedJSONField(default=list, bound_to=("answer_id", "dimension", "judge"))
    claimed = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many marks above 0 the judge gave; null in rows from before it was kept."""
    ungrounded = models.PositiveSmallIntegerField(null=True, blank=True)
    """How many of those no words of the answer bore out; null where `claimed` is."""
    reason = models.TextField(blank=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("answer", "dimension", "judge")
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "dimension", "judge"), name="one_verdict_a_judge"
            ),
            models.CheckConstraint(
                condition=Q(claimed__isnull=True, ungrounded__isnull=True)
                # A comparison with null is no breach to SQL, so that both are asked for.
                | Q(
                    claimed__isnull=False,
                    ungrounded__isnull=False,
                    ungrounded__lte=F("claimed"),
                ),
                name="ungrounded_marks_are_of_those_claimed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} {self.dimension} {self.judge}"


class AnswerScore(models.Model):
    """The level that trained raters would give one answer, with its interval.

    PII: none.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="scores")
    dimension = models.CharField(max_length=100)
    level = models.FloatField(null=True, blank=True)
    sd = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    confidence = models.FloatField()

    class Meta:
        ordering = ("answer", "dimension")
        constraints = (
            models.UniqueConstraint(fields=("answer", "dimension"), name="one_score_a_dimension"),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} {self.dimension}"


class EstimateRow(models.Model):
    """The estimate of a candidate on one dimension, or overall.

    Where it is made anew with another fit, the earlier row stays and says when it was superseded.

    PII: none.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="estimates")
    dimension = models.CharField(max_length=100)
    mean = models.FloatField()
    sd = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    p_bar = models.FloatField()
    reliability = models.FloatField()
    level_sd = models.FloatField(default=0.0)
    """The part of `sd` that is the same for everyone; 0 in rows from before it was kept."""
    confidence = models.FloatField()
    components_version = models.CharField(max_length=64)
    provisional = models.BooleanField()
    estimated_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "dimension"),
                condition=Q(superseded_at__isnull=True),
                name="one_estimate_a_dimension",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.dimension}"

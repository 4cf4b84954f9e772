"""An interview from its planning to its locked scorecard.

Levels and stamps are rows of their own from the moment the card is locked; until then they stand in
its draft, which only its writer sees. What is locked is never changed: a correction stands beside.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.at_rest.fields import SealedJSONField, SealedTextField
from evenhand.hiring.openings.models import Application
from evenhand.hiring.sittings.models import new_salt

LIVE_ROUNDS: Final = ("final", "peer")


class Interview(models.Model):
    """One interviewer's hour with one candidate in a live round.

    PII: place (may hold a link or a room), kit (quotes from answers).
    """

    class State(models.TextChoices):
        """The life of an interview; each step is taken by compare-and-swap.

        None is taken back but a beginning whose scorecard is empty.
        """

        PLANNED = "planned", _("planned")
        BEGUN = "begun", _("begun")
        LOCKED = "locked", _("scorecard locked")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="interviews"
    )
    round = models.CharField(max_length=10, choices=[(one, one) for one in LIVE_ROUNDS])
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interviews"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    minutes = models.PositiveSmallIntegerField()
    """The time set aside; that of the pack's round unless the recruiter chose another."""
    starts_at = models.DateTimeField(null=True, blank=True)
    """None while no time is agreed."""
    place = models.CharField(max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    """How often its time or place was changed: iCalendar's SEQUENCE (RFC 5545, 3.8.7.4)."""
    kit = SealedJSONField(null=True, blank=True, bound_to=("id",))
    """What was to be asked and why, pinned when the interview began."""
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="planned_interviews"
    )
    planned_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "planned_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "round", "interviewer"),
                condition=~Q(state="cancelled"),
                name="one_interview_an_interviewer_and_round",
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="an_interview_takes_time"),
        )
        indexes = (models.Index(fields=("interviewer", "starts_at"), name="interviews_by_person"),)

    def __str__(self) -> str:
        return str(self.id)


class Scorecard(models.Model):
    """What an interviewer wrote down: a draft that saves itself, then locked for good.

    PII: body and notes (whatever an interviewer chose to write of a candidate).
    """

    interview = models.OneToOneField(Interview, on_delete=models.CASCADE, related_name="scorecard")
    revision = models.PositiveIntegerField(default=0)
    body = SealedJSONField(default=dict, bound_to=("interview_id",))
    """The draft, `evenhand-scorecard/1`: asked questions with seconds, stamps, levels, notes."""
    salt = models.CharField(max_length=32, default=new_salt)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.interview_id} {self.revision}"


class KeptCard(models.Model):
    """A version of a scorecard that did not become the scorecard, or stood when another came.

    Nothing that an interviewer wrote is dropped. PII: body.
    """

    class Why(models.TextChoices):
        """What it is kept for."""

        CONFLICT = "conflict", _("written on another device at the same time")
        STOOD = "stood", _("what stood when another version came")
        LATE = "late", _("came after the scorecard was locked")

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="kept")
    why = models.CharField(max_length=10, choices=Why.choices)
    base_revision = models.PositiveIntegerField()
    """The revision that it builds on; of what stood, its own."""
    device = models.CharField(max_length=40, blank=True)
    """The name that a browser gave itself."""
    body = SealedJSONField(bound_to=("scorecard_id", "why", "base_revision", "device"))
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("kept_at", "pk")
        constraints = (
            # A device goes on saving while it is in conflict: its last version is kept.
            models.UniqueConstraint(
                fields=("scorecard", "why", "base_revision", "device"),
                name="one_version_a_device",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.why}"


class CardLevel(models.Model):
    """A level that an interviewer gave, as it counts: a correction replaces it, and both are kept.

    PII: reason (whatever an interviewer chose to write of a candidate).
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="levels")
    dimension = models.CharField(max_length=100)
    task = models.CharField(max_length=100)
    """The prompt or probe whose answer shows the dimension; the task of the rating."""
    level = models.FloatField()
    given_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    reason = SealedTextField(
        blank=True, max_length=2000, bound_to=("scorecard_id", "dimension", "task", "level")
    )
    """Why it corrects the one before; empty for what was locked with the card."""

    class Meta:
        ordering = ("scorecard", "dimension", "given_at")
        constraints = (
            models.UniqueConstraint(
                fields=("scorecard", "dimension", "task"),
                condition=Q(replaced_at__isnull=True),
                name="one_level_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1) & Q(level__lte=5), name="card_level_on_the_scale"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scorecard_id} {self.dimension} {self.level}"


class Stamp(models.Model):
    """An indicator that was heard, and how long into the answer; a record that weighs nothing.

    PII: none.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="stamps")
    task = models.CharField(max_length=100)
    indicator = models.CharField(max_length=100)
    seconds = models.PositiveIntegerField()
    """From the moment the question was put."""

    class Meta:
        ordering = ("scorecard", "task", "seconds", "pk")

    def __str__(self) -> str:
        return f"{self.indicator} after {self.seconds} s"

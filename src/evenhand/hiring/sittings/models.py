"""One pass through the async round, with every word that was written in it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.at_rest.fields import SealedTextField
from evenhand.hiring.openings.models import Application

GRACE = timedelta(minutes=5)
"""How long after the time is over a sentence may be finished, for everyone alike."""


def new_salt() -> str:
    """Return a fresh salt, so that a digest in the record cannot be guessed from a short text."""
    return secrets.token_hex(16)


class Sitting(models.Model):
    """One pass through the async round.

    PII: none of its own; its answers hold the text.
    """

    class State(models.TextChoices):
        """The life of a sitting; each step is taken by compare-and-swap, none is taken back."""

        READY = "ready", _("not begun")
        STARTED = "started", _("in progress")
        SUBMITTED = "submitted", _("being scored")
        SCORED = "scored", _("scored")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="sitting"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.READY)
    prompts = models.JSONField()
    """The ids of the prompts asked, in order: pinned when the sitting is made."""
    minutes = models.PositiveSmallIntegerField()
    time_factor = models.DecimalField(max_digits=3, decimal_places=2, default=1)
    notice_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    panel = models.CharField(max_length=60, blank=True)
    panel_version = models.CharField(max_length=64, blank=True)
    """What reads all of it: settled by compare-and-swap when reading begins, empty before that."""

    class Meta:
        indexes = (models.Index(fields=("state", "submitted_at"), name="sitting_by_state"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_handed_in(self) -> bool:
        """Whether its answers are final: before that they are drafts for their writer alone."""
        return self.state in HANDED_IN

    @property
    def allowed(self) -> timedelta:
        """The time this person has, an agreed extension included."""
        return timedelta(minutes=self.minutes * float(self.time_factor))

    @property
    def ends_at(self) -> datetime | None:
        """When the visible timer reaches zero; None before the start."""
        return None if self.started_at is None else self.started_at + self.allowed

    @property
    def closes_at(self) -> datetime | None:
        """When writing ends, grace included, and what is there is handed in."""
        return None if self.ends_at is None else self.ends_at + GRACE


HANDED_IN: Final = (Sitting.State.SUBMITTED, Sitting.State.SCORED)
"""States in which nothing is written any more."""


class Answer(models.Model):
    """The text given to a prompt or to a probe, as last saved.

    PII: text (whatever a person chose to write).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    prompt = models.CharField(max_length=100)
    """What was asked: the id of a prompt, or of the probe that followed one."""
    follows = models.CharField(max_length=100, blank=True)
    """For an answer to a probe, the prompt that it follows; otherwise empty."""
    text = SealedTextField(blank=True, bound_to=("sitting_id", "prompt"))
    revision = models.PositiveIntegerField(default=0)
    salt = models.CharField(max_length=32, default=new_salt)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sitting", "prompt"), name="one_answer_a_prompt"),
        )

    def __str__(self) -> str:
        return str(self.id)


class KeptAside(models.Model):
    """Text that did not become the answer: another tab's version, or one that came too late.

    Nothing that a person typed is dropped; what is aside is shown to them and to the decider.
    PII: text.
    """

    class Why(models.TextChoices):
        """What kept it from being the answer."""

        CONFLICT = "conflict", _("written in another tab at the same time")
        REPLACED = "replaced", _("replaced by the version of another tab")
        LATE = "late", _("came after the time was over")

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="kept_aside")
    why = models.CharField(max_length=10, choices=Why.choices)
    tab = models.CharField(max_length=40)
    text = SealedTextField(bound_to=("answer_id", "why", "tab", "salt"))
    salt = models.CharField(max_length=32, default=new_salt)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("kept_at",)
        constraints = (
            # A tab goes on saving while it is in conflict or late: its last version is kept.
            models.UniqueConstraint(
                fields=("answer", "why", "tab"),
                condition=models.Q(why__in=("conflict", "late")),
                name="one_version_a_tab",
            ),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} {self.why}"


class AccommodationRequest(models.Model):
    """A candidate's wish for more time or another form, and what was answered.

    PII: message.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        MORE_TIME = "more_time", _("more time")
        OTHER_FORM = "other_form", _("another form of the assessment")
        OTHER = "other", _("something else")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="accommodations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    message = SealedTextField(blank=True, max_length=4000, bound_to=("id",))
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    granted_factor = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    reply = SealedTextField(blank=True, max_length=4000, bound_to=("id",))

    class Meta:
        ordering = ("asked_at",)

    def __str__(self) -> str:
        return str(self.id)

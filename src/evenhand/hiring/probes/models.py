"""What came of the question whether a follow-up is asked after an answer."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.sittings.models import Sitting


class ProbeChoice(models.Model):
    """The one choice after a prompt: which follow-up is asked, or that none is, and why.

    PII: none. Levels and marks are of the answer as it was then.
    """

    class State(models.TextChoices):
        """The life of a choice; each step is taken by compare-and-swap, none is taken back."""

        WAITING = "waiting", _("waiting for a worker")
        READING = "reading", _("being read")
        ASKED = "asked", _("asked")
        NONE = "none", _("nothing is asked")

    class Reason(models.TextChoices):
        """Why it came out so; the first five are the rule's, the others say what kept it away."""

        TELLS_MOST = "tells_most", _("it tells most, of the follow-ups that come in question")
        BLANK = "blank", _("there is too little text to follow up on")
        NO_TIME = "no_time", _("the time that was left was too short for a follow-up")
        ALL_SHOWN = "all_shown", _("the answer shows everything that a follow-up could ask for")
        LITTLE_GAIN = "little_gain", _("no follow-up would have told enough")
        TOO_LATE = "too_late", _("the choice was not there within two seconds")
        NO_WORKER = "no_worker", _("no worker was running to choose one")
        FAILED = "failed", _("the answer could not be read at that moment")
        HANDED_IN = "handed_in", _("the answers were handed in before the choice was there")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="probe_choices")
    prompt = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    probe = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    weighed = models.JSONField(default=list)
    """`[{"probe", "indicator", "dimension", "mark", "gain", "per_minute"}]`, the best first."""
    levels = models.JSONField(default=list)
    """`[[dimension, judge, level]]` of the answer before any follow-up."""
    panel_version = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    """When the candidate went on from the prompt."""
    decided_at = models.DateTimeField(null=True, blank=True)
    shown_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "asked_at"), name="probe_choice_by_state"),)
        constraints = (
            models.UniqueConstraint(fields=("sitting", "prompt"), name="one_probe_choice_a_prompt"),
        )

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.prompt} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in (self.State.WAITING, self.State.READING)

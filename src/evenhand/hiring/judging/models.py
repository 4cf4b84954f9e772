"""Panel versions of a pack, the gates they went through, and their activations."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.models import Application, PackVersion
from evenhand.hiring.sittings.models import new_salt


class PanelVersion(models.Model):
    """Judges, weights, prompts and calibration together, as a gate met them.

    A row is written once and never changed.

    PII: none.
    """

    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="panel_versions")
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    judges = models.JSONField(default=list)
    first_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-first_seen_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("pack", "name", "version"), name="one_row_a_panel_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version[:12]}"


class GateRun(models.Model):
    """One run of a panel over the golden answers, and over past candidates.

    PII: none.
    """

    class State(models.TextChoices):
        """The life of a run; each step is taken by compare-and-swap."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("broken off")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="gate_runs")
    panel = models.CharField(max_length=60)
    """The name that was asked for; what it stands for is known once the worker has loaded it."""
    panel_version = models.ForeignKey(
        PanelVersion, on_delete=models.PROTECT, related_name="runs", null=True, blank=True
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="gate_runs"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    readings_done = models.PositiveIntegerField(default=0)
    readings_of = models.PositiveIntegerField(default=0)
    passed = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    """`evenhand-gate/1`; who would change sides stands in `GateFlip`, and goes with the person."""
    compared = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="done") | Q(panel_version__isnull=False),
                name="a_gate_that_is_done_names_its_panel",
            ),
        )

    def __str__(self) -> str:
        return f"{self.panel} {self.state}"


class GateFlip(models.Model):
    """A past candidate who would change sides of the bar on a dimension, or overall.

    PII: none of its own.
    """

    run = models.ForeignKey(GateRun, on_delete=models.CASCADE, related_name="flips")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="flips")
    dimension = models.CharField(max_length=100)
    before = models.FloatField()
    after = models.FloatField()
    p_before = models.FloatField()
    p_after = models.FloatField()

    class Meta:
        ordering = ("application__opening", "application__number", "dimension")

    def __str__(self) -> str:
        return f"{self.application_id} {self.dimension}"


class Activation(models.Model):
    """The moment from which a panel version reads for a pack; the latest one counts.

    PII: reason (whatever its writer chose to say).
    """

    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="activations")
    panel_version = models.ForeignKey(
        PanelVersion, on_delete=models.PROTECT, related_name="activations"
    )
    run = models.ForeignKey(GateRun, on_delete=models.PROTECT, related_name="activations")
    passed = models.BooleanField()
    reason = models.TextField(blank=True, max_length=2000)
    salt = models.CharField(max_length=32, default=new_salt)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activations"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(reason=""), name="a_failed_gate_needs_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.panel_version_id} from {self.at}"

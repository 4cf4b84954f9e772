"""What the charts of the drift watch began from, and their alarms."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.people.models import Organisation
from evenhand.hiring.sittings.models import new_salt


class DriftChart(models.Model):
    """The start of one chart: of a judge or a prompt, as a panel version reads a pack.

    It is written once and never moved: not by later readings, and not when people whose answers
    are in it are erased. Its figures are of sixty readings together.

    PII: none; a word is kept only where three people used it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="drift_charts"
    )
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="drift_charts")
    panel = models.CharField(max_length=60)
    panel_version = models.CharField(max_length=64)
    measure = models.CharField(max_length=40)
    """One of `studies.drift.MEASURES`."""
    subject = models.CharField(max_length=100)
    """A judge, or a prompt."""
    centre = models.FloatField()
    sd = models.FloatField()
    noise = models.FloatField()
    size = models.PositiveIntegerField()
    until = models.PositiveBigIntegerField()
    """Key of the last reading in it."""
    words = models.JSONField(default=list)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "pack", "panel", "panel_version", "measure", "subject"),
                name="a_chart_begins_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure} {self.subject}"


class DriftAlarm(models.Model):
    """A chart that left its limits: open until somebody says why it is closed.

    PII: reason (whatever its writer chose to say).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chart = models.ForeignKey(DriftChart, on_delete=models.PROTECT, related_name="alarms")
    raised_at = models.DateTimeField()
    mean = models.FloatField()
    """Where the chart was when it was first beyond its limits, in its own unit."""
    half = models.FloatField()
    """Half the width of the limits round the chart's centre."""
    after = models.PositiveIntegerField()
    """How many readings after the start, or after the alarm before was closed, that was."""
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="drift_alarms_closed",
        null=True,
        blank=True,
    )
    closed_until = models.PositiveBigIntegerField(null=True, blank=True)
    """Key of the last reading at that time: the chart sets out anew after it."""
    reason = models.TextField(blank=True, max_length=2000)
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        ordering = ("-raised_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("chart",),
                condition=Q(closed_at__isnull=True),
                name="one_open_alarm_a_chart",
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True,
                    closed_by__isnull=True,
                    closed_until__isnull=True,
                    reason="",
                )
                | (
                    Q(
                        closed_at__isnull=False,
                        closed_by__isnull=False,
                        closed_until__isnull=False,
                    )
                    & ~Q(reason="")
                ),
                name="who_closes_an_alarm_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.chart_id} {self.raised_at}"


class DriftRound(models.Model):
    """The one row that says up to which reading the worker has looked for alarms.

    PII: none.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_drift_round"),)

    def __str__(self) -> str:
        return str(self.until)

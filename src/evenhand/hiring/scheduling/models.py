"""Who can be asked for which interviews, which letters went out, and whose feed it is."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.models import Opening


class PoolEntry(models.Model):
    """What an interviewer can be asked for in an opening; without one, for anything.

    PII: time_zone (where somebody works).
    """

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="pool")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pool_entries"
    )
    rounds = models.JSONField(default=list)
    """Of `LIVE_ROUNDS`."""
    most_a_week = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    """Interviews in one week of their time zone, in all openings together; None for no limit."""
    time_zone = models.CharField(max_length=64)
    """IANA name, in which the windows are meant."""

    class Meta:
        ordering = ("opening", "user")
        constraints = (
            models.UniqueConstraint(fields=("opening", "user"), name="one_pool_entry_a_person"),
            models.CheckConstraint(
                condition=Q(most_a_week__isnull=True) | Q(most_a_week__gte=1),
                name="a_week_of_interviews",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opening_id} {self.user_id}"


class PoolWindow(models.Model):
    """Hours of a weekday in which somebody can be asked; who has none can be asked at any time.

    PII: none of its own.
    """

    entry = models.ForeignKey(PoolEntry, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ("entry", "weekday", "begins")
        constraints = (
            models.UniqueConstraint(fields=("entry", "weekday"), name="one_window_a_day"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_day_of_the_week"),
            models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="a_window_takes_time"),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.begins}-{self.ends}"

    @property
    def words(self) -> str:
        """The day and its hours."""
        return f"{WEEKDAYS_ABBR[self.weekday]} {self.begins:%H:%M}–{self.ends:%H:%M}"


class Letter(models.Model):
    """One e-mail about one interview to one of its two people.

    The row is there before the e-mail is sent, and its uniqueness is what keeps two workers from
    sending it twice.

    PII: none; addresses are read from their people when it is sent.
    """

    class Kind(models.TextChoices):
        """What it says."""

        INVITATION = "invitation", _("invitation")
        CANCELLATION = "cancellation", _("cancellation")
        REMINDER = "reminder", _("reminder")
        CARD = "card", _("reminder of the scorecard")

    class To(models.TextChoices):
        """Whom it goes to."""

        INTERVIEWER = "interviewer", _("interviewer")
        CANDIDATE = "candidate", _("candidate")

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    to = models.CharField(max_length=11, choices=To.choices)
    sequence = models.PositiveIntegerField()
    """The interview's, of an invitation or a cancellation; 0 for a reminder, which is of a time."""
    starts_at = models.DateTimeField()
    """The beginning of the interview that it tells of."""
    claimed_at = models.DateTimeField()
    """When a worker last set about sending it."""
    sent_at = models.DateTimeField(null=True, blank=True)
    """When the mail server took it."""
    failed_at = models.DateTimeField(null=True, blank=True)
    """When the mail server last did not take it; None while it is not known what became of it."""
    tries = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("claimed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("interview", "kind", "to", "sequence", "starts_at"), name="one_letter_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("claimed_at",), condition=Q(sent_at__isnull=True), name="letters_not_sent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.interview_id} {self.kind} {self.to}"


REPEATABLE: Final = (Letter.Kind.INVITATION, Letter.Kind.CANCELLATION)
"""Sent once more when it is not known what became of them: a calendar takes the second for the
first. Of a reminder nobody is sent a second one."""


class CalendarFeed(models.Model):
    """The address under which a calendar reads somebody's interviews.

    PII: none. The address itself is not kept; it is signed anew from the id when it is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("user",), condition=Q(revoked_at__isnull=True), name="one_live_feed_a_user"
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

"""Feedback that was released to a candidate, and what a candidate contests of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.anchors.models import Anchor
from evenhand.hiring.at_rest.fields import SealedTextField
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.sittings.models import Answer

CONTEST_DAYS: Final = 30
"""How long after its release feedback can be contested."""
MAX_REASON: Final = 4000


class FeedbackRule(models.Model):
    """Who gets feedback in an opening; without a row it is everybody who was scored.

    PII: none.
    """

    class Whom(models.TextChoices):
        """Whom the release to everybody reaches."""

        EVERYBODY = "everybody", _("everybody who was scored")
        DECIDED = "decided", _("everybody on whom a decision was taken")
        CHOSEN = "chosen", _("only those I release it to one by one")

    opening = models.OneToOneField(Opening, on_delete=models.CASCADE, related_name="feedback_rule")
    whom = models.CharField(max_length=10, choices=Whom.choices, default=Whom.EVERYBODY)

    def __str__(self) -> str:
        return f"{self.opening_id} {self.whom}"


class Feedback(models.Model):
    """A person's word that a candidate may read their feedback; its content is built when read.

    PII: none of its own.
    """

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="feedback"
    )
    released_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feedback_released"
    )

    def __str__(self) -> str:
        return str(self.application_id)

    @property
    def contest_until(self) -> datetime:
        """When the time to contest is over."""
        return self.released_at + timedelta(days=CONTEST_DAYS)


class Contest(models.Model):
    """A candidate's wish that people rate answers of theirs again.

    PII: reason (whatever the candidate chose to write).
    """

    class State(models.TextChoices):
        """The life of a contest; each step is taken by compare-and-swap, none is taken back."""

        OPEN = "open", _("waits for raters")
        RATING = "rating", _("being rated")
        SETTLED = "settled", _("settled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="contests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = SealedTextField(blank=True, max_length=MAX_REASON, bound_to=("id",))
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("opened_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False)
                | Q(~Q(state="settled"), settled_at__isnull=True),
                name="a_settled_contest_says_when",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class ContestedReading(models.Model):
    """One answer on one dimension that is contested, and the anchor by which it is rated again.

    PII: none.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="readings")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="contested")
    dimension = models.CharField(max_length=100)
    anchor = models.ForeignKey(Anchor, on_delete=models.CASCADE, related_name="contested_in")

    class Meta:
        ordering = ("contest", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "dimension"), name="one_contest_an_answer_and_dimension"
            ),
        )

    def __str__(self) -> str:
        return f"{self.answer_id} {self.dimension}"


class Move(models.Model):
    """One estimate without and with the ratings that a contest brought, both at its settling.

    Both rest on the same components and on all other ratings, so that the ratings of the contest
    alone make the difference.

    PII: none.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="moves")
    dimension = models.CharField(max_length=100)
    before = models.FloatField()
    before_low = models.FloatField()
    before_high = models.FloatField()
    after = models.FloatField()
    after_low = models.FloatField()
    after_high = models.FloatField()
    beyond_chance = models.BooleanField()

    class Meta:
        ordering = ("contest", "pk")
        constraints = (
            models.UniqueConstraint(fields=("contest", "dimension"), name="one_move_a_dimension"),
        )

    def __str__(self) -> str:
        return f"{self.contest_id} {self.dimension}"

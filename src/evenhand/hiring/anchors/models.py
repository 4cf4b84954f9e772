"""Drawn answers, and what people rated them."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from evenhand.hiring.sittings.models import Answer

RATERS: Final = 2
"""How many people rate a drawn answer, each without knowing of the other."""


class Anchor(models.Model):
    """An answer that two people are to rate blindly: drawn when it was handed in, or contested.

    What was drawn is a random sample, and fits learn from it, whatever is thought of the answer
    later: where it is contested before its two ratings are locked, the same two serve both. What
    was not drawn and is contested was picked, because its candidate disagrees or the panel cannot
    stand behind its own reading: it counts in that person's estimate and in no fit. Raters are not
    told which is which.

    PII: none of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="anchors")
    contested = models.BooleanField(default=False)
    """Whether it is here because it was contested, and for no draw."""
    drawn_at = models.DateTimeField()
    locked = models.PositiveSmallIntegerField(default=0)
    """How many people have rated it; a rating cannot be taken back."""

    class Meta:
        ordering = ("drawn_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(locked__lte=RATERS), name="no_third_anchor_rater"),
            models.UniqueConstraint(
                fields=("answer",), condition=Q(contested=False), name="an_answer_is_drawn_once"
            ),
            models.UniqueConstraint(
                fields=("answer",),
                condition=Q(contested=True, locked__lt=RATERS),
                name="one_contested_anchor_that_waits",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)


class AnchorRating(models.Model):
    """One person's level and marks for one dimension of a drawn answer.

    PII: none.
    """

    anchor = models.ForeignKey(Anchor, on_delete=models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="anchor_ratings"
    )
    dimension = models.CharField(max_length=100)
    level = models.FloatField()
    marks = models.JSONField(default=dict)
    locked_at = models.DateTimeField()

    class Meta:
        ordering = ("anchor", "locked_at", "dimension")
        constraints = (
            models.UniqueConstraint(
                fields=("anchor", "rater", "dimension"), name="one_anchor_rating_a_rater"
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1) & Q(level__lte=5), name="anchor_level_on_the_scale"
            ),
        )

    def __str__(self) -> str:
        return f"{self.anchor_id} {self.dimension}"

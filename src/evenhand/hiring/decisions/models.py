"""What deciders think before they see the figures, what they decide, and who ranks where."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.at_rest.fields import SealedTextField
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.sittings.models import new_salt


class Advice(models.TextChoices):
    """What somebody leans to, and what the rule recommends; it names an act and never is one."""

    ADVANCE = "advance", _("advance")
    LOOK_CLOSER = "look_closer", _("look closer")
    NOT_ADVANCE = "not_advance", _("do not advance")


class Outcome(models.TextChoices):
    """What a person decides; holding puts it off, and keeps the name hidden."""

    ADVANCE = "advance", _("advance")
    NOT_ADVANCE = "not_advance", _("do not advance")
    HOLD = "hold", _("hold")


FINAL = (Outcome.ADVANCE, Outcome.NOT_ADVANCE)
"""Decisions that lock an application, after which its name is shown."""


def _percent(field: str) -> Q:
    return Q(**{f"{field}__gte": 0, f"{field}__lte": 100})


class Lean(models.Model):
    """What a decider thinks of somebody before they are shown any figure; stated once, for good.

    PII: reason (whatever a decider chose to write of a candidate).
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="leans")
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leans"
    )
    lean = models.CharField(max_length=12, choices=Advice.choices)
    chance = models.PositiveSmallIntegerField()
    """How likely they think the person is at or above the bar, in percent."""
    reason = SealedTextField(blank=True, max_length=4000, bound_to=("application_id", "decider_id"))
    salt = models.CharField(max_length=32, default=new_salt)
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ("application", "stated_at")
        constraints = (
            models.UniqueConstraint(fields=("application", "decider"), name="one_lean_a_decider"),
            models.CheckConstraint(condition=_percent("chance"), name="lean_chance_in_percent"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.lean}"


class Statement(models.Model):
    """What a person says of an application with its figures in view, and what they had in view.

    The recommendation is kept as it stood: an override keeps both.
    """

    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = SealedTextField(max_length=4000, bound_to=("application_id", "salt"))
    salt = models.CharField(max_length=32, default=new_salt)
    chance = models.PositiveSmallIntegerField()
    """How likely they now think the person is at or above the bar, in percent."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    at = models.DateTimeField()
    advised = models.CharField(max_length=12, choices=Advice.choices)
    """What the rule recommended at that moment."""
    because = models.CharField(max_length=12)
    """Why it did: a code of `recommending.Because`."""
    overrides = models.BooleanField()
    """Whether the decision is another one than was recommended."""
    p_bar = models.FloatField()
    """P(at or above the bar) of the overall estimate that was in view."""
    estimate = models.ForeignKey(
        EstimateRow, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    cost_false_advance = models.FloatField()
    cost_false_reject = models.FloatField()

    class Meta:
        abstract = True


class Decision(Statement):
    """What a person decided, and why; a later one stands beside it and both are kept.

    PII: reason.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    """1 for the first; a revision has the next."""
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(replaced_at__isnull=True),
                name="one_decision_that_counts",
            ),
            models.UniqueConstraint(fields=("application", "number"), name="decision_number"),
            models.CheckConstraint(condition=_percent("chance"), name="decision_chance_percent"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.number} {self.outcome}"

    @property
    def is_final(self) -> bool:
        """Whether the application is locked by it, and its name shown."""
        return self.outcome in FINAL


class Proposal(Statement):
    """What somebody was about to decide when somebody else had: kept, and without effect.

    PII: reason.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="proposals")
    met = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="proposals")
    """The decision that stood there already."""

    class Meta:
        ordering = ("application", "at")
        constraints = (
            models.CheckConstraint(condition=_percent("chance"), name="proposal_chance_percent"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.outcome}"


class Ranking(models.Model):
    """Who ranks where in an opening, worked out from the estimates of one moment.

    PII: none.
    """

    opening = models.OneToOneField(Opening, on_delete=models.CASCADE, related_name="ranking")
    version = models.CharField(max_length=64)
    """Names the estimates it was made from; others make it out of date."""
    people = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.opening_id} {self.made_at}"


class RankRow(models.Model):
    """One person's place in a ranking; rank and band 1 are the best.

    PII: none.
    """

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="ranks")
    low = models.PositiveIntegerField()
    high = models.PositiveIntegerField()
    band = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "ranking"), name="one_rank_a_ranking"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.low} to {self.high}"


class TopRow(models.Model):
    """How likely one person of a ranking is among its best `top`.

    PII: none.
    """

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="tops")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="tops")
    top = models.PositiveIntegerField()
    chance = models.FloatField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "ranking", "top"), name="one_chance_a_top"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} top {self.top}"

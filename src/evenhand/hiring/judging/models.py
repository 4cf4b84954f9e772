"""Panel versions of a pack, their gates and activations; what their calls cost, and may cost."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.models import Application, Opening, PackVersion
from evenhand.hiring.people.models import Organisation
from evenhand.hiring.sittings.models import Answer, new_salt


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
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="gate_runs"
    )
    """Whose panels the name is looked up in, and whose past candidates are compared."""
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
    left_out = models.PositiveIntegerField(null=True, blank=True)
    """Past candidates whose answers may not go to its models; None where it was not counted yet."""
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
    """The moment from which a panel version reads for an organisation's pack; the latest counts.

    Once it is ended, the embedded judges read again: no earlier one comes back.

    PII: reason, ended_reason (whatever their writers chose to say).
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="activations"
    )
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
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="activations_ended",
        null=True, blank=True,
    )  # fmt: skip
    ended_reason = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_reason="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="an_end_has_somebody_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(reason=""), name="a_failed_gate_needs_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.panel_version_id} from {self.at}"


class JudgeCall(models.Model):
    """One request to a judge with all its attempts, or one answer of the cache in its place.

    A call about a canary is the opening's alone: it was made for no candidate. One whose reading
    was thrown away was paid for all the same, and belongs to no answer. One that a gate made is
    the run's: about a past candidate's answer it stands in their opening beside, about a golden
    answer in none. One that somebody made to try a judge is their organisation's.

    It outlives the answer: what a month cost stays true when a person is erased. The application's
    id stays with it, as it does in the ledger, and names nobody any more.

    PII: none.
    """

    class Kind(models.TextChoices):
        """What a call was about."""

        ANSWER = "answer", _("a candidate's answer")
        CANARY = "canary", _("a canary")
        DROPPED = "dropped", _("a candidate's answer, whose reading was thrown away")
        GATE = "gate", _("a past candidate's answer or a golden one, read by a panel on trial")
        TRIED = "tried", _("a made-up answer, to try a judge")

    opening = models.ForeignKey(
        Opening, on_delete=models.CASCADE, related_name="judge_calls", null=True, blank=True
    )
    gate_run = models.ForeignKey(
        GateRun, on_delete=models.PROTECT, related_name="calls", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="tries", null=True, blank=True
    )
    """Whose judge was tried; None of any other call."""
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ANSWER)
    application = models.UUIDField(null=True, blank=True)
    answer = models.ForeignKey(
        Answer, on_delete=models.SET_NULL, related_name="calls", null=True, blank=True
    )
    month = models.CharField(max_length=7)
    """Of `at` in UTC, as 2026-11."""
    at = models.DateTimeField()
    call = models.CharField(max_length=32, unique=True)
    """Its own name: no call is counted twice."""
    dimension = models.CharField(max_length=100)
    judge = models.CharField(max_length=60)
    model = models.CharField(max_length=200)
    prompt_tokens = models.PositiveIntegerField()
    cached_tokens = models.PositiveIntegerField()
    output_tokens = models.PositiveIntegerField()
    picos = models.BigIntegerField()
    """Money in whole millionths of a millionth of the currency: sums are exact."""
    microseconds = models.PositiveBigIntegerField()
    retries = models.PositiveSmallIntegerField()
    cache_hit = models.BooleanField()
    outcome = models.CharField(max_length=20)
    host = models.CharField(max_length=300, blank=True)
    """Where it was sent; empty for an answer of the cache, and of calls before it was kept."""
    sent = models.PositiveSmallIntegerField(default=0)
    """How often its text left; of calls before it was kept, one and the retries."""
    missing = models.CharField(max_length=40, blank=True)
    """What was asked for and not given, parted by spaces: `logprobs`; `usage`, and then its tokens
    and money are estimates. Empty of calls before it was kept."""
    abstained = models.BooleanField()
    """Whether the judge then gave no level on the dimension."""
    spared = models.CharField(max_length=32, blank=True)
    """For a cache hit, the call that it stands for; what that one took and cost follows."""
    spared_prompt_tokens = models.PositiveIntegerField(default=0)
    spared_cached_tokens = models.PositiveIntegerField(default=0)
    spared_output_tokens = models.PositiveIntegerField(default=0)
    spared_picos = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("opening", "month"), name="calls_by_opening_and_month"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="canary", application__isnull=True)
                | Q(kind="answer", application__isnull=False)
                | Q(kind="dropped", application__isnull=False, answer__isnull=True)
                | Q(kind="gate")
                | Q(kind="tried", application__isnull=True, answer__isnull=True),
                name="a_call_is_made_for_somebody_or_about_a_canary",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(kind__in=("gate", "tried")), opening__isnull=False, gate_run__isnull=True
                )
                | Q(
                    kind="tried",
                    organisation__isnull=False,
                    opening__isnull=True,
                    gate_run__isnull=True,
                )
                | Q(
                    kind="gate",
                    gate_run__isnull=False,
                    opening__isnull=False,
                    application__isnull=False,
                )
                | Q(
                    kind="gate",
                    gate_run__isnull=False,
                    opening__isnull=True,
                    application__isnull=True,
                    answer__isnull=True,
                ),
                name="a_call_is_in_an_opening_or_a_gate_made_it",
            ),
        )

    def __str__(self) -> str:
        return f"{self.judge} {self.dimension} {self.outcome}"


class JudgeSkip(models.Model):
    """A judge that routing or a budget left out, and why.

    PII: none.
    """

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="judge_skips")
    application = models.UUIDField()
    answer = models.ForeignKey(
        Answer, on_delete=models.SET_NULL, related_name="skips", null=True, blank=True
    )
    month = models.CharField(max_length=7)
    at = models.DateTimeField()
    dimension = models.CharField(max_length=100)
    judge = models.CharField(max_length=60)
    cause = models.CharField(max_length=20)
    reason = models.TextField()
    """In words of ours: intervals, the bar, names of indicators, limits."""

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("opening", "month"), name="skips_by_opening_and_month"),)

    def __str__(self) -> str:
        return f"{self.judge} {self.dimension} {self.cause}"


class CanaryReading(models.Model):
    """What one judge of a panel made of the answer known to be worthless, under one prompt.

    Openings whose answers the same panel reads rely on the same reading, and each keeps it.

    PII: none.
    """

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="canaries")
    reading = models.UUIDField()
    """Names the reading: however many openings and judges have a row of it, it was one."""
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="canaries")
    panel = models.CharField(max_length=60)
    panel_version = models.CharField(max_length=64)
    prompt = models.CharField(max_length=100)
    judge = models.CharField(max_length=60)
    highest = models.FloatField(null=True, blank=True)
    """The highest level it gave on any dimension; None where it gave none."""
    failed = models.BooleanField()
    at = models.DateTimeField()
    """From when on the opening's answers to the prompt were read beside it."""

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("opening", "prompt"), name="canaries_of_an_opening"),)
        constraints = (
            models.UniqueConstraint(
                fields=("opening", "reading", "judge"), name="a_canary_is_kept_once_an_opening"
            ),
        )

    def __str__(self) -> str:
        return f"{self.judge} {self.prompt} {self.highest}"


class Budget(models.Model):
    """What the judges of an opening may cost in a month.

    PII: none.
    """

    opening = models.OneToOneField(Opening, on_delete=models.CASCADE, related_name="budget")
    soft_micros = models.BigIntegerField(null=True, blank=True)
    """Millionths of the currency; None is no limit."""
    hard_micros = models.BigIntegerField(null=True, blank=True)
    soft_reached_in = models.CharField(max_length=7, blank=True)
    """The last month in which it was reached, as 2026-11."""
    hard_reached_in = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(soft_micros__isnull=True) | Q(soft_micros__gte=0))
                & (Q(hard_micros__isnull=True) | Q(hard_micros__gte=0)),
                name="a_budget_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(soft_micros__isnull=True)
                | Q(hard_micros__isnull=True)
                | Q(soft_micros__lte=F("hard_micros")),
                name="a_soft_limit_is_not_above_the_hard_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opening_id}: {self.soft_micros}, {self.hard_micros}"

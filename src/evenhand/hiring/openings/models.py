"""Openings, the people who apply to them, and the links they are sent."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.people.models import Organisation


class PackVersion(models.Model):
    """A pack as it was when it was taken in; its files stand in the pack store under its hash.

    PII: none.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    pack_id = models.CharField(max_length=100)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    taken_in_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Opening(models.Model):
    """A job, the pack version of people added from now on, and the bar they are compared with.

    PII: contact_email (of the person whom candidates may ask).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="openings"
    )
    title = models.CharField(_("job title"), max_length=200)
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="openings")
    bar = models.FloatField(_("bar"))
    confidence = models.FloatField(_("confidence of the intervals"), default=0.9)
    contact_name = models.CharField(_("whom candidates may ask"), max_length=200)
    contact_email = models.EmailField(_("their e-mail address"))
    link_days = models.PositiveSmallIntegerField(_("days a link is open"), default=14)
    keep_days = models.PositiveSmallIntegerField(_("days answers are kept"), default=180)
    anchor_share = models.FloatField(_("share of answers that people rate too"), default=0.06)
    probes = models.BooleanField(_("one follow-up after a question"), default=True)
    cost_false_advance = models.FloatField(default=1.0)
    """What advancing somebody below the bar costs, relative to the other error."""
    cost_false_reject = models.FloatField(default=1.0)
    """What turning away somebody at or above the bar costs."""
    is_example = models.BooleanField(default=False)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    """The number given to the latest application: numbers are never given twice."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="openings"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(bar__gte=1) & Q(bar__lte=5),
                name="opening_bar_on_the_scale",
                violation_error_message=_("The bar is a level from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(confidence__gt=0.5) & Q(confidence__lt=1),
                name="opening_confidence",
                violation_error_message=_("The confidence lies between 0.5 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(anchor_share__gte=0) & Q(anchor_share__lte=1),
                name="opening_anchor_share",
                violation_error_message=_("The share lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(cost_false_advance__gt=0) & Q(cost_false_reject__gt=0),
                name="opening_costs_of_errors",
                violation_error_message=_("Both errors cost something."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Role(models.TextChoices):
    """What somebody may do in one opening."""

    RECRUITER = "recruiter", _("recruiter")
    """Knows the candidates by name, sends links, sees where everyone stands."""
    INTERVIEWER = "interviewer", _("interviewer")
    """Holds the interviews that are planned for them."""
    DECIDER = "decider", _("decider")
    """Compares and decides; names are hidden from them until they have."""
    AUDITOR = "auditor", _("auditor")
    """Reads the record, the figures and the studies, and changes nothing."""


class Membership(models.Model):
    """A person's role in an opening; one person may have several.

    PII: none of its own.
    """

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        ordering = ("role", "since", "pk")
        constraints = (
            models.UniqueConstraint(fields=("opening", "user", "role"), name="one_role_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Candidate(models.Model):
    """A person who applies.

    PII: name, email.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)

    @property
    def known(self) -> tuple[str, str]:
        """What of them no judge is to see, wherever they wrote it: their name and their address."""
        return self.name, self.email


class Application(models.Model):
    """That person in that opening.

    PII: none of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="applications")
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="applications")
    """The version that this person sits and is scored by, whatever the opening goes over to."""
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="applications")
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """When its candidate withdrew; None while they apply, and again once they took it back."""

    class Meta:
        ordering = ("opening", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("opening", "candidate"), name="one_application_a_person_and_opening"
            ),
            models.UniqueConstraint(fields=("opening", "number"), name="application_number"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The name under which a decider sees this application: names stay hidden."""
        return _("Candidate %(number)s") % {"number": self.number}


class Invitation(models.Model):
    """One personal link: signed, expiring, revocable.

    PII: none. The token itself is not kept; it is signed anew from the id when it is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="invitations"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(revoked_at__isnull=True),
                name="one_live_link_an_application",
            ),
        )

    def __str__(self) -> str:
        return str(self.id)

    def is_open(self, now: datetime) -> bool:
        """Return whether this link may still be used to begin."""
        return self.revoked_at is None and now < self.expires_at

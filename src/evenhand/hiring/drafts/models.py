"""A pack that is being changed, and an opening that is being set up."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evenhand.hiring.openings.models import Opening, PackVersion
from evenhand.hiring.people.models import Organisation


class PackDraft(models.Model):
    """The next version of a pack while it is written, and while the judges learn it.

    PII: none.
    """

    class State(models.TextChoices):
        """The life of a draft; each step is taken by compare-and-swap."""

        EDITING = "editing", _("being edited")
        ASKED = "asked", _("waiting for the judges to learn it")
        LEARNING = "learning", _("the judges are learning it")
        FAILED = "failed", _("the judges could not learn it")
        DONE = "done", _("published")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="pack_drafts"
    )
    base = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="successors")
    body = models.JSONField()
    """See `evenhand.rubric.writing`; `same` lists what only the wording changed of."""
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EDITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pack_drafts"
    )
    """Who changed it last."""
    at = models.DateTimeField()
    """When it was changed last, or handed to the judges."""
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_of = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    version = models.ForeignKey(
        PackVersion, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True
    )
    """What it became."""

    class Meta:
        ordering = ("-at",)
        indexes = (models.Index(fields=("state", "at"), name="pack_draft_by_state"),)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def held(self) -> str:
        """Why nothing of it can be changed; "" where it can."""
        if self.state == self.State.EDITING:
            return ""
        if self.state == self.State.FAILED:
            return gettext(
                "The judges could not learn this draft: it stands as it is until somebody chooses, "
                "on its page, to go on changing it."
            )
        return gettext("This draft was published or is with the judges: it stands as it is.")


class OpeningDraft(models.Model):
    """An opening while it is set up, step by step; what was given so far, unchecked as a whole.

    PII: given (the name and address of the person whom candidates may ask).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="opening_drafts"
    )
    given = models.JSONField(default=dict)
    """By name of the argument of `create_opening`."""
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="opening_drafts")
    pack_draft = models.ForeignKey(
        PackDraft, on_delete=models.SET_NULL, related_name="opening_drafts", null=True, blank=True
    )
    """The changed pack that the opening waits for; None where `pack` is taken as it is."""
    opening = models.OneToOneField(
        Opening, on_delete=models.CASCADE, related_name="draft", null=True, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opening_drafts"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return str(self.id)

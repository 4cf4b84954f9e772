"""Stored fits, and the one of them that new estimates are made with."""

from __future__ import annotations

from django.db import models

from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.people.models import Organisation


class StoredFit(models.Model):
    """Components fitted to an organisation's ratings by one version of a panel and of a pack.

    No rating of another organisation is in it: one's raters move nobody else's estimates.
    A row is written once and never changed; `FitInUse` says which fit counts.

    PII: none.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="fits")
    version = models.CharField(max_length=64)
    """The SHA-256 of `components`, which is kept as the very text that it was taken over."""
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="fits")
    panel = models.CharField(max_length=60)
    panel_version = models.CharField(max_length=64)
    components = models.TextField()
    inputs_sha256 = models.CharField(max_length=64)
    """Digest of all that went in, so that nothing is fitted twice to the same ratings."""
    ratings = models.PositiveIntegerField()
    candidates = models.PositiveIntegerField()
    converged = models.BooleanField()
    provisional = models.BooleanField()
    notes = models.JSONField(default=list)
    held_back = models.TextField(blank=True)
    """Why it was not put in use when it was made; empty where it was."""
    alarm = models.BooleanField(default=False)
    """Whether somebody should look at why it was held back."""
    fitted_at = models.DateTimeField()

    class Meta:
        ordering = ("-fitted_at",)
        # Beside the table of the time when fits were everybody's, whose rows went over to it.
        db_table = "hiring_fit"
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "version"), name="one_fit_of_a_version_an_organisation"
            ),
        )

    def __str__(self) -> str:
        return self.version[:12]


class FitInUse(models.Model):
    """The fit that an organisation's estimates are made with; without one, the pack's components.

    PII: none.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="fits_in_use"
    )
    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="fits_in_use")
    panel_version = models.CharField(max_length=64)
    fit = models.ForeignKey(StoredFit, on_delete=models.PROTECT, related_name="in_use")
    since = models.DateTimeField()

    class Meta:
        db_table = "hiring_fit_in_use"
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "pack", "panel_version"),
                name="one_fit_in_use_an_organisation",
            ),
        )

    def __str__(self) -> str:
        return f"{self.fit} since {self.since}"

"""Stored fits, and the one of them that new estimates are made with."""

from __future__ import annotations

from django.db import models

from evenhand.hiring.openings.models import PackVersion


class StoredFit(models.Model):
    """Components fitted to the ratings that one version of a panel gave with one pack version.

    A row is written once and never changed; `FitInUse` says which fit counts.

    PII: none.
    """

    version = models.CharField(max_length=64, primary_key=True)
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

    def __str__(self) -> str:
        return self.version[:12]


class FitInUse(models.Model):
    """The fit that estimates are made with; where there is none, it is the pack's own components.

    PII: none.
    """

    pack = models.ForeignKey(PackVersion, on_delete=models.PROTECT, related_name="fits_in_use")
    panel_version = models.CharField(max_length=64)
    fit = models.ForeignKey(StoredFit, on_delete=models.PROTECT, related_name="in_use")
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("pack", "panel_version"), name="one_fit_in_use_a_pack_and_panel"
            ),
        )

    def __str__(self) -> str:
        return f"{self.fit_id[:12]} since {self.since}"

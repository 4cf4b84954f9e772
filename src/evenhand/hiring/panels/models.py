"""A judge and a panel, each as a table of the file of panels would hold it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from evenhand.hiring.people.models import Organisation


class DescribedJudge(models.Model):
    """How a model is reached and what it costs.

    PII: none. The key is sealed with the server's secret and never shown again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="judges")
    name = models.CharField(max_length=40)
    table = models.JSONField()
    """As `[judge.NAME]` of the file of panels."""
    sealed_key = models.TextField(blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="judges_described"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"), name="one_judge_of_a_name_an_organisation"
            ),
        )

    def __str__(self) -> str:
        return self.name


class DescribedPanel(models.Model):
    """Judges that are used together.

    PII: none.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="panels")
    name = models.CharField(max_length=40)
    table = models.JSONField()
    """As `[panel.NAME]` of the file of panels."""
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panels_described"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"), name="one_panel_of_a_name_an_organisation"
            ),
        )

    def __str__(self) -> str:
        return self.name

"""A row for each worker process that runs."""

from __future__ import annotations

from django.db import models


class Worker(models.Model):
    """A worker process. It counts its beats up; who looks on sees that the count moves.

    PII: none.
    """

    id = models.CharField(primary_key=True, max_length=100)
    host = models.CharField(max_length=255, blank=True)
    pid = models.PositiveIntegerField(default=0)
    beats = models.PositiveBigIntegerField(default=0)
    beat_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id

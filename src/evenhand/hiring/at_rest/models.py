"""Which keys this database was sealed with; the keys themselves are in a file."""

from __future__ import annotations

from django.db import models


class AnswerKey(models.Model):
    """A key by its id, so that a file of keys that is not this database's is found at the start.

    PII: none.
    """

    id = models.CharField(primary_key=True, max_length=16)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    """When everything was first sealed with it; empty while a rotation to it is under way."""

    def __str__(self) -> str:
        return self.id

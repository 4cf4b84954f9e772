"""The ledger as rows: entries, the head that orders them, and signed checkpoints."""

from __future__ import annotations

from django.db import models


class LedgerEntry(models.Model):
    """One event. Holds identifiers and digests, never an answer's text or a name.

    PII: none.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.CharField(max_length=27)
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, db_index=True)
    facts = models.JSONField(default=dict)
    leaf = models.CharField(max_length=64)

    class Meta:
        ordering = ("seq",)

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class LedgerHead(models.Model):
    """The one row that every append updates first, so that order of entries is order of commits.

    PII: none.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.TextField(default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_ledger_head"),)

    def __str__(self) -> str:
        return str(self.size)


class LedgerCheckpoint(models.Model):
    """A signed head of the log.

    PII: none.
    """

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("size",)

    def __str__(self) -> str:
        return str(self.size)


class LedgerKey(models.Model):
    """A public key that has signed the ledger: what is left of it where its file is lost.

    PII: none.
    """

    vkey = models.TextField(unique=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ("-since", "-pk")

    def __str__(self) -> str:
        return self.vkey

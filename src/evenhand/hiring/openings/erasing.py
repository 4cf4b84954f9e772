"""Keeping the promise of the notice: what was kept long enough is erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from evenhand.hiring.openings.models import Application, Candidate, Opening
from evenhand.hiring.record.services import SYSTEM, record, subject_of


def erase_due(now: datetime) -> int:
    """Erase the applications that their opening's days are over for; returns how many.

    The days count from handing in, or from the application where nothing was handed in. The
    person's name and address go with their last application. The ledger keeps its entries, which
    hold identifiers and salted digests: with text and salt gone, nothing can be read from them.
    """
    erased = 0
    for opening in Opening.objects.all():
        limit = now - timedelta(days=opening.keep_days)
        applications = opening.applications.select_related("sitting").filter(created_at__lt=limit)
        for application in applications:
            if (application.sitting.submitted_at or application.created_at) < limit:
                _erase(application, now)
                erased += 1
    return erased


def _erase(application: Application, now: datetime) -> None:
    with transaction.atomic():
        subject, candidate = subject_of(application), application.candidate_id
        application.delete()
        Candidate.objects.filter(pk=candidate, applications__isnull=True).delete()
        record(
            "application.erased", subject, actor=SYSTEM, facts={"why": "kept_long_enough"}, now=now
        )

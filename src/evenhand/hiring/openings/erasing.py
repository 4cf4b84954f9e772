"""Keeping the promise of the notice: what was kept long enough is erased."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from evenhand.hiring.judging.spending import forget_replies
from evenhand.hiring.openings.models import Application, Candidate, Opening
from evenhand.hiring.probes.reading import texts_read
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.sittings.models import Answer, Sitting


def erase_due(now: datetime) -> int:
    """Erase the applications that their opening's days are over for; returns how many.

    The days count from handing in; where nobody began, from the day the last link ran out or the
    last scorecard was locked. Scorecards go with the application, notes and all. Whoever is writing
    is left alone. The person's name and address go with their last application. The ledger keeps
    its entries: identifiers, times, levels and salted digests, but with text and salt gone no word
    of an answer, and with the candidate gone no person behind the identifiers.
    """
    erased = 0
    for opening in Opening.objects.all():
        limit = now - timedelta(days=opening.keep_days)
        for application in opening.applications.select_related("sitting"):
            over_at = _over_at(application)
            if over_at is not None and over_at < limit:
                erased += _erase(application, now)
    return erased


def _over_at(application: Application) -> datetime | None:
    """Return when the person was done with this application; None while they are not."""
    sitting = application.sitting
    if sitting.state == Sitting.State.STARTED:
        return None
    last_link = application.invitations.aggregate(last=Max("expires_at"))["last"]
    last_round = application.interviews.aggregate(last=Max("locked_at"))["last"]
    # Who hands nothing in may have been interviewed all the same.
    unwritten = max((one for one in (last_link, last_round) if one), default=application.created_at)
    return sitting.submitted_at or unwritten


def _erase(application: Application, now: datetime) -> bool:
    with transaction.atomic():
        # Of several workers that are due to erase it, one finds it there.
        if not Application.objects.select_for_update().filter(pk=application.pk).exists():
            return False
        subject, candidate = subject_of(application), application.candidate_id
        texts = texts_read(Answer.objects.filter(sitting__application=application))
        # What a model said of an answer quotes it, and stands in files, which no rollback restores.
        transaction.on_commit(lambda: forget_replies(texts))
        application.delete()
        Candidate.objects.filter(pk=candidate, applications__isnull=True).delete()
        record(
            "application.erased", subject, actor=SYSTEM, facts={"why": "kept_long_enough"}, now=now
        )
    return True

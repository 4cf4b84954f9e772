"""Keeping the promise of the notice: what was kept long enough is erased, or whoever asks for it.

One function says who goes when, `leaving`, and one what goes with them, `what_goes`. The page that
shows a recruiter what is coming asks the same two.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Max, Model, QuerySet
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from evenhand.hiring.compliance.volunteering import forget
from evenhand.hiring.errors import FieldError, WouldErase
from evenhand.hiring.judging.spending import forget_replies, keep_cut_off, note_limits
from evenhand.hiring.openings.models import Application, Candidate, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.probes.reading import texts_that_open
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import SYSTEM, Event, record, record_all, subject_of
from evenhand.hiring.scheduling.calling_off import call_off
from evenhand.hiring.sittings.models import Sitting

log = logging.getLogger(__name__)

KEPT_LONG_ENOUGH: Final = "kept_long_enough"
REASONS: Final = ("asked", "withdrew", "mistake", "duplicate")
"""Why somebody is erased before their days are over; a code, since the record is never erased."""
LEAST_DAYS, MOST_DAYS = 30, 3650


@dataclass(frozen=True)
class Leaving:
    """An application and the moment from which the next sweep erases it."""

    application: Application
    at: datetime


def leaving(opening: Opening, until: datetime, keep_days: int | None = None) -> list[Leaving]:
    """Return the applications whose days are over before a moment, the first to go first.

    The days count from handing in; where nobody began, from the day the last link ran out or the
    last scorecard was locked; where somebody withdrew before handing in, from then. Whoever is
    writing is left alone. Nobody is kept for longer than the
    notice said that they agreed to, even where the opening keeps people for longer since.

    Args:
        opening: whose people.
        until: the moment.
        keep_days: in place of the opening's, to ask what other days would do.
    """
    days = opening.keep_days if keep_days is None else keep_days
    due = _due(opening.applications.all(), days)
    found = [one for one in due if one.at < until]
    return sorted(found, key=lambda one: (one.at, one.application.number))


def goes_at(application: Application) -> datetime | None:
    """Return from when on the next sweep erases an application; None while nothing says when."""
    rows = Application.objects.filter(pk=application.pk)
    return next((one.at for one in _due(rows, application.opening.keep_days)), None)


def _due(rows: QuerySet[Application], days: int) -> Iterator[Leaving]:
    applications = list(
        rows.select_related("sitting", "candidate").annotate(
            last_link=Max("invitations__expires_at"), last_round=Max("interviews__locked_at")
        )
    )
    agreed = _days_agreed(applications)
    for application in applications:
        over_at = _over_at(application, application.last_link, application.last_round)
        if over_at is None:
            continue
        promised = agreed.get(f"sitting:{application.sitting.pk}", days)
        yield Leaving(application, over_at + timedelta(days=min(days, promised)))


def what_goes(applications: Collection[Application]) -> Counter[type[Model]]:
    """Count the rows that erasing these applications removes, by model, in a fixed order.

    The same collector that Django deletes with says so. A person goes with their last application.
    """
    ids = [one.pk for one in applications]
    rows = Application.objects.filter(pk__in=ids)
    collector = Collector(using=rows.db, origin=rows)
    collector.collect(list(rows))
    # A row that is reached in several ways stands there as often, and goes once.
    found: dict[type[Model], set[object]] = defaultdict(set)
    for model, instances in collector.data.items():
        found[model] |= {one.pk for one in instances}
    for fast in collector.fast_deletes:
        found[fast.model] |= set(fast.values_list("pk", flat=True))
    gone = Counter({model: len(keys) for model, keys in found.items()})
    staying = Application.objects.exclude(pk__in=ids).values("candidate")
    gone[Candidate] = rows.exclude(candidate__in=staying).values("candidate").distinct().count()
    return Counter({model: n for model, n in gone.items() if n})


def erase_due(now: datetime) -> int:
    """Erase the applications that their opening's days are over for; returns how many.

    Scorecards go with the application, notes and all; the person's name and address go with their
    last one. The ledger keeps its entries: identifiers, times, levels and salted digests, but with
    text and salt gone no word of an answer, and with the candidate gone no person behind the
    identifiers. Somebody who cannot be erased keeps nobody else from it.
    """
    erased = 0
    for opening in Opening.objects.all():
        for one in leaving(opening, now):
            try:
                erased += _erase(one.application, SYSTEM, KEPT_LONG_ENOUGH, now)
            except Exception as error:  # whatever it is, the next sweep may find it mended
                # The error's own text may hold values of rows, which have no place in a log.
                said = "application %s: not erased: %s; the next sweep tries again"
                log.warning(said, one.application.pk, type(error).__name__)
    return erased


def erase_now(*, application: Application, reason: str, by: User, now: datetime) -> bool:
    """Erase one person's application at once; False where somebody else was first.

    What is planned with them is called off, and interviewers who had been invited are told.

    Raises:
        FieldError: the reason is none of `REASONS`.
    """
    if reason not in REASONS:
        raise FieldError(_("Choose a reason from the list."))
    return _erase(application, f"user:{by.pk}", reason, now)


def change_keep_days(
    *, opening: Opening, days: int, confirmed: Iterable[str], by: User, now: datetime
) -> None:
    """Change how long an opening keeps people.

    Args:
        opening: which.
        days: 30 to 3650.
        confirmed: the ids of the applications that whoever changes it knows would go at once.
        by: who changes it.
        now: the moment.

    Raises:
        FieldError: the days are out of range.
        WouldErase: the next sweep would erase somebody who is not among `confirmed`.
    """
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise FieldError(
            _("Give %(least)s to %(most)s days.") % {"least": LEAST_DAYS, "most": MOST_DAYS}
        )
    before = opening.keep_days
    with transaction.atomic():
        at_once = leaving(opening, now, days)
        if {str(one.application.pk) for one in at_once} - set(confirmed):
            raise WouldErase(_("The next sweep would erase people."), at_once)
        changed = Opening.objects.filter(pk=opening.pk, keep_days=before).exclude(keep_days=days)
        if changed.update(keep_days=days):
            facts = {"from": before, "to": days, "erases": len(at_once)}
            actor, subject = f"user:{by.pk}", subject_of(opening)
            record("opening.days_changed", subject, actor=actor, facts=facts, now=now)
    opening.refresh_from_db(fields=["keep_days"])


def _days_agreed(applications: Iterable[Application]) -> dict[str, int]:
    """Return the days that each sitting's notice promised, by subject in the record."""
    subjects = [f"sitting:{one.sitting.pk}" for one in applications]
    agreed = {}
    for start in range(0, len(subjects), 5000):
        begun = LedgerEntry.objects.filter(
            action="sitting.begun", subject__in=subjects[start : start + 5000]
        )
        for subject, facts in begun.values_list("subject", "facts"):
            if "keep_days" in facts:
                agreed[subject] = int(facts["keep_days"])
    return agreed


def _over_at(
    application: Application, last_link: datetime | None, last_round: datetime | None
) -> datetime | None:
    """Return when the person was done with this application; None while they are not."""
    sitting = application.sitting
    if application.withdrawn_at is not None:
        return sitting.submitted_at or application.withdrawn_at
    if sitting.state == Sitting.State.STARTED:
        return None
    # Who hands nothing in may have been interviewed all the same.
    unwritten = max((one for one in (last_link, last_round) if one), default=application.created_at)
    return sitting.submitted_at or unwritten


def _erase(application: Application, actor: str, why: str, now: datetime) -> bool:
    with transaction.atomic():
        # Of several workers that are due to erase it, one finds it there.
        mine = Application.objects.select_for_update(no_key=True).filter(pk=application.pk)
        if not mine.exists():
            return False
        # Whoever keeps what judges said holds the sitting: they are done, or find nobody here.
        Sitting.objects.filter(application=application).update(panel_version=F("panel_version"))
        subject, candidate = subject_of(application), application.candidate_id
        opening = application.opening
        called_off = call_off(application, actor=actor, now=now)
        texts, known = texts_that_open(application), application.candidate.known
        keep_cut_off(application, texts, now)
        forget(application)
        application.delete()
        Candidate.objects.filter(pk=candidate, applications__isnull=True).delete()
        # What a model said of an answer quotes it, and stands in files. They go before anybody is
        # told that the person is gone: killed in between, the erasure is done again, and what a
        # rollback does not restore is at worst paid for again. They also go before the record is
        # written to, since everybody who writes waits for the end of the ledger.
        forget_replies(texts, opening.organisation_id, known)
        note_limits(opening, now)
        gone = Event("application.erased", subject, actor, {"why": why})
        record_all([*called_off.events, gone], now=now)
        transaction.on_commit(called_off.send)
    return True

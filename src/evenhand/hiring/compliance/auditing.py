"""Making the adverse-impact audits: once for each quarter, when its decisions have had their time.

A quarter whose people are too few to say anything of is joined with the next one. No audit is made
anew, whoever asks and whoever was erased since: two looks at the same people at different moments
would differ by those of whom something changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from evenhand.hiring.compliance.groups import asked_of
from evenhand.hiring.compliance.models import ImpactAudit
from evenhand.hiring.compliance.volunteering import told_by_all
from evenhand.hiring.decisions.models import FINAL, Decision, Outcome
from evenhand.hiring.openings.models import Application
from evenhand.hiring.people.models import Organisation
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.studies.models import Outcome as CameOfIt
from evenhand.measure.values import OVERALL
from evenhand.studies.auditing import Asked, Person, audit

SETTLES: Final = timedelta(days=30)
"""After the end of a quarter, so that those who handed in last are decided on too."""
HIRED: Final = "hired"
"""The imported outcome that says whether somebody was hired: 1 or 0."""
LIKELY: Final = 0.5


def make_due_audits(now: datetime) -> int:
    """Look at every quarter that is due and was not looked at; returns how many there were."""
    made = 0
    for organisation in Organisation.objects.all():
        start = _begins(organisation)
        if start is None:
            continue
        for last in quarters(start, timezone.localdate(now - SETTLES)):
            made += _make(organisation, start, last, now)
            newest = ImpactAudit.objects.filter(organisation=organisation, last=last).first()
            if newest is not None and newest.told is not None:
                start = last + timedelta(days=1)
    return made


def quarters(start: date, before: date) -> Iterator[date]:
    """Return the last days, before a day, of the quarters from that of `start` on.

    >>> [str(day) for day in quarters(date(2026, 2, 3), date(2026, 10, 1))]
    ['2026-03-31', '2026-06-30', '2026-09-30']
    """
    first = _quarter_of(start)
    while True:
        following = first.replace(year=first.year + first.month // 10, month=(first.month + 3) % 12)
        last = following - timedelta(days=1)
        if last >= before:
            return
        yield last
        first = following


def _quarter_of(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def next_audit(organisation: Organisation, now: datetime) -> date:
    """Return the day on which the next quarter is looked at."""
    today = timezone.localdate(now)
    ends = quarters(today - timedelta(days=200), today + timedelta(days=200))
    # One is due when the day that it waits for is over.
    days = (end + SETTLES + timedelta(days=1) for end in ends)
    return next(day for day in days if day >= today)


def _begins(organisation: Organisation) -> date | None:
    """Return the first day of the latest look, or of the quarter in which somebody first handed in.

    None while nobody has.
    """
    audits = ImpactAudit.objects.filter(organisation=organisation)
    last = audits.order_by("last").last()
    if last is not None:
        return last.first
    found = _handed_in(organisation).aggregate(first=Min("sitting__submitted_at"))["first"]
    if found is None:
        return None
    return _quarter_of(timezone.localdate(found))


def _make(organisation: Organisation, start: date, last: date, now: datetime) -> bool:
    if ImpactAudit.objects.filter(organisation=organisation, last=last).exists():
        return False
    people = cohort(organisation, start, last)
    questions = [Asked(one.code, one.title, one.groups) for one in asked_of(organisation)]
    told = audit(people, questions)
    with transaction.atomic():
        _row, is_new = ImpactAudit.objects.get_or_create(
            organisation=organisation, last=last,
            defaults={"first": start, "told": told, "made_at": now},
        )  # fmt: skip
        if is_new:
            facts = {"first": str(start), "last": str(last), "sha256": digest_of(told)}
            record("impact.audited", subject_of(organisation), actor=SYSTEM, facts=facts, now=now)
    return is_new


def digest_of(told: dict[str, Any] | None) -> str:
    """Return the SHA-256 of what an audit tells, by which the record vouches for it."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def cohort(organisation: Organisation, first: date, last: date) -> list[Person]:
    """Return who handed in between two days, the last one included, with what became of them.

    People of examples do not exist and are left out. A hold is no decision yet. The rate of
    advancing is of everybody who handed in: undecided is no way of faring by itself.
    """
    zone = timezone.get_current_timezone()
    begins = datetime.combine(first, time.min, zone)
    ends = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = _handed_in(organisation).filter(
        sitting__submitted_at__gte=begins, sitting__submitted_at__lt=ends
    )
    ids = rows.values("pk")
    decided = dict(
        Decision.objects.filter(
            application__in=ids, replaced_at__isnull=True, outcome__in=FINAL
        ).values_list("application", "outcome")
    )
    hired = dict(
        CameOfIt.objects.filter(application__in=ids, name__iexact=HIRED)
        .order_by("pk")
        .values_list("application", "value")
    )
    levels = {
        application: (mean, p_bar)
        for application, mean, p_bar in EstimateRow.objects.filter(
            application__in=ids, dimension=OVERALL, superseded_at__isnull=True
        ).values_list("application", "mean", "p_bar")
    }
    openings = dict(rows.order_by("number", "pk").values_list("pk", "opening"))
    told = told_by_all(openings)
    return [
        Person(
            str(opening),
            told.get(pk, {}),
            {
                "decision": decided.get(pk) == Outcome.ADVANCE if decided else None,
                "hired": hired[pk] >= LIKELY if pk in hired else None,
                "figures": levels[pk][1] >= LIKELY if pk in levels else None,
            },
            levels[pk][0] if pk in levels else None,
            pk in decided,
        )
        for pk, opening in openings.items()
    ]


def _handed_in(organisation: Organisation) -> Any:
    return Application.objects.filter(
        opening__organisation=organisation,
        opening__is_example=False,
        sitting__submitted_at__isnull=False,
    )

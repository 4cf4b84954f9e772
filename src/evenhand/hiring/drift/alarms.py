"""Alarms of the drift watch: raised by the worker as answers are read, closed by people."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from evenhand.hiring.drift.models import DriftAlarm, DriftChart, DriftRound
from evenhand.hiring.drift.watching import Reader, Watch, readers_between, watch_reader
from evenhand.hiring.errors import DriftError
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.scoring.models import Reading
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.digests import digest_of

if TYPE_CHECKING:
    from evenhand.studies.drift import Watched

MAX_REASON: Final = 2000


def is_due() -> bool:
    """Say whether something was read since drift was last looked for."""
    after, until = _span()
    return until > after


def watch_drift(now: datetime) -> None:
    """Keep the starts of charts, and raise an alarm for each that left its limits since last time.

    Only panel versions that have read since then are looked at. What is cut off is done again.

    Args:
        now: the moment.
    """
    after, until = _span()
    for reader in readers_between(after, until):
        _look(reader, after, now)
    DriftRound.objects.bulk_create([DriftRound()], ignore_conflicts=True)
    DriftRound.objects.filter(pk=1, until__lt=until).update(until=until)


def close_alarm(*, alarm: DriftAlarm, reason: str, by: User, now: datetime) -> None:
    """Close an alarm, and let its chart set out anew from the centre of its start.

    Where what was found lasts, it alarms again.

    Args:
        alarm: which.
        reason: what was found and done.
        by: who says so.
        now: the moment.

    Raises:
        DriftError: no reason is given, it is too long, or somebody else was quicker.
    """
    said = storable(reason.strip())
    if not said:
        raise DriftError(_("Say what you found and did."))
    if len(said) > MAX_REASON:
        raise DriftError(_("The reason may have %(n)s characters; shorten it.") % {"n": MAX_REASON})
    chart = alarm.chart
    with transaction.atomic():
        _hold(chart)
        reader = Reader(chart.organisation_id, chart.pack_id, chart.panel, chart.panel_version)
        last = reader.readings().aggregate(last=Max("pk"))["last"]
        # Of two who close it at once, the update lets one through.
        taken = DriftAlarm.objects.filter(pk=alarm.pk, closed_at__isnull=True).update(
            closed_at=now, closed_by=by, closed_until=last or chart.until, reason=said
        )
        if not taken:
            raise DriftError(_("Somebody else has closed this alarm meanwhile."))
        facts = {**_about(chart), "reason_sha256": digest_of(said, alarm.salt)}
        record("drift.closed", subject_of(alarm), actor=f"user:{by.pk}", facts=facts, now=now)


def _span() -> tuple[int, int]:
    """Return the keys of the last reading that was looked at, and of the last that there is."""
    until = Reading.objects.aggregate(last=Max("pk"))["last"] or 0
    return DriftRound.objects.filter(pk=1).values_list("until", flat=True).first() or 0, until


def _look(reader: Reader, after: int, now: datetime) -> None:
    watch = watch_reader(reader)
    if watch is not None and _begin(reader, watch, now):
        # Against what is kept: where two workers find a start at once, one of them keeps it.
        watch = watch_reader(reader)
    if watch is None:
        return
    for one in watch.charts:
        chart = watch.kept.get(one.key)
        left = one.left_after(after)
        if chart is not None and left is not None:
            _raise(chart, one, left, now)


def _begin(reader: Reader, watch: Watch, now: datetime) -> bool:
    """Keep the starts that are new; says whether there were any."""
    new = [
        DriftChart(
            organisation_id=reader.organisation,
            pack_id=reader.pack,
            panel=reader.panel,
            panel_version=reader.version,
            measure=one.measure.code,
            subject=one.subject,
            centre=one.begun.start.centre,
            sd=one.begun.start.sd,
            noise=one.begun.start.noise,
            size=one.begun.start.size,
            until=one.begun.until,
            words=sorted(one.begun.words),
            begun_at=now,
        )
        for one in watch.charts
        if one.key not in watch.kept
    ]
    DriftChart.objects.bulk_create(new, ignore_conflicts=True)
    return bool(new)


def _raise(chart: DriftChart, watched: Watched, left: int, now: datetime) -> None:
    """Raise an alarm where none is open, and none was closed since the readings were looked at."""
    with transaction.atomic():
        _hold(chart)
        closed = chart.alarms.aggregate(last=Max("closed_until"))["last"]
        is_open = chart.alarms.filter(closed_at__isnull=True).exists()
        if is_open or closed != chart.anew:  # type: ignore[attr-defined]
            return
        alarm = DriftAlarm.objects.create(
            chart=chart,
            raised_at=now,
            mean=float(watched.chart.mean[left]),
            half=watched.chart.half,
            after=left,
        )
        facts = {
            **_about(chart), "centre": chart.centre, "mean": alarm.mean, "half": alarm.half,
            "after": left,
        }  # fmt: skip
        record("drift.alarm", subject_of(alarm), actor=SYSTEM, facts=facts, now=now)


def _hold(chart: DriftChart) -> None:
    """Hold the row of a chart: its alarms are raised and closed one after the other."""
    DriftChart.objects.filter(pk=chart.pk).update(until=F("until"))


def _about(chart: DriftChart) -> dict[str, object]:
    return {
        "organisation": str(chart.organisation_id),
        "pack": chart.pack_id,
        "panel": chart.panel,
        "panel_version": chart.panel_version,
        "measure": chart.measure,
        "subject": chart.subject,
    }

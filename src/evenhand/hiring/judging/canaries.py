"""Canary answers: kept by opening and judge, paid for by an opening and no candidate.

An answer known to be worthless is read by the panel that reads the candidates. Where a judge likes
it, every answer to that question that the panel reads meanwhile is flagged for a person; levels
stay as they are.

A panel reads for several openings, and a canary once as long as it holds (`judges.canary.LASTS`):
each opening keeps what the judges made of it, while its calls are the account of the opening that
it was read for, and of no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from evenhand.hiring.judging.models import CanaryReading
from evenhand.hiring.judging.spending import (
    keep_canary_calls,
    keep_lost_canary_calls,
    note_limits,
    purse_of,
)
from evenhand.hiring.openings.models import Application, Opening, PackVersion
from evenhand.hiring.openings.services import lock
from evenhand.hiring.record.services import record, subject_of

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel
    from evenhand.judges.canary import CanaryRead
    from evenhand.judges.values import Flag
    from evenhand.rubric import Prompt


@dataclass(frozen=True)
class CanaryLine:
    """What one judge made of its canaries.

    Attributes:
        judge: Its name; `the panel` for the level that the panel's judges come to together.
        read: How often it read one; what several openings rely on counts once.
        abstained: How often it gave no level on any dimension.
        failed: How often it gave a canary too much.
        last: From when on answers were read beside the last one.
        last_failed: From when on they were read beside the last that it failed; None for never.
    """

    judge: str
    read: int
    abstained: int
    failed: int
    last: datetime
    last_failed: datetime | None


def canary_flags(
    panel: AnyPanel, application: Application, prompt: Prompt, now: datetime
) -> list[Flag]:
    """Return the flags for answers to a prompt; the canary is read where no reading of it holds.

    Whatever the flags rest on, the opening keeps, whichever opening it was read for.

    Args:
        panel: Who reads.
        application: Whose answer is read meanwhile; the opening pays, within its limits.
        prompt: What the answer of the batch answers.
        now: The moment.
    """
    from evenhand.judges.canary import forget_canary, read_canary, recall_canary

    opening = application.opening
    read, is_new = recall_canary(panel, prompt, now), False
    if read is None:
        # Before the files that tell of them are written over.
        keep_lost_canary_calls(opening, now)
        read, is_new = read_canary(panel, prompt, now, purse_of(opening, now))
    if is_new:
        try:
            _keep(panel, application, read, now, paid=True)
        except BaseException:
            # What is remembered and not kept would stand in no account.
            forget_canary(panel, prompt)
            raise
    elif read.complete and _unkept(opening, read):
        _keep(panel, application, read, now, paid=False)
    return [failure.flag() for failure in read.failures]


def canary_lines(openings: QuerySet[Opening], pack: PackVersion) -> list[CanaryLine]:
    """Return what the judges made of the canaries of some openings, by judge."""
    found = (
        CanaryReading.objects.filter(opening__in=openings, pack=pack)
        .order_by("judge")
        .values_list("judge")
        .annotate(
            n_read=Count("reading", distinct=True),
            n_abstained=Count("reading", distinct=True, filter=Q(highest__isnull=True)),
            n_failed=Count("reading", distinct=True, filter=Q(failed=True)),
            last_read=Max("at"),
            last_failed=Max("at", filter=Q(failed=True)),
        )
    )
    return [CanaryLine(*row) for row in found]


def _unkept(opening: Opening, read: CanaryRead) -> dict[str, float | None]:
    """Return the highest level of each judge, and of the panel, that is not kept yet.

    A reading goes on until each judge was heard: one that was away then has no level in what is
    kept, and gets its own as it comes.
    """
    kept = dict(
        CanaryReading.objects.filter(
            opening=opening, prompt=read.prompt, reading=read.id
        ).values_list("judge", "highest")
    )
    found = {
        judge: max((one for one in levels if one is not None), default=None)
        for judge, levels in _levels(read).items()
    }
    return {
        judge: highest
        for judge, highest in found.items()
        if judge not in kept or (highest is not None and highest != kept[judge])
    }


def _keep(
    panel: AnyPanel, application: Application, read: CanaryRead, now: datetime, *, paid: bool
) -> None:
    """Keep a reading for an opening; with `paid` its calls are this opening's too."""
    opening = application.opening
    mine = CanaryReading.objects.filter(
        opening=opening, panel_version=panel.version, prompt=read.prompt
    )
    failing = {one.judge for one in read.failures}
    with transaction.atomic():
        # Of two answers that are read at the same time, one finds that it is kept.
        lock(opening)
        unkept = _unkept(opening, read)
        if not unkept and not paid:
            return
        last = mine.order_by("-pk").values_list("reading", flat=True).first()
        failed_before = last is not None and mine.filter(reading=last, failed=True).exists()
        CanaryReading.objects.bulk_create(
            (
                CanaryReading(
                    opening=opening,
                    reading=read.id,
                    pack_id=application.pack_id,
                    panel=panel.name,
                    panel_version=panel.version,
                    prompt=read.prompt,
                    judge=judge,
                    highest=highest,
                    failed=judge in failing,
                    at=now,
                )
                for judge, highest in unkept.items()
            ),
            update_conflicts=True,
            unique_fields=("opening", "reading", "judge"),
            update_fields=("highest", "failed", "at"),
        )
        if paid:
            keep_canary_calls(opening, read, now)
            # Before the record: whoever sets a budget takes its row first, the ledger's end after.
            note_limits(opening, now)
        if bool(failing) != failed_before:
            record(
                "canary.failed" if failing else "canary.passed",
                subject_of(opening),
                actor=f"panel:{panel.version}",
                facts={
                    "prompt": read.prompt,
                    "failed": [[one.judge, one.dimension, one.level] for one in read.failures],
                },
                now=now,
            )


def _levels(read: CanaryRead) -> dict[str, Sequence[float | None]]:
    """Return the levels of each judge that was asked, and of the panel, over the dimensions."""
    from evenhand.judges.canary import PANEL

    levels: dict[str, list[float | None]] = {PANEL: [s.level for s in read.result.scores]}
    for score in read.result.scores:
        for verdict in score.verdicts:
            levels.setdefault(verdict.judge, []).append(verdict.level)
    return {**levels}

"""Canary answers: read for an opening, kept by judge, paid for by the opening and no candidate.

An answer known to be worthless is read by the panel that reads the candidates. Where a judge likes
it, every answer to that question that the panel reads meanwhile is flagged for a person; levels
stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from evenhand.hiring.judging.models import CanaryReading
from evenhand.hiring.judging.spending import keep_canary_calls, note_limits, purse_of
from evenhand.hiring.openings.models import Application, Opening, PackVersion
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
        read: How often it read one.
        abstained: How often it gave no level on any dimension.
        failed: How often it gave a canary too much.
        last: When it read the last one.
        last_failed: When it last failed; None for never.
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
    """Return the flags for answers to a prompt; the canary is read where this process has not yet.

    Args:
        panel: Who reads.
        application: Whose answer is read meanwhile; the opening pays, within its limits.
        prompt: What the answer of the batch answers.
        now: The moment.
    """
    from evenhand.judges.canary import forget_canary, read_canary
    from evenhand.judges.llm.panel import LLMPanel
    from evenhand.judges.llm.routing import Stakes

    opening, rate = application.opening, panel.judge
    if isinstance(panel, LLMPanel):
        stakes = Stakes(bar=opening.bar, purse=purse_of(opening, now))
        rate = partial(panel.judge, stakes=stakes)
    read, is_new = read_canary(panel, prompt, rate)
    if is_new:
        try:
            _keep(panel, application, read, now)
        except BaseException:
            # What is remembered and not kept would stand in no account.
            forget_canary(panel, prompt)
            raise
    return [failure.flag() for failure in read.failures]


def canary_lines(openings: QuerySet[Opening], pack: PackVersion) -> list[CanaryLine]:
    """Return what the judges made of the canaries of some openings, by judge."""
    found = (
        CanaryReading.objects.filter(opening__in=openings, pack=pack)
        .order_by("judge")
        .values_list("judge")
        .annotate(
            n_read=Count("pk"),
            n_abstained=Count("pk", filter=Q(highest__isnull=True)),
            n_failed=Count("pk", filter=Q(failed=True)),
            last_read=Max("at"),
            last_failed=Max("at", filter=Q(failed=True)),
        )
    )
    return [CanaryLine(*row) for row in found]


def _keep(panel: AnyPanel, application: Application, read: CanaryRead, now: datetime) -> None:
    opening = application.opening
    mine = CanaryReading.objects.filter(
        opening=opening, panel_version=panel.version, prompt=read.prompt
    )
    failing = {one.judge for one in read.failures}
    with transaction.atomic():
        last = mine.aggregate(last=Max("at"))["last"]
        failed_before = mine.filter(at=last, failed=True).exists()
        CanaryReading.objects.bulk_create(
            CanaryReading(
                opening=opening,
                pack_id=application.pack_id,
                panel=panel.name,
                panel_version=panel.version,
                prompt=read.prompt,
                judge=judge,
                highest=max((one for one in levels if one is not None), default=None),
                failed=judge in failing,
                at=now,
            )
            for judge, levels in _levels(read).items()
        )
        keep_canary_calls(opening, read, now)
        # Before the record: whoever sets a budget takes its row first, and the ledger's end after.
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

"""What the drift watch looks at: the answers that each version of a panel has read, in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Sum

from evenhand.hiring.judging.models import JudgeCall
from evenhand.hiring.scoring.models import Reading, VerdictRow

if TYPE_CHECKING:
    from evenhand.studies.drift import Read, Said, Watched

MOST: Final = 1000
"""Answers looked at, the latest: of a pack, to see who reads it; of each who does, to chart."""


@dataclass(frozen=True, eq=False)
class Watch:
    """The charts of a panel version that reads a pack.

    Attributes:
        panel, version: which.
        answers: how many of its answers were looked at.
        last_read: when it read the last of them.
        charts: one for each judge or prompt and measure that there are enough answers for.
    """

    panel: str
    version: str
    answers: int
    last_read: datetime
    charts: list[Watched]


def watch_pack(pack_hash: str, organisation: UUID) -> list[Watch]:
    """Chart what panels have read for an organisation with a pack version.

    Several may be in use at once: who did not agree to a model is read by another panel, and an
    opening goes on while its panel is changed. Examples are left out.

    Returns:
        Each panel version that read one of the latest `MOST` answers, who read last first.
    """
    readings = Reading.objects.filter(
        answer__sitting__application__pack_id=pack_hash,
        answer__sitting__application__opening__organisation=organisation,
        answer__sitting__application__opening__is_example=False,
    ).order_by("-read_at", "-pk")
    read_lately = dict.fromkeys(readings.values_list("panel", "panel_version")[:MOST])
    found = []
    for panel, version in read_lately:
        mine = readings.filter(panel=panel, panel_version=version)
        latest = list(mine.select_related("answer__sitting")[:MOST])
        # Whoever is erased meanwhile takes what was read of them along.
        if latest:
            found.append(_watched(latest[::-1], pack_hash, organisation))
    return found


def _watched(read: list[Reading], pack_hash: str, organisation: UUID) -> Watch:
    """Chart what one panel version read, in the order of reading."""
    from evenhand.studies.drift import watch

    first, last = read[0], read[-1]
    said = _said(first, pack_hash, organisation)
    counted = _counted(first, pack_hash, organisation)
    reads = [_read(one, said, counted.get(one.answer_id, {})) for one in read]
    return Watch(first.panel, first.panel_version, len(read), last.read_at, watch(reads))


def _said(first: Reading, pack_hash: str, organisation: UUID) -> dict[object, list[Said]]:
    """Return the verdicts of readings from this one on, by answer."""
    from evenhand.studies.drift import Said

    rows = VerdictRow.objects.filter(
        answer__reading__panel=first.panel,
        answer__reading__panel_version=first.panel_version,
        answer__reading__read_at__gte=first.read_at,
        answer__sitting__application__pack_id=pack_hash,
        answer__sitting__application__opening__organisation=organisation,
    ).order_by("answer", "dimension", "judge")
    found: dict[object, list[Said]] = defaultdict(list)
    for answer, judge, dimension, level, claimed, ungrounded in rows.values_list(
        "answer_id", "judge", "dimension", "level", "claimed", "ungrounded"
    ).iterator(chunk_size=5000):
        found[answer].append(Said(judge, dimension, level, claimed, ungrounded))
    return found


def _counted(
    first: Reading, pack_hash: str, organisation: UUID
) -> dict[object, dict[str, tuple[float, float]]]:
    """Return seconds and money of each judge's calls, by answer, of readings from this one on."""
    rows = (
        JudgeCall.objects.filter(
            # A panel on trial has read the same answers, and is no part of what is charted.
            kind=JudgeCall.Kind.ANSWER,
            answer__reading__panel=first.panel,
            answer__reading__panel_version=first.panel_version,
            answer__reading__read_at__gte=first.read_at,
            answer__sitting__application__pack_id=pack_hash,
            answer__sitting__application__opening__organisation=organisation,
        )
        .order_by()
        .values_list("answer_id", "judge")
        .annotate(took=Sum("microseconds"), paid=Sum("picos"))
    )
    found: dict[object, dict[str, tuple[float, float]]] = defaultdict(dict)
    for answer, judge, took, paid in rows.iterator(chunk_size=5000):
        found[answer][judge] = took / 1e6, paid / 1e12
    return found


def _read(
    reading: Reading, said: dict[object, list[Said]], counted: dict[str, tuple[float, float]]
) -> Read:
    from evenhand.studies.drift import Read

    answer = reading.answer
    return Read(
        str(answer.sitting_id),
        answer.prompt,
        answer.text,
        tuple(said.get(answer.pk, ())),
        {judge: took for judge, (took, _paid) in counted.items()},
        {judge: paid for judge, (_took, paid) in counted.items()},
    )

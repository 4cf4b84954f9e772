"""What the drift watch looks at: the answers that each version of a panel has read, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum

from evenhand.hiring.drift.models import DriftChart
from evenhand.hiring.judging.models import JudgeCall
from evenhand.hiring.scoring.models import Reading, VerdictRow

if TYPE_CHECKING:
    from evenhand.studies.drift import Begun, Key, Read, Said, Watched

MOST: Final = 1000
"""Answers looked at, the latest: of a pack, to see who reads it; of each who does, to chart."""


@dataclass(frozen=True)
class Reader:
    """A panel version that reads a pack for an organisation."""

    organisation: UUID
    pack: str
    panel: str
    version: str

    def charts(self) -> QuerySet[DriftChart]:
        """Return its charts that have begun."""
        return DriftChart.objects.filter(
            organisation=self.organisation,
            pack=self.pack,
            panel=self.panel,
            panel_version=self.version,
        )

    def readings(self) -> QuerySet[Reading]:
        """Return what it has read; examples are left out."""
        return _readings().filter(
            answer__sitting__application__opening__organisation=self.organisation,
            answer__sitting__application__pack=self.pack,
            panel=self.panel,
            panel_version=self.version,
        )


@dataclass(frozen=True, eq=False)
class Watch:
    """The charts of a panel version that reads a pack.

    Attributes:
        panel, version: which.
        answers: how many of its answers were looked at.
        last_read: when it read the last of them.
        charts: one for each judge or prompt and measure that there are enough answers for.
        kept: the rows of the charts whose start is kept; each with `n_open`, how many alarms of it
            are open, and `anew`, the last reading of before it set out anew, if it did.
    """

    panel: str
    version: str
    answers: int
    last_read: datetime
    charts: list[Watched]
    kept: Mapping[Key, DriftChart]

    @property
    def open_alarms(self) -> int:
        """How many alarms wait for somebody to close them."""
        return sum(row.n_open for row in self.kept.values())  # type: ignore[attr-defined]


def watch_pack(pack_hash: str, organisation: UUID) -> list[Watch]:
    """Chart what panels have read for an organisation with a pack version.

    Several may be in use at once: who did not agree to a model is read by another panel, and an
    opening goes on while its panel is changed. Examples are left out.

    Returns:
        Each panel version that read one of the latest `MOST` answers, who read last first.
    """
    readings = _readings().filter(
        answer__sitting__application__pack=pack_hash,
        answer__sitting__application__opening__organisation=organisation,
    )
    lately = readings.order_by("-pk").values_list("panel", "panel_version")[:MOST]
    found = (watch_reader(Reader(organisation, pack_hash, *one)) for one in dict.fromkeys(lately))
    # Whoever is erased meanwhile takes what was read of them along.
    return [one for one in found if one is not None]


def watch_reader(reader: Reader) -> Watch | None:
    """Chart what one panel version read, in the order of reading; None where that is nothing.

    Its latest answers, once the starts of its charts are kept; until then its first, for a start is
    of those.
    """
    from evenhand.studies.drift import watch

    rows = reader.charts().annotate(
        n_open=Count("alarms", filter=Q(alarms__closed_at__isnull=True)),
        anew=Max("alarms__closed_until"),
    )
    kept = {(row.measure, row.subject): row for row in rows}
    # By key: a clock may be set back.
    ordered = reader.readings().select_related("answer__sitting")
    looked_at = list(ordered.order_by("-pk" if kept else "pk")[:MOST])
    read = looked_at[::-1] if kept else looked_at
    if not read:
        return None
    span = read[0].pk, read[-1].pk
    said, counted = _said(reader, span), _counted(reader, span)
    charts = watch(
        [_read(one, said, counted.get(one.answer_id, {})) for one in read],
        {key: _begun(row) for key, row in kept.items()},
        {key: row.anew for key, row in kept.items() if row.anew is not None},
    )
    return Watch(reader.panel, reader.version, len(read), read[-1].read_at, charts, kept)


def readers_between(after: int, until: int) -> list[Reader]:
    """Return who made readings whose keys lie above one number, up to another."""
    rows = (
        _readings()
        .filter(pk__gt=after, pk__lte=until)
        .order_by()
        .values_list(
            "answer__sitting__application__opening__organisation",
            "answer__sitting__application__pack",
            "panel",
            "panel_version",
        )
        .distinct()
    )
    return [Reader(*row) for row in rows]


def _readings() -> QuerySet[Reading]:
    return Reading.objects.filter(answer__sitting__application__opening__is_example=False)


def _begun(row: DriftChart) -> Begun:
    from evenhand.studies.charting import Start
    from evenhand.studies.drift import Begun

    start = Start(row.centre, row.sd, row.noise, row.size)
    return Begun(start, row.until, frozenset(row.words))


def _said(reader: Reader, span: tuple[int, int]) -> dict[object, list[Said]]:
    """Return the verdicts of the readings with these keys and those between, by answer."""
    from evenhand.studies.drift import Said

    rows = VerdictRow.objects.filter(
        answer__reading__panel=reader.panel,
        answer__reading__panel_version=reader.version,
        answer__reading__pk__range=span,
        answer__sitting__application__pack=reader.pack,
        answer__sitting__application__opening__organisation=reader.organisation,
    ).order_by("answer", "dimension", "judge")
    found: dict[object, list[Said]] = defaultdict(list)
    for answer, judge, dimension, level, claimed, ungrounded in rows.values_list(
        "answer_id", "judge", "dimension", "level", "claimed", "ungrounded"
    ).iterator(chunk_size=5000):
        found[answer].append(Said(judge, dimension, level, claimed, ungrounded))
    return found


def _counted(reader: Reader, span: tuple[int, int]) -> dict[object, dict[str, tuple[float, float]]]:
    """Return seconds and money of each judge's calls, by answer, of the same readings."""
    rows = (
        JudgeCall.objects.filter(
            # A panel on trial has read the same answers, and is no part of what is charted.
            kind=JudgeCall.Kind.ANSWER,
            answer__reading__panel=reader.panel,
            answer__reading__panel_version=reader.version,
            answer__reading__pk__range=span,
            answer__sitting__application__pack=reader.pack,
            answer__sitting__application__opening__organisation=reader.organisation,
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
        reading.pk,
    )

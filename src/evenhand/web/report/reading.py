"""One answer with its verdicts as the report shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any

from evenhand.hiring.models import AnswerScore, KeptAside, VerdictRow
from evenhand.hiring.probes.reading import SEAM, probe_named
from evenhand.measure import Outlier
from evenhand.rubric import Indicator, Pack

from . import words
from .evidence import segments
from .following import follow_up_says
from .material import AnswerMaterial, Material
from .shape import (
    AnswerPart,
    Aside,
    FlagNote,
    FollowUpPart,
    IndicatorLine,
    Interval,
    JudgeLine,
    Quote,
    Reading,
    Shown,
)

_SHOWN: dict[int, Shown] = {0: "not_shown", 1: "partly", 2: "shown"}


def answer_part(number: int, material: AnswerMaterial, whole: Material) -> AnswerPart:
    """Return one answer as the report shows it; indicators are numbered through the answer."""
    answer, pack = material.answer, whole.pack
    left_out = tuple(one for one in whole.left_out if one.task == answer.prompt)
    prompt = pack.prompt(answer.prompt)
    readings: list[Reading] = []
    for dimension in prompt.dimensions:
        first = 1 + sum(len(reading.indicators) for reading in readings)
        readings.append(_reading(dimension, first, material, pack, left_out))
    lines = [line for reading in readings for line in reading.indicators]
    flags = material.reading.flags if material.reading else []
    return AnswerPart(
        number=number,
        prompt=prompt.id,
        question=prompt.text,
        text=answer.text,
        words=len(answer.text.split()),
        segments=segments(answer.text, in_part(lines, follow_up=False)),
        readings=tuple(readings),
        flags=tuple(FlagNote(flag["code"], flag["detail"]) for flag in flags),
        redacted=words.redacted(
            [one["kind"] for one in material.reading.redacted] if material.reading else []
        ),
        aside=_aside(material.aside),
        follow_up=_follow_up(material, pack, lines),
        follow_up_says=follow_up_says(material.choice, pack, asks=whole.application.opening.probes),
    )


def _aside(rows: Sequence[KeptAside]) -> tuple[Aside, ...]:
    return tuple(Aside(row.get_why_display(), row.text, row.kept_at) for row in rows)


def _follow_up(
    material: AnswerMaterial, pack: Pack, lines: Sequence[IndicatorLine]
) -> FollowUpPart | None:
    follow_up = material.follow_up
    if follow_up is None:
        return None
    return FollowUpPart(
        probe=follow_up.prompt,
        question=probe_named(pack, follow_up.prompt).text,
        text=follow_up.text,
        words=len(follow_up.text.split()),
        segments=segments(follow_up.text, in_part(lines, follow_up=True)),
        aside=_aside(material.follow_up_aside),
    )


def in_part(lines: Sequence[IndicatorLine], *, follow_up: bool) -> list[IndicatorLine]:
    """Return the lines with those of their quotes that stand in the answer, or in the follow-up."""
    return [
        replace(line, quotes=tuple(q for q in line.quotes if q.in_follow_up is follow_up))
        for line in lines
    ]


def panel_mark(marks: Iterable[int | None]) -> Shown:
    """Return what a panel says of an indicator: the middle mark of the judges that could tell.

    Of two middle marks the lower one counts: what is in doubt is not called shown.
    """
    told = [mark for mark in marks if mark is not None]
    return _SHOWN[median_low(told)] if told else "cannot_tell"


def _reading(
    dimension: str,
    first: int,
    material: AnswerMaterial,
    pack: Pack,
    left_out: Sequence[Outlier],
) -> Reading:
    verdicts = sorted(
        (row for row in material.verdicts if row.dimension == dimension), key=lambda row: row.judge
    )
    levels = [row.level for row in verdicts if row.level is not None]
    score = next((row for row in material.scores if row.dimension == dimension), None)
    about = pack.dimension(dimension)
    far = {one.rater: words.left_out(one.z) for one in left_out if one.dimension == dimension}
    return Reading(
        dimension=dimension,
        name=about.name,
        level=_interval(score),
        judges=tuple(
            JudgeLine(
                judge=row.judge,
                level=row.level,
                distribution=tuple(row.distribution) if row.distribution else None,
                reason=row.reason,
                left_out=far.get(row.judge, ""),
            )
            for row in verdicts
        ),
        spread=max(levels) - min(levels) if len(levels) > 1 else None,
        agreement=words.agreement(levels, len(verdicts)) if verdicts else "",
        indicators=tuple(
            _indicator(number, indicator, verdicts, material)
            for number, indicator in enumerate(about.indicators, start=first)
        )
        if verdicts
        else (),
    )


def _interval(score: AnswerScore | None) -> Interval | None:
    if score is None or score.level is None:
        return None
    if score.sd is None or score.low is None or score.high is None:
        raise ValueError(f"score of answer {score.answer_id}: a level without its interval")
    return Interval(score.level, score.sd, score.low, score.high)


def _indicator(
    number: int, about: Indicator, verdicts: Sequence[VerdictRow], material: AnswerMaterial
) -> IndicatorLine:
    begins = len(material.answer.text) + len(SEAM)
    by = tuple((row.judge, row.marks[about.id]) for row in verdicts if about.id in row.marks)
    return IndicatorLine(
        number=number,
        id=about.id,
        says=about.says,
        red_flag=about.kind == "red_flag",
        shown=panel_mark(mark for _, mark in by),
        by=by,
        quotes=tuple(
            _quote(row.judge, quote, begins if material.follow_up else None)
            for row in verdicts
            for quote in row.quotes
            if quote["indicator"] == about.id
        ),
    )


def _quote(judge: str, quote: dict[str, Any], begins: int | None) -> Quote:
    """Return a quote in its own text; judges read the follow-up from `begins` on."""
    start, end = quote["start"], quote["end"]
    if begins is None or start < begins:
        return Quote(judge, quote["text"], start, end)
    return Quote(judge, quote["text"], start - begins, end - begins, in_follow_up=True)

"""From rows to feedback: no query, no clock, the same feedback for the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.hiring.anchors.models import RATERS
from evenhand.hiring.feedback.queries import contests_of, feedback_of
from evenhand.hiring.models import AnchorRating, Application, Contest, EstimateRow, KeptAside
from evenhand.hiring.models import Feedback as Release
from evenhand.hiring.probes.reading import probe_named
from evenhand.measure.values import OVERALL
from evenhand.rubric import Pack
from evenhand.web.report.material import AnswerMaterial, Material, gather
from evenhand.web.report.raters import rounds_of
from evenhand.web.report.words import redacted

from . import words
from .contest_lines import contest_line
from .seeing import seen_in
from .shape import (
    DimensionPart,
    Feedback,
    KeptText,
    Level,
    OwnAnswer,
    OwnFollowUp,
    RoundLine,
)

_UNREAD = 1e-6
"""Reliability up to which an estimate rests on nothing but what is assumed of everyone."""


@dataclass(frozen=True)
class Given:
    """The rows behind one candidate's feedback.

    Attributes:
        material: Those of the report.
        release: None before the release.
        contests: With their readings and moves.
        people: Ratings of answers that two people have rated, by answer.
    """

    material: Material
    release: Release | None
    contests: Sequence[Contest]
    people: dict[object, list[AnchorRating]]


def gather_feedback(application: Application) -> Given:
    """Read everything that a candidate's feedback shows.

    Args:
        application: With its opening and its sitting.
    """
    people: dict[object, list[AnchorRating]] = defaultdict(list)
    ratings = AnchorRating.objects.filter(
        anchor__answer__sitting__application=application, anchor__locked=RATERS
    )
    for rating in ratings.select_related("anchor"):
        people[rating.anchor.answer_id].append(rating)
    return Given(
        gather(application), feedback_of(application), contests_of(application), dict(people)
    )


def build_feedback(given: Given) -> Feedback:
    """Return what a candidate is shown."""
    material = given.material
    application, opening = material.application, material.application.opening
    rows = {row.dimension: row for row in material.estimates}
    asked = [one for one in material.pack.dimensions if _is_put(one.id, material)]
    read = any(row.reliability > _UNREAD for name, row in rows.items() if name != OVERALL)
    overall = rows.get(OVERALL)
    return Feedback(
        application=str(application.pk),
        opening=opening.title,
        released_at=given.release.released_at if given.release else None,
        estimated_at=overall.estimated_at if overall else None,
        confidence=opening.confidence,
        overall=_level(overall) if overall and read else None,
        dimensions=tuple(_dimension(one.id, given, rows.get(one.id)) for one in asked),
        not_asked=tuple(one.name for one in material.pack.dimensions if one not in asked),
        rounds=_rounds(material),
        answers=tuple(_answer(number, one, material.pack) for number, one in _numbered(material)),
        contests=tuple(contest_line(one, application) for one in given.contests),
        contest_until=given.release.contest_until if given.release else None,
        provisional=overall is not None and overall.provisional,
        is_example=opening.is_example,
    )


def _numbered(material: Material) -> list[tuple[int, AnswerMaterial]]:
    return list(enumerate(material.answers, start=1))


def _is_put(dimension: str, material: Material) -> bool:
    """Return whether a question on it was put, in writing or in a live round."""
    if any(rating.dimension == dimension for rating in material.ratings):
        return True
    prompts = (material.pack.prompt(one) for one in material.sitting.prompts)
    return any(dimension in prompt.dimensions for prompt in prompts)


def _level(row: EstimateRow) -> Level:
    says = words.level(row.mean, row.low, row.high, row.confidence)
    return Level(row.mean, row.low, row.high, says)


def _dimension(name: str, given: Given, row: EstimateRow | None) -> DimensionPart:
    material = given.material
    about = material.pack.dimension(name)
    rated = any(rating.dimension == name for rating in material.ratings)
    level = _level(row) if row is not None and rated else None
    answers = [
        (number, one)
        for number, one in _numbered(material)
        if name in material.pack.prompt(one.answer.prompt).dimensions
    ]
    seen = seen_in(about, material.pack, answers, given.people)
    after = None if level is None else min(max(round(level.mean), 1), 5) + 1
    if after is not None and after > len(about.levels):
        after = None
    return DimensionPart(
        id=name,
        name=about.name,
        raters_ask=about.asks,
        level=level,
        shown=seen.shown,
        against=seen.against,
        not_seen=seen.not_seen,
        next_level=after,
        next_says=about.levels[after - 1] if after else "",
        levels=tuple(about.levels),
    )


def _rounds(material: Material) -> tuple[RoundLine, ...]:
    return tuple(
        RoundLine(one.name, one.models, one.people, one.says) for one in rounds_of(material)
    )


def _answer(number: int, material: AnswerMaterial, pack: Pack) -> OwnAnswer:
    reading = material.reading
    codes = dict.fromkeys(flag["code"] for flag in reading.flags) if reading else {}
    return OwnAnswer(
        number=number,
        question=pack.prompt(material.answer.prompt).text,
        text=material.answer.text,
        follow_up=_follow_up(material, pack),
        remarks=tuple(str(words.REMARKS[code]) for code in codes if code in words.REMARKS),
        redacted=redacted([one["kind"] for one in reading.redacted] if reading else []),
        aside=_aside(material.aside),
    )


def _follow_up(material: AnswerMaterial, pack: Pack) -> OwnFollowUp | None:
    given = material.follow_up
    if given is None:
        return None
    asked = probe_named(pack, given.prompt).text
    return OwnFollowUp(asked, given.text, _aside(material.follow_up_aside))


def _aside(rows: Sequence[KeptAside]) -> tuple[KeptText, ...]:
    return tuple(KeptText(one.get_why_display(), one.text) for one in rows)

"""From rows to a report: no query, no clock, the same report for the same rows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evenhand.hiring.models import EstimateRow, Sitting
from evenhand.hiring.openings.services import ROUND
from evenhand.measure import Rating, contributions, sources
from evenhand.measure.values import OVERALL

from . import words
from .leaning import leaning
from .material import Material
from .outlook import focus_lines, focus_minutes
from .raters import questions_of, rounds_of
from .readers import read_by, why_not_active
from .reading import answer_part
from .rounds import narrowed
from .shape import (
    DimensionLine,
    Doubt,
    Event,
    Interval,
    Made,
    Narrowed,
    Report,
    Share,
    State,
)

_UNREAD = 1e-6
"""Reliability up to which an estimate rests on nothing but what is assumed of everyone."""


def build(material: Material) -> Report:
    """Return the report that the page, the JSON and the PDF show.

    The answers are left out until the sitting is submitted: they are still the candidate's.
    """
    application, opening = material.application, material.application.opening
    state = _state(material)
    lines = _lines(material) if state in ("scored", "live") else ()
    overall = next((line for line in lines if line.id == OVERALL), None)
    dimensions = tuple(line for line in lines if line.id != OVERALL)
    read = any(line.reliability > _UNREAD for line in dimensions)
    return Report(
        application=str(application.pk),
        code=str(application.code),
        opening=opening.title,
        state=state,
        headline=words.headline(
            overall,
            bar=opening.bar,
            state="not_scored" if state == "being_scored" and application.withdrawn_at else state,
            read=read,
        ),
        upshot=words.upshot(overall) if overall and read else "",
        leaning=leaning(material, overall.level.mean) if overall and read else "",
        bar=opening.bar,
        confidence=opening.confidence,
        read=read,
        overall=overall,
        dimensions=dimensions,
        focus=focus_lines(material, dimensions),
        focus_minutes=focus_minutes(material.pack),
        answers=tuple(
            answer_part(number, answer, material)
            for number, answer in enumerate(material.answers, start=1)
        ),
        rounds=rounds_of(material) if state in ("scored", "live") else (),
        made=_made(material),
        scored_at=material.sitting.scored_at,
        withdrew=words.withdrew(application),
        is_example=opening.is_example,
    )


def _state(material: Material) -> State:
    state = material.sitting.state
    if state == Sitting.State.SCORED:
        return "scored"
    if state == Sitting.State.SUBMITTED:
        return "being_scored"
    return "live" if material.estimates else "not_submitted"


def _lines(material: Material) -> tuple[DimensionLine, ...]:
    rows = {row.dimension: row for row in material.estimates}
    order = [*(dimension.id for dimension in material.pack.dimensions), OVERALL]
    rounds = narrowed(material)
    return tuple(
        _line(rows[name], material, rounds.get(name, ())) for name in order if name in rows
    )


def _line(row: EstimateRow, material: Material, rounds: tuple[Narrowed, ...]) -> DimensionLine:
    opening = material.application.opening
    level = Interval(row.mean, row.sd, row.low, row.high)
    if row.dimension == OVERALL:
        name, asks, anchor, put, asked = _("Overall"), "", "", True, bool(material.ratings)
    else:
        about = material.pack.dimension(row.dimension)
        name, asks = about.name, about.asks
        anchor = about.levels[min(max(round(row.mean), 1), 5) - 1]
        asked = any(rating.dimension == row.dimension for rating in material.ratings)
        prompts = (material.pack.prompt(prompt) for prompt in material.sitting.prompts)
        put = asked or any(row.dimension in prompt.dimensions for prompt in prompts)
    standing = words.standing_of(level, opening.bar, asked=asked)
    return DimensionLine(
        id=row.dimension,
        name=name,
        asks=asks,
        put=put,
        asked=asked,
        level=level,
        p_bar=row.p_bar,
        reliability=row.reliability,
        standing=standing,
        says=words.standing(standing, asked=asked, put=put),
        anchor=anchor,
        shares=_shares(material, row.dimension),
        doubts=(doubts := _doubts(material, row.dimension)),
        doubt_says=words.doubt(doubts),
        rounds=rounds,
    )


def _shares(material: Material, dimension: str) -> tuple[Share, ...]:
    components = material.origin.components
    if components is None or not material.ratings:
        return ()
    summands = contributions(material.ratings, components, dimension, weights=material.pack.weights)
    return tuple(_share(material, s.source, s.rating, s.share) for s in summands)


def _doubts(material: Material, dimension: str) -> tuple[Doubt, ...]:
    components = material.origin.components
    if components is None:
        return ()
    split = sources(material.ratings, components, dimension, weights=material.pack.weights)
    return tuple(Doubt(one.kind, one.share) for one in split)


def _share(material: Material, source: str, rating: Rating | None, share: float) -> Share:
    if rating is None:
        return Share("scale" if source == "scale" else "prior", None, None, None, None, share)
    about = material.pack.dimension(rating.dimension).name
    met = "" if rating.round == ROUND else material.pack.round(rating.round).name
    return Share(
        source="rating",
        task=rating.task,
        dimension=about,
        rater=rating.rater,
        level=rating.level,
        share=share,
        round=rating.round,
        asked=_asked(material, rating.task),
        who=words.rater(rating.rater, human=rating.rater_kind == "human", met=met),
    )


def _asked(material: Material, task: str) -> str:
    """Return a question as the report names it: a written one by its number."""
    written = [one.answer.prompt for one in material.answers]
    if task in written:
        return words.question(written.index(task) + 1)
    return questions_of(material.pack).get(task, task)


def _made(material: Material) -> Made:
    reading = next((a.reading for a in material.answers if a.reading is not None), None)
    estimate = next(iter(material.estimates), None)
    judges = sorted({row.judge for answer in material.answers for row in answer.verdicts})
    components = material.origin.components
    return Made(
        pack=material.pack.name,
        pack_version=material.pack.version,
        pack_hash=material.pack.hash,
        panel=reading.panel if reading else "",
        panel_version=reading.panel_version if reading else "",
        read_by=read_by(material.readers, judges),
        read_instead=why_not_active(material.readers),
        components_version=estimate.components_version if estimate else "",
        components_source=components.source if components else "",
        components_at=material.origin.fitted_at,
        provisional=estimate is None or estimate.provisional,
        golden_label=material.pack.golden_label,
        events=tuple(Event(e.seq, e.at, e.action) for e in material.events),
    )

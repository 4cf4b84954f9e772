"""What the next rounds should spend their minutes on."""

from __future__ import annotations

from collections.abc import Sequence

from evenhand.measure import FocusStep, Option, focus
from evenhand.rubric import Pack, live_questions

from . import words
from .material import Material
from .shape import DimensionLine, FocusLine

_LATER = ("final", "peer")


def focus_minutes(pack: Pack) -> int:
    """Return the minutes of the rounds that are still to come."""
    return sum(round_.minutes for round_ in pack.rounds if round_.id in _LATER)


def focus_lines(material: Material, dimensions: Sequence[DimensionLine]) -> tuple[FocusLine, ...]:
    """Return the questions of the later rounds, the one that removes most doubt a minute first."""
    components = material.origin.components
    if components is None or not dimensions:
        return ()
    # The report ranks what tells most, whatever everyone is asked; probes are the interviewer's.
    options = [
        Option(question.task, question.dimensions, question.minutes, question.round)
        for question in live_questions(material.pack)
        if not question.follows
    ]
    steps = focus(material.ratings, components, options, focus_minutes(material.pack))
    lines = {line.id: line for line in dimensions}
    return tuple(_line(step, material.pack, lines[step.dimension]) for step in steps)


def _line(step: FocusStep, pack: Pack, dimension: DimensionLine) -> FocusLine:
    prompt = pack.prompt(step.task)
    return FocusLine(
        prompt=prompt.id,
        question=prompt.text,
        round=pack.round(prompt.round).name,
        minutes=step.minutes,
        gain_per_minute=step.gain_per_minute,
        dimension=dimension.name,
        sd_before=step.sd_before,
        sd_after=step.sd_after,
        reason=words.focus_reason(
            dimension=dimension.name,
            put=dimension.put,
            asked=dimension.asked,
            standing=dimension.standing,
            before=step.sd_before,
            after=step.sd_after,
        ),
    )

"""Contests as their candidate, the recruiter and the auditor see them."""

from __future__ import annotations

from evenhand.hiring.anchors.models import RATERS
from evenhand.hiring.models import Application, Contest, Move
from evenhand.hiring.openings.packs import pack_of
from evenhand.measure.values import OVERALL
from evenhand.rubric import Pack

from . import words
from .shape import ContestLine, Level, MoveLine


def contest_line(contest: Contest, application: Application) -> ContestLine:
    """Return how far a contest is, or what came of it.

    Args:
        contest: With its readings, their answers and anchors, and its moves.
        application: Whose it is, with opening and sitting.
    """
    pack = pack_of(application.pack_id)
    numbers = {prompt: number for number, prompt in enumerate(application.sitting.prompts, start=1)}
    readings = list(contest.readings.all())
    confidence = application.opening.confidence
    moves = [_move(one, pack, confidence) for one in _to_show(contest)]
    if contest.state == Contest.State.SETTLED:
        says = words.settled([m.name for m in moves if m.beyond_chance], figures=bool(moves))
    else:
        anchors = {one.anchor_id: one.anchor for one in readings}
        given = sum(anchor.locked for anchor in anchors.values())
        says = words.contest_state(contest.state, given, RATERS * len(anchors))
    return ContestLine(
        state=contest.state,
        opened_at=contest.opened_at,
        settled_at=contest.settled_at,
        about=tuple(
            words.part(numbers[one.answer.prompt], pack.dimension(one.dimension).name)
            for one in readings
        ),
        reason=contest.reason,
        says=says,
        moves=tuple(moves),
    )


def _to_show(contest: Contest) -> list[Move]:
    """Return how the contested dimensions moved, and overall."""
    wanted = {*(one.dimension for one in contest.readings.all()), OVERALL}
    return [one for one in contest.moves.all() if one.dimension in wanted]


def _move(move: Move, pack: Pack, confidence: float) -> MoveLine:
    before, after = (
        Level(mean, low, high, words.level(mean, low, high, confidence))
        for mean, low, high in (
            (move.before, move.before_low, move.before_high),
            (move.after, move.after_low, move.after_high),
        )
    )
    return MoveLine(
        name=words.name_of(move.dimension, pack),
        before=before,
        after=after,
        beyond_chance=move.beyond_chance,
        says=words.move(move.before, move.after, move.beyond_chance),
    )

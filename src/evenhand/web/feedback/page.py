"""What the template of the feedback is given: the feedback, and its pictures beside the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import words
from .pictures import level_picture, title_of
from .shape import ContestLine, DimensionPart, Evidence, Feedback, MoveLine


@dataclass(frozen=True)
class DimensionView:
    """One dimension with its picture, empty where it has no level, and where evidence stands."""

    part: DimensionPart
    picture: SafeString
    shown: tuple[tuple[Evidence, str], ...]
    against: tuple[tuple[Evidence, str], ...]


@dataclass(frozen=True)
class ContestView:
    """A contest with a picture of each move."""

    line: ContestLine
    moves: tuple[tuple[MoveLine, SafeString], ...]


def context(feedback: Feedback) -> dict[str, Any]:
    """Return the variables of `feedback/body.html`."""
    overall = feedback.overall
    return {
        "feedback": feedback,
        "overall_picture": level_picture(overall, name="overall", title=title_of(_("Overall")))
        if overall
        else "",
        "dimensions": [_dimension(part) for part in feedback.dimensions],
        "contests": [contest_view(one, f"c{n}") for n, one in enumerate(feedback.contests)],
        "read": words.read(),
        "times": words.times(feedback.confidence),
        "is_not": words.is_not(),
        "remarks_lead": words.remarks_lead(),
        "provisional": words.provisional() if feedback.provisional else "",
    }


def contest_view(line: ContestLine, name: str) -> ContestView:
    """Return a contest with its pictures; `name` makes them unique on the page."""
    return ContestView(
        line,
        tuple(
            (
                move,
                level_picture(
                    move.after, earlier=move.before, name=f"{name}-{n}", title=title_of(move.name)
                ),
            )
            for n, move in enumerate(line.moves)
        ),
    )


def _dimension(part: DimensionPart) -> DimensionView:
    picture = SafeString("")
    if part.level is not None:
        picture = level_picture(part.level, name=f"level-{part.id}", title=title_of(part.name))
    return DimensionView(part, picture, _placed(part.shown), _placed(part.against))


def _placed(found: Sequence[Evidence]) -> tuple[tuple[Evidence, str], ...]:
    return tuple((one, words.where(one.questions, partly=one.partly)) for one in found)

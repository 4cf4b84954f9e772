"""The feedback on paper. The template is `feedback.typ`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evenhand.hiring.moments import in_words
from evenhand.web.ui.typeset import breakable, typeset

from . import words
from .pictures import level_picture, said, title_of
from .shape import ContestLine, DimensionPart, Evidence, Feedback, Level, OwnAnswer

_TEMPLATE: Final = Path(__file__).with_name("feedback.typ")
_WIDTH: Final = 300


def pdf(feedback: Feedback) -> bytes:
    """Return the feedback as a PDF file."""
    return typeset(_TEMPLATE, paper(feedback))


def paper(feedback: Feedback) -> dict[str, Any]:
    """Return what the template prints: words and numbers, ready to be set."""
    day = feedback.released_at
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": _("Your feedback · %(opening)s") % {"opening": feedback.opening},
        "example": _("Example data: this person does not exist.") if feedback.is_example else "",
        "released": in_words(day, "j F Y") if day else "",
        "overall": _level(feedback.overall, _("Overall")),
        "read": words.read(),
        "is_not": words.is_not(),
        "provisional": words.provisional() if feedback.provisional else "",
        "rounds": [f"{one.name}: {one.says}" for one in feedback.rounds],
        "dimensions": [_dimension(part) for part in feedback.dimensions],
        "not_asked": ", ".join(feedback.not_asked),
        "contests": [_contest(one) for one in feedback.contests],
        "answers": [_answer(one) for one in feedback.answers],
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "overall": _("Over all dimensions"),
        "nothing": _("No answer could be read, so there is no level."),
        "read": _("How to read a level"),
        "is_not": _("What a level is not"),
        "rounds": _("What it rests on"),
        "asks": _("Raters ask themselves:"),
        "no_level": _("No answer on this could be read, so there is no level."),
        "shown": _("What your answers showed"),
        "against": _("Read in your answers, and counted against the level"),
        "not_seen": _("What would have shown more"),
        "not_seen_note": _("It was not seen in the text. That does not say that you cannot do it."),
        "next": _("What to try next"),
        "not_asked": _("Not asked so far"),
        "contests": _("What you contested"),
        "answers": _("Your answers, word for word"),
        "remarks": _(
            "A person was asked to look at this. It is no accusation and changed no level."
        ),
        "empty": _("(no text was given)"),
        "page": _("page"),
    }


def _level(level: Level | None, name: str) -> dict[str, str] | None:
    if level is None:
        return None
    return {
        "says": level.says,
        "picture": level_picture(level, name="level", title=title_of(name), width=_WIDTH),
        "alt": said(name, level),
    }


def _dimension(part: DimensionPart) -> dict[str, Any]:
    ahead = _("An answer at level %(level)d: %(says)s")
    return {
        "name": part.name,
        "asks": part.raters_ask,
        "level": _level(part.level, part.name),
        "shown": [_evidence(one) for one in part.shown],
        "against": [_evidence(one) for one in part.against],
        "not_seen": list(part.not_seen),
        "next": ahead % {"level": part.next_level, "says": part.next_says}
        if part.next_level
        else "",
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "says": one.says,
        "where": words.where(one.questions, partly=one.partly),
        "quotes": [breakable(quote) for quote in one.quotes],
    }


def _contest(line: ContestLine) -> dict[str, Any]:
    return {
        "about": "; ".join(line.about),
        "reason": breakable(line.reason),
        "says": line.says,
        "moves": [
            f"{said(move.name, move.before)} → {said(move.name, move.after)}. {move.says}"
            for move in line.moves
        ],
    }


def _answer(answer: OwnAnswer) -> dict[str, Any]:
    follow_up = answer.follow_up
    return {
        "title": _("Question %(number)d") % {"number": answer.number},
        "question": answer.question,
        "text": breakable(answer.text),
        "follow_up": None
        if follow_up is None
        else {"question": follow_up.question, "text": breakable(follow_up.text)},
        "remarks": list(answer.remarks),
        "redacted": answer.redacted,
        "aside": [
            {"title": _("Also kept: %(why)s") % {"why": one.why}, "text": breakable(one.text)}
            for one in (*answer.aside, *(follow_up.aside if follow_up else ()))
        ],
    }

"""The decider's page on paper: the report with what was decided and why set before it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from evenhand.hiring.decisions.advising import costs_of
from evenhand.hiring.decisions.models import Statement
from evenhand.hiring.models import Decision, Proposal
from evenhand.hiring.moments import in_words
from evenhand.web.report.pdf import paper, printed
from evenhand.web.ui.charts import number
from evenhand.web.ui.typeset import breakable

from . import words
from .cards import CardNotes
from .grounds import Grounds


def pdf(known: Grounds) -> bytes:
    """Return the page as a PDF file."""
    return printed(paper(known.report) | {"decision": _decision(known)})


def _decision(known: Grounds) -> dict[str, Any]:
    return {
        "said_title": _("What was decided"),
        "said": [_said(one, known) for one in known.said]
        + [_proposed(one, known) for one in known.proposals],
        "undecided": "" if known.said else _("Nothing is decided yet."),
        "moved": known.moved,
        **_advice(known),
        "lean_title": _("Your lean"),
        "lean_reason": breakable(known.lean.reason),
        "rests_title": _("What it rests on"),
        "rests_heads": [_("Dimension"), *known.round_names],
        "rests": [[one.dimension, *map(str, one.counts)] for one in known.rests],
        "cards_title": _("What interviewers wrote down"),
        "cards": [_card(one) for one in known.cards],
        "no_notes": _("Nothing was noted."),
    }


def _advice(known: Grounds) -> dict[str, Any]:
    advised, opening = known.advised, known.application.opening
    heads = [_("Act"), _("Expected cost"), _("What it is the cost of")]
    if advised is None:
        return {"advice": "", "advice_says": [], "costs_heads": heads, "costs": [], "lean_says": ""}
    says = advised.says
    return {
        "advice": words.advice(says),
        "advice_says": [
            _("Information for your decision. Nothing follows from it by itself."),
            words.why(says, advised.estimate, opening.bar),
            words.costs(costs_of(opening)),
            words.hour(),
        ],
        "costs_heads": heads,
        "costs": [[line.act, line.cost, line.why] for line in words.cost_lines(says)],
        "lean_says": words.lean_beside(
            known.lean,
            advised.estimate.p_bar,
            after_figures=known.lean.decider_id in known.after_figures,
        ),
    }


def _said(one: Decision, known: Grounds) -> dict[str, str]:
    marks = [_("revised later")] if one.replaced_at else []
    marks += [_("other than recommended")] if one.overrides else []
    marks += _marks(one, known)
    return {
        "title": " · ".join([one.get_outcome_display(), *marks]),
        "by": f"{one.by}, {in_words(one.at, 'DATETIME_FORMAT')}",
        "reason": breakable(one.reason),
    }


def _marks(one: Statement, known: Grounds) -> list[str]:
    return [words.after_figures()] if one.by_id in known.after_figures else []


def _proposed(one: Proposal, known: Grounds) -> dict[str, str]:
    said = _("Proposal, without effect: %(outcome)s") % {"outcome": one.get_outcome_display()}
    return {
        "title": " · ".join([said, *_marks(one, known)]),
        "by": f"{one.by}, {in_words(one.at, 'DATETIME_FORMAT')}",
        "reason": breakable(one.reason),
    }


def _card(one: CardNotes) -> dict[str, Any]:
    late = one.after_figures
    return {
        "title": " · ".join([one.round, *([words.card_after_figures()] if late else [])]),
        "levels": "; ".join(f"{name} {number(level)}" for name, level in one.levels),
        "corrections": [
            _("%(name)s: %(before)s, corrected to %(after)s after locking: %(reason)s")
            % {
                "name": made.dimension,
                "before": "–" if made.before is None else number(made.before),
                "after": number(made.after),
                "reason": breakable(made.reason),
            }
            for made in one.corrections
        ],
        "notes": [
            {"question": note.question or _("On the whole"), "text": breakable(note.text)}
            for note in one.notes
        ],
    }

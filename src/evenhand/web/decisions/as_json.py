"""The decider's page as JSON, format `evenhand-decision/1`; docs/decider.md describes every field.

What is added to the format later gets a new name; what is taken away or changes its meaning raises
the number. As in the report there is no name and no address, before and after the decision.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evenhand.hiring.decisions.advising import Advised
from evenhand.hiring.decisions.models import Statement
from evenhand.hiring.models import Opening
from evenhand.web.report import as_json as report_as_json

from . import words
from .grounds import Grounds

FORMAT = "evenhand-decision/1"


def plain(known: Grounds) -> dict[str, Any]:
    """Return what the page shows as values that `json` and Django's encoder can write."""
    application, lean = known.application, known.lean
    return {
        "format": FORMAT,
        "application": str(application.pk),
        "code": application.code,
        "opening": application.opening.title,
        "advice": _advice(known.advised, application.opening) if known.advised else None,
        "lean": {
            "lean": lean.lean,
            "chance": lean.chance,
            "reason": lean.reason,
            "stated_at": lean.stated_at,
            "after_figures": lean.decider_id in known.after_figures,
        },
        "moved": known.moved,
        "decisions": [
            {"number": one.number, "replaced_at": one.replaced_at, **_statement(one, known)}
            for one in known.said
        ],
        "proposals": [{"met": one.met.number, **_statement(one, known)} for one in known.proposals],
        "rests": [
            {
                "dimension": one.dimension,
                "rounds": [
                    {"name": name, "ratings": n}
                    for name, n in zip(known.round_names, one.counts, strict=True)
                ],
            }
            for one in known.rests
        ],
        "interviews_to_come": known.to_come,
        "scorecards": [
            {
                "round": card.round,
                "after_figures": card.after_figures,
                "levels": [{"dimension": name, "level": level} for name, level in card.levels],
                "corrections": [asdict(one) for one in card.corrections],
                "notes": [asdict(note) for note in card.notes],
            }
            for card in known.cards
        ],
        "report": report_as_json.plain(known.report),
    }


def _advice(advised: Advised, opening: Opening) -> dict[str, Any]:
    says = advised.says
    return {
        "advises": says.advises,
        "because": says.because,
        "says": words.advice(says),
        "why": words.why(says, advised.estimate, opening.bar),
        "p_bar": advised.estimate.p_bar,
        "threshold": says.threshold,
        "costs": {
            "false_advance": opening.cost_false_advance,
            "false_reject": opening.cost_false_reject,
        },
        "expected": {
            "advance": says.advance,
            "look_closer": says.look_closer,
            "not_advance": says.not_advance,
        },
        "minutes": says.minutes,
    }


def _statement(one: Statement, known: Grounds) -> dict[str, Any]:
    return {
        "outcome": one.outcome,
        "reason": one.reason,
        "chance": one.chance,
        "by": str(one.by),
        "at": one.at,
        "lean_after_figures": one.by_id in known.after_figures,
        "advised": one.advised,
        "because": one.because,
        "overrides": one.overrides,
        "p_bar": one.p_bar,
        "cost_false_advance": one.cost_false_advance,
        "cost_false_reject": one.cost_false_reject,
    }

"""Sentences that several compliance pages share."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evenhand.hiring.compliance.card import Card, JudgeFacts
from evenhand.hiring.judging.queries import DEFAULT
from evenhand.web.judging.words import stands_in

EMBEDDED = {
    "attention": gettext_lazy("all words together, by the sentence encoder taught to rate"),
    "bids": gettext_lazy("flags words to whoever rates, and leaves to people what rests on such"),
    "claims": gettext_lazy("leaves an answer to people for what it claims"),
    "coverage": gettext_lazy("which behaviours of the rubric the sentences come close to"),
    "embedding": gettext_lazy("the sense of the whole, by sentence embeddings"),
    "faults": gettext_lazy("leaves an answer to people that seems wrong, hollow or astray"),
    "features": gettext_lazy("signs of substance, without any word of it"),
    "regression": gettext_lazy("sense, wording and signs together"),
    "wording": gettext_lazy("the vocabulary of the whole"),
}
STAGES = {
    "decision": gettext_lazy("Decision by a person: advance"),
    "hired": gettext_lazy("Hired, as imported"),
    "figures": gettext_lazy("Figures: more likely than not at or above the bar"),
}


def panel_reads(card: Card) -> str:
    """Return which panel reads."""
    return _("The panel “%(name)s” reads each answer, without being told who wrote it:") % {
        "name": card.panel
    }


def in_place(card: Card) -> str:
    """Return what rates where the panel has no judge of its own that could read."""
    if card.panel == DEFAULT:
        return _("People rate the answers; no model does.")
    return stands_in(card.panel, card.why_not)


def person_decides() -> str:
    """Return who decides."""
    return _(
        "A flag or a figure turns nobody down. People read the answers and the report, hold "
        "the interviews, and decide with a written reason."
    )


def judge_line(judge: JudgeFacts) -> str:
    """Return one judge in words."""
    if judge.host:
        return _("%(name)s: %(model)s at %(host)s") % {
            "name": judge.name, "model": judge.model, "host": judge.host,
        }  # fmt: skip
    does = str(EMBEDDED.get(judge.name, judge.kind))
    return _("%(name)s, on this machine: %(does)s") % {"name": judge.name, "does": does}


def decimal(value: float | None, digits: int = 2) -> str:
    """Return a figure; a dash where there is none."""
    return "–" if value is None else number_format(round(value, digits) + 0.0, digits)


def count(value: Any) -> str:
    """Return a count as a page shows it."""
    return number_format(value, 0, force_grouping=True)

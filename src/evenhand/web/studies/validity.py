"""The validity study of an opening: the one page that conventional signals are shown on."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.signals.services import kind_name, validity_of
from evenhand.hiring.studies.queries import ADVANCE, WRITTEN, outcomes_of
from evenhand.studies.validity import FEWEST, FEWEST_BOTH, Compared, Found, Validity
from evenhand.web.judging.words import figure
from evenhand.web.staff.access import own_opening, staff_page
from evenhand.web.ui.figures import share

from .words import share_between, told


@staff_page
@require_safe
@never_cache
def validity(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show score and signals beside an outcome; figures of many, and nobody by themselves."""
    opening = own_opening(request, opening_id)
    outcomes = list(outcomes_of(opening))
    wanted = request.GET.get("outcome", "")
    chosen = wanted if wanted in outcomes else next(iter(outcomes), None)
    context: dict[str, object] = {
        "room": "validity",
        "opening": opening,
        "outcomes": [(name, outcome_name(name)) for name in outcomes],
        "chosen": chosen,
        "fewest": FEWEST,
        "fewest_both": FEWEST_BOTH,
    }
    if chosen is not None:
        result = validity_of(opening, chosen)
        context |= {
            "outcome": outcome_name(chosen),
            "people": result.people,
            "percent": share(result.confidence),
            "found": [_found_line(one) for one in result.found],
            "compared": [_compared_line(one) for one in result.compared],
            "share": _share(result),
        }
    return render(request, "studies/validity.html", context)


def outcome_name(name: str) -> str:
    """Return what an outcome is called on the page."""
    return _("Would people have advanced them?") if name == ADVANCE else name


def _name(kind: str, name: str) -> str:
    if kind == "score" and name == WRITTEN:
        return _("Our score of the written answers, as models rated them")
    return _("Our score, overall") if kind == "score" else f"{kind_name(kind)}: {name}"


def _found_line(one: Found) -> dict[str, object]:
    restricted = (
        _("%(u)s times wider among all %(n)d") % {"u": figure(one.u), "n": one.everyone}
        if one.u is not None
        else _("not restricted")
    )
    return {
        "name": _name(one.kind, one.name),
        "people": one.people,
        "r": told(one.r),
        "range": restricted if one.r.value is not None else "–",
        "corrected": told(one.corrected) if one.u is not None else "–",
    }


def _compared_line(one: Compared) -> dict[str, object]:
    return {
        "name": _name(one.kind, one.name),
        "people": one.people,
        "r_score": told(one.r_score),
        "r_signal": told(one.r_signal),
        "score_adds": told(one.score_adds, 3),
        "signal_adds": told(one.signal_adds, 3),
    }


def _share(result: Validity) -> str:
    """Say how much of the outcome's variance goes with the score; empty where not told."""
    r = result.found[0].r
    return "" if r.value is None else share_between(r)

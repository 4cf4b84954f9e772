"""Deciding: what is known of one person, what the figures speak for, and the decision itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.advising import Advised, advise, costs_of
from evenhand.hiring.decisions.queries import (
    decision_on,
    is_locked,
    lean_of,
)
from evenhand.hiring.decisions.services import decide
from evenhand.hiring.errors import DecidedMeanwhile, FiguresMoved, HiringError
from evenhand.hiring.feedback.queries import to_look_again
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.models import Application, Decision, Lean
from evenhand.hiring.record.viewing import note_view
from evenhand.studies.anchoring import View
from evenhand.web.report.blinding import blinded
from evenhand.web.report.build import build
from evenhand.web.report.material import Material, gather
from evenhand.web.report.page import context
from evenhand.web.staff.access import actor, me, own_application, staff_page

from . import words
from .cards import interviews_to_come, notes_of
from .forms import DecisionForm


@dataclass(frozen=True)
class Rests:
    """What the estimate of a dimension rests on: how many ratings of each round, and whose."""

    dimension: str
    counts: tuple[int, ...]


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show everything that a decision can rest on, and keep the decision."""
    application = own_application(request, application_id)
    user, now = me(request), timezone.now()
    lean = lean_of(user, application)
    if lean is None or is_blind(user, application):
        return redirect("lean", application.pk)
    # A form keeps what stood on the page it came from, so that a later one is not overlooked.
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                decide(
                    application=application,
                    outcome=form.cleaned_data["outcome"],
                    reason=form.cleaned_data["reason"],
                    chance=form.cleaned_data["chance"],
                    seen=form.seen(),
                    by=user,
                    now=now,
                )
            except HiringError as error:
                form.add_error(None, str(error))
                status = 409 if isinstance(error, DecidedMeanwhile | FiguresMoved) else 422
            else:
                messages.success(request, _("Your decision is recorded. Nobody was told of it."))
                return redirect("decision", application.pk)
    note_view(application, what="decision", by=actor(request), now=now)
    return render(
        request, "decisions/decision.html", _context(application, lean, form), status=status
    )


def _context(application: Application, lean: Lean, form: DecisionForm) -> dict[str, Any]:
    opening, locked = application.opening, is_locked(application)
    material = gather(application)
    if not locked:
        material = blinded(material, application.candidate)
    report, advised = build(material), advise(application)
    standing = decision_on(application)
    form = _now_standing(form, standing, advised)
    said = Decision.objects.filter(application=application).select_related("by").order_by("-number")
    return {
        **context(report),
        **(_advice(advised, application, lean) if advised else {}),
        "opening": opening,
        "application": application,
        "candidate": application.candidate if locked else None,
        "lean": lean,
        "costs": words.costs(costs_of(opening)),
        "round_names": [round_.name for round_ in material.pack.rounds],
        "rests": _rests(material),
        "cards": notes_of(application, levels=True),
        "to_come": interviews_to_come(application),
        "said": list(said),
        "standing": standing,
        "proposals": application.proposals.select_related("by", "met").order_by("at"),
        "mine": _mine(lean, standing),
        "look_again": to_look_again(application),
        "form": form,
    }


def _advice(advised: Advised, application: Application, lean: Lean) -> dict[str, Any]:
    says, bar = advised.says, application.opening.bar
    return {
        "advice": words.advice(says),
        "why": words.why(says, advised.estimate, bar),
        "cost_lines": words.cost_lines(says),
        "hour": words.hour(),
        "lean_says": words.lean_beside(lean, advised.estimate.p_bar),
    }


def _now_standing(
    form: DecisionForm, standing: Decision | None, advised: Advised | None
) -> DecisionForm:
    """Return the form for what stands now, with everything that was typed into it."""
    now = {
        "number": standing.number if standing else 0,
        "estimate": advised.estimate.pk if advised else 0,
    }
    if not form.is_bound:
        return DecisionForm(initial=now)
    form.data = {**{name: form.data.get(name) for name in form.data}, **now}
    return form


def _rests(material: Material) -> list[Rests]:
    """Return the number of ratings by dimension and round."""
    found = Counter((rating.dimension, rating.round) for rating in material.ratings)
    return [
        Rests(one.name, tuple(found[one.id, round_.id] for round_ in material.pack.rounds))
        for one in material.pack.dimensions
    ]


def _mine(lean: Lean, standing: Decision | None) -> str:
    """Return how far the decider's own view moved, once they have decided."""
    if standing is None or standing.by_id != lean.decider_id:
        return ""
    view = View(lean.chance / 100, standing.chance / 100, standing.p_bar)
    moved = round(100 * view.moved)
    figures = {"before": lean.chance, "after": standing.chance, "moved": abs(moved)}
    if moved > 0:
        said = _(
            "Your view went from %(before)s %% to %(after)s %%: %(moved)s points towards the panel."
        )
    elif moved < 0:
        said = _(
            "Your view went from %(before)s %% to %(after)s %%: %(moved)s points away from the "
            "panel."
        )
    else:
        said = _("Your view stayed where it was, at %(after)s %%.")
    return said % figures

"""Deciding: what is known of one person, what the figures speak for, and the decision itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.advising import Advised, costs_of
from evenhand.hiring.decisions.queries import lean_of
from evenhand.hiring.decisions.services import decide
from evenhand.hiring.errors import DecidedMeanwhile, FiguresMoved, HiringError
from evenhand.hiring.feedback.queries import to_look_again
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.models import Application, Decision, Lean
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.page import context
from evenhand.web.staff.access import actor, me, own_application, staff_page

from . import words
from .forms import DecisionForm
from .grounds import Grounds, grounds_of


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
    known = grounds_of(application, lean)
    return {
        **context(known.report),
        **(_advice(known.advised, known) if known.advised else {}),
        "opening": application.opening,
        "application": application,
        "candidate": application.candidate if known.locked else None,
        "known": known,
        "after_figures": words.after_figures(),
        "card_after_figures": words.card_after_figures(),
        "lean": lean,
        "costs": words.costs(costs_of(application.opening)),
        "look_again": to_look_again(application),
        "form": _now_standing(form, known.standing, known.advised),
    }


def _advice(advised: Advised, known: Grounds) -> dict[str, Any]:
    says, bar, lean = advised.says, known.application.opening.bar, known.lean
    return {
        "advice": words.advice(says),
        "why": words.why(says, advised.estimate, bar),
        "cost_lines": words.cost_lines(says),
        "hour": words.hour(),
        "lean_says": words.lean_beside(
            lean, advised.estimate.p_bar, after_figures=lean.decider_id in known.after_figures
        ),
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

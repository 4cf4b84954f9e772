"""What the judges cost for each candidate of an opening, and for one by answer and judge.

Judges that cost are asked where the others leave open on which side of the bar somebody stands. So
an account of one person goes by the rule of their figures, and so does whatever would be left of
the opening's sum beside the accounts of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import hidden_from, may_see_figures
from evenhand.hiring.judging.accounts import (
    Costs,
    calls_about,
    costs_of,
    months_of,
    read_by_month,
)
from evenhand.hiring.models import Application, Opening, User
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view
from evenhand.judges.llm.account import Account, Row, latency, parts
from evenhand.web.decisions.ranks import FEWEST_HIDDEN
from evenhand.web.report.views import hidden_page
from evenhand.web.staff.access import actor, me, own_application, own_opening, staff_page
from evenhand.web.templatetags.moments import month_name

from .costs import ROOM, Line, line_of, month_asked

PAGE: Final = 100
"""Candidates on one page of the list."""
WORDS: Final = 8
"""Of a question, by which its answer is told."""


@staff_page
@require_safe
@never_cache
def by_candidate(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show what each candidate of an opening cost in a month; all lines are the opening's sum."""
    opening = own_opening(request, opening_id)
    alone = Opening.objects.filter(pk=opening.pk)
    month, choices = month_asked(request, months_of(alone))
    found = costs_of(alone, month)
    there = {str(one.pk): one for one in Application.objects.filter(opening=opening)}
    hidden = _hidden(me(request), opening) & found.people
    held = _tells(hidden)
    shown = [one for pk, one in there.items() if pk in found.people and pk not in hidden]
    leaf = Paginator([] if held else shown, PAGE).get_page(request.GET.get("page"))
    people = list(leaf.object_list)
    note_view(opening, what=ROOM, by=actor(request), now=timezone.now(), applications=people)
    lines = [] if held else [_candidate(one, found) for one in people]
    together = _("Together") if leaf.paginator.num_pages == 1 else _("Together, on all pages")
    return render(
        request,
        "judging/opening_costs.html",
        {
            "room": ROOM,
            "opening": opening,
            "month": month,
            "choices": choices,
            "held": held,
            "page": leaf,
            "lines": [] if held else [*lines, *_others(found, hidden, there.keys())],
            "total": _line(together, [*found.rows, *found.gates]),
        },
    )


@staff_page
@require_safe
@never_cache
def of_candidate(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what one candidate cost, by answer, by judge and by month."""
    application, user = own_application(request, application_id), me(request)
    if not may_see_figures(user, application):
        return hidden_page(request, application)
    hidden, read = _hidden(user, application.opening), read_by_month(application.opening)
    own = str(application.pk)
    held = any(_tells(hidden & people) for people in read.values() if own in people)
    context: dict[str, object] = {"held": held}
    if not held:
        note_view(application, what=ROOM, by=actor(request), now=timezone.now())
        context |= _account(application, calls_about(application))
    return render(
        request,
        "judging/application_costs.html",
        {"room": ROOM, "opening": application.opening, "application": application, **context},
    )


def _hidden(user: User, opening: Opening) -> set[str]:
    hidden = hidden_from(user).filter(opening=opening)
    return {str(pk) for pk in hidden.values_list("pk", flat=True)}


def _tells(hidden: Set[str]) -> bool:
    """Return whether what is left of a sum beside all others tells of too few to be shown."""
    return 0 < len(hidden) < FEWEST_HIDDEN


def _candidate(one: Application, found: Costs) -> Line:
    withdrew = _("withdrew") if one.withdrawn_at else ""
    link = reverse("application-costs", args=[one.pk])
    return _line(one.code, found.by_candidate.get(str(one.pk), []), link, withdrew)


def _others(found: Costs, hidden: Set[str], there: Set[str]) -> list[Line]:
    """Return what is nobody's line: of those hidden, of those who are erased, canaries, gates."""
    erased = found.people - there
    lines = []
    if hidden:
        name = _("%(n)d candidates who are hidden from you still") % {"n": len(hidden)}
        lines.append(_line(name, _of(found, hidden)))
    if erased:
        name = ngettext(
            "%(n)d candidate who was erased", "%(n)d candidates who were erased", len(erased)
        )
        lines.append(_line(name % {"n": len(erased)}, _of(found, erased)))
    canaries = [row for row in found.rows if not row.place.candidate]
    if canaries:
        lines.append(_line(_("No candidate: canaries"), canaries))
    if found.gates:
        lines.append(_line(_("No candidate: gates"), found.gates))
    return lines


def _of(found: Costs, people: Set[str]) -> list[Row]:
    return [row for one in people for row in found.by_candidate.get(one, ())]


def _account(application: Application, rows: list[Row]) -> dict[str, object]:
    judges, months = parts(rows, "judge"), parts(rows, "month")
    return {
        "total": _line(_("Together"), rows),
        "by_answer": _answers(application, rows) if rows else [],
        "by_judge": [_line(name, judges[name]) for name in sorted(judges)],
        "by_month": [
            _line(month_name(name), months[name], _list_in(application, name))
            for name in sorted(months, reverse=True)
        ],
    }


def _answers(application: Application, rows: list[Row]) -> list[Line]:
    """Return a line for each question in the order that they were asked, and what is left."""
    pack, sitting = pack_of(application.pack_id), application.sitting
    answers = {prompt: str(pk) for pk, prompt in sitting.answers.values_list("pk", "prompt")}
    left = parts(rows, "answer")
    lines = []
    for number, prompt in enumerate(sitting.prompts, 1):
        question = Truncator(pack.prompt(prompt).text).words(WORDS)
        lines.append(_line(f"{number}. {question}", left.pop(answers.get(prompt, ""), [])))
    if left:
        dropped = [row for part in left.values() for row in part]
        lines.append(_line(_("None: readings that were thrown away"), dropped))
    return lines


def _list_in(application: Application, month: str) -> str:
    return f"{reverse('opening-costs', args=[application.opening_id])}?month={month}"


def _line(name: str, rows: Iterable[Row], link: str = "", note: str = "") -> Line:
    part = list(rows)
    return line_of(name, link, Account.of(part), latency(part), note)

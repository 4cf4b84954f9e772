"""Everybody in an opening: intervals, rank bands, P(top k), decisions; as a page and as CSV."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.models import Application, Opening, Role, Sitting
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.words import percent
from evenhand.web.staff.access import actor, me, own_opening, staff_page
from evenhand.web.staff.queries import versions_shown
from evenhand.web.ui.charts import mini_interval
from evenhand.web.ui.csv import csv_response
from evenhand.web.ui.figures import share

from .forms import CohortForm
from .people import Asking, Row, levels_of
from .ranks import ranks_for

PAGE = 100
"""People on one page."""
_SHORT = 4
"""Decimals of a figure in a file."""


@staff_page
@require_safe
@never_cache
def page(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the people that the filters ask for, a page at a time."""
    opening = own_opening(request, opening_id)
    form, asked = _asked(request, opening)
    now = timezone.now()
    ranks = ranks_for(opening, me(request), asked["top"], now)
    people = Asking(opening, me(request), ranks.ranking, asked)
    leaf = Paginator(people.ids(), PAGE).get_page(request.GET.get("page"))
    rows = people.rows(list(leaf.object_list))
    _note(request, opening, "cohort", rows)
    roles = roles_in(me(request), opening)
    return render(
        request,
        "decisions/cohort.html",
        {
            "opening": opening,
            "versions": versions_shown(opening),
            "form": form,
            "asked": asked,
            "page": leaf,
            "query": _without_page(request),
            "lines": [(row, _picture(row, opening), _words(row)) for row in rows],
            "ranks": ranks,
            "tops": ranks.ranking is None or ranks.ranking.people > asked["top"],
            "percent": share(opening.confidence),
            "decides": Role.DECIDER in roles,
            "recruits": Role.RECRUITER in roles,
            "audits": Role.AUDITOR in roles,
            "hidden": any(not row.shown for row in rows),
            "fits": len({row.fit for row in rows if row.fit}) > 1,
        },
    )


@staff_page
@require_safe
@never_cache
def as_csv(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Give everybody whom the filters ask for as CSV."""
    opening = own_opening(request, opening_id)
    _form, asked = _asked(request, opening)
    ranks = ranks_for(opening, me(request), asked["top"], timezone.now())
    rows = Asking(opening, me(request), ranks.ranking, asked).rows()
    _note(request, opening, "cohort.csv", rows)
    pack = pack_of(opening.pack_id)
    dimensions = [dimension.id for dimension in pack.dimensions]
    levels = levels_of(opening)
    header = [
        "candidate", "state", "decision", "level", "low", "high", "p_bar", "band", "rank_low",
        "rank_high", f"p_top_{asked['top']}",
        *(f"{name}_{what}" for name in dimensions for what in ("level", "low", "high")),
    ]  # fmt: skip
    none: tuple[None, None, None] = (None, None, None)
    lines = (
        [
            row.number, "withdrew" if row.withdrew else row.state,
            row.outcome or ("not_shown" if row.decided else ""),
            *map(_figure, (row.mean, row.low, row.high)),
            _figure(row.p_bar), row.band, row.rank_low, row.rank_high, _figure(row.top),
            *(
                _figure(value)
                for name in dimensions
                for value in (levels.get(row.id, {}).get(name, none) if row.shown else none)
            ),
        ]
        for row in rows
    )  # fmt: skip
    return csv_response("cohort.csv", header, lines)


def _asked(request: HttpRequest, opening: Opening) -> tuple[CohortForm, dict[str, Any]]:
    form = CohortForm(pack_of(opening.pack_id), request.GET if request.GET else None)
    return form, form.asked()


def _note(request: HttpRequest, opening: Opening, what: str, rows: list[Row]) -> None:
    shown = [Application(pk=row.id) for row in rows]
    note_view(opening, what=what, by=actor(request), now=timezone.now(), applications=shown)


def _without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _picture(row: Row, opening: Opening) -> SafeString:
    if row.mean is None or row.low is None or row.high is None:
        return SafeString("")
    return mini_interval(row.mean, row.low, row.high, bar=opening.bar, name=f"overall-{row.number}")


def _words(row: Row) -> dict[str, str]:
    return {
        "code": Application(number=row.number).code,
        "state": _("withdrew") if row.withdrew else str(Sitting.State(row.state).label),
        "chance": "" if row.p_bar is None else percent(row.p_bar),
        "top": "" if row.top is None else percent(row.top),
        "outcome": _outcome(row),
    }


def _outcome(row: Row) -> str:
    if row.outcome:
        return str(Outcome(row.outcome).label)
    return _("not shown yet") if row.decided else _("not decided")


def _figure(value: float | None) -> float | None:
    return None if value is None else round(value, _SHORT)

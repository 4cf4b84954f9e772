"""Openings: the list, one with its candidates, and a new one."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.anchors.queries import waiting_for
from evenhand.hiring.feedback.queries import waiting_in
from evenhand.hiring.models import Opening, Role, Sitting
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.studies.queries import waiting_for as opinions_wanted
from evenhand.web.ui.figures import share

from .access import actor, me, openings_of, own_opening, staff_page
from .forms import SettleForm
from .next_steps import steps_for
from .queries import (
    candidate_lines,
    candidates_of,
    fits_shown,
    open_requests,
    openings_with_counts,
    versions_shown,
)

PAGE = 100
"""Candidates on one page of the list."""


@staff_page
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the openings; the candidates at once where there is just one opening."""
    openings = openings_with_counts(me(request))
    if len(openings) == 1 and Role.RECRUITER in openings[0][1]:
        return _candidates(request, openings[0][0])
    to_rate = waiting_for(me(request)).count()
    to_say = opinions_wanted(me(request), openings_of(me(request))).count()
    shown = {"openings": openings, "to_rate": to_rate, "to_say": to_say}
    return render(request, "staff/home.html", shown)


@staff_page
@require_safe
@never_cache
def opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show an opening with its candidates."""
    return _candidates(request, own_opening(request, opening_id))


def _candidates(request: HttpRequest, opening: Opening) -> HttpResponse:
    page = Paginator(candidates_of(opening), PAGE).get_page(request.GET.get("page"))
    applications, now = list(page.object_list), timezone.now()
    requests = list(open_requests(opening))
    shown = {*applications, *(asked.sitting.application for asked in requests)}
    note_view(opening, what="candidates", by=actor(request), now=now, applications=shown)
    lines = candidate_lines(opening, applications, me(request), now)
    waiting = [(asked, SettleForm(auto_id=f"{asked.pk}-%s")) for asked in requests]
    return render(
        request,
        "staff/opening.html",
        {
            "opening": opening,
            "page": page,
            "lines": lines,
            "waiting": waiting,
            "steps": steps_for(opening, lines),
            "percent": share(opening.confidence),
            "fits": fits_shown(opening),
            "contests": waiting_in(opening),
            "versions": versions_shown(opening),
            # The list is fetched anew until nobody in it is waiting for the judges.
            "busy": any(
                line.state == Sitting.State.SUBMITTED and line.application.withdrawn_at is None
                for line in lines
            ),
            "version": " ".join(
                f"{line.state}{line.flags}{line.decision or ''}{line.application.withdrawn_at}"
                for line in lines
            ),
        },
    )

"""What the loop costs in interviewers' minutes, by opening and month, beside what was planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import hidden_from
from evenhand.hiring.errors import PackGone
from evenhand.hiring.models import Opening, Role
from evenhand.hiring.scheduling.costs import (
    PLANNED,
    SAME_GO,
    Held,
    Plan,
    Spent,
    coming,
    held_in,
    plans_of,
    spent,
    whole_loops,
)
from evenhand.hiring.scheduling.hires import hires_in
from evenhand.web.staff.access import me, openings_of, openings_open_to, staff_page


@dataclass(frozen=True)
class MonthLine:
    """One opening in one month."""

    opening: Opening
    month: date
    spent: Spent


@staff_page
@require_safe
@never_cache
def minutes(request: HttpRequest) -> HttpResponse:
    """Show the minutes of all openings that one may see, or of one of them."""
    mine = list(openings_open_to(request))
    chosen = next((one for one in mine if str(one.pk) == request.GET.get("opening")), None)
    openings = [chosen] if chosen else mine
    hidden = hidden_from(me(request)).filter(opening__in=openings)
    held, hires = held_in(openings), hires_in(openings, hidden)
    whole = whole_loops(held)
    return render(
        request,
        "scheduling/minutes.html",
        {
            "mine": mine,
            "chosen": chosen,
            "sets_times": chosen in openings_of(me(request), (Role.RECRUITER,)),
            "hides": hidden.exists(),
            "total": spent(held, hires.total()),
            "whole": whole,
            "lines": _by_month(openings, held, hires),
            "coming": coming(openings),
            "plans": _plans(openings),
            "planned": PLANNED,
            "over": _difference(whole.taken_per_candidate),
            "hours": round(SAME_GO.total_seconds() / 3600),
            "zone": timezone.get_current_timezone_name(),
        },
    )


def _by_month(
    openings: list[Opening], held: list[Held], hires: Counter[tuple[UUID, date]]
) -> list[MonthLine]:
    groups: dict[tuple[UUID, date], list[Held]] = defaultdict(list, {key: [] for key in hires})
    for one in held:
        groups[one.opening, one.month].append(one)
    by_id = {one.pk: one for one in openings}
    lines = [
        MonthLine(by_id[pk], month, spent(rows, hires[pk, month]))
        for (pk, month), rows in groups.items()
    ]
    return sorted(lines, key=lambda line: (line.opening.title, line.opening.pk, line.month))


def _plans(openings: list[Opening]) -> list[Plan]:
    try:
        return plans_of(openings)
    except PackGone:
        return []


def _difference(taken: float | None) -> tuple[str, float] | None:
    """Return whether whole loops took less or more than planned, and by how many minutes."""
    if taken is None:
        return None
    return ("less", PLANNED - taken) if taken < PLANNED else ("more", taken - PLANNED)

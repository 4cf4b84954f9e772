"""The concordance study of an opening: figures, plots and the list of disagreements."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import shown_to
from evenhand.hiring.models import Application, DisagreementNote, Opening, Role
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.studies.queries import (
    concordance_of,
    judge_name,
    opinions_of,
    waiting_for,
)
from evenhand.hiring.studies.written import written_estimates
from evenhand.studies.concordance import (
    FEWEST,
    FEWEST_EACH,
    FEWEST_EACH_SLOPE,
    FEWEST_GAP,
    FEWEST_LEVEL,
    Concordance,
)
from evenhand.web.staff.access import actor, me, openings_of, own_opening, staff_page
from evenhand.web.ui.csv import csv_response
from evenhand.web.ui.figures import share

from .pictures import calibration_plot, curve_plot, roc_plot
from .words import ceiling_lines, figure_lines

LISTED = 100
"""Disagreements on the page; the download has all of them."""
HEADER = (
    "candidate", "level", "low", "high", "p_bar", "judge", "advance", "sure", "blind", "source",
    "date", "who_was_right",
)  # fmt: skip


@staff_page
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Show the openings whose studies one may see, and how many opinions are asked of one."""
    user = me(request)
    openings = openings_of(user, (Role.RECRUITER, Role.AUDITOR))
    return render(
        request,
        "studies/index.html",
        {
            "room": "studies",
            "openings": openings.annotate(opinions=Count("applications__opinions")),
            "waiting": waiting_for(user, openings_of(user)).count(),
        },
    )


@staff_page
@require_safe
@never_cache
def concordance(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the study; whoever stands in its list of disagreements is in the record as seen.

    It is made of those alone whose figures may be shown to who looks.
    """
    opening = own_opening(request, opening_id)
    shown = shown_to(me(request), opening)
    result = concordance_of(opening, shown)
    lines = _lines(opening, result)
    note_view(
        opening,
        what="concordance",
        by=actor(request),
        now=timezone.now(),
        applications=[application for application, *_rest in lines],
    )
    parts = result.parts
    context: dict[str, object] = {
        "room": "concordance",
        "opening": opening,
        "result": result,
        "percent": share(opening.confidence),
        "advanced": share(result.advanced) if result.decisions else "",
        "figures": figure_lines(result) if result.decisions else [],
        "ceiling": ceiling_lines(result),
        "not_blind": opinions_of(opening).filter(blind=False, application__in=shown).count(),
        "hides": opening.applications.exclude(pk__in=shown.values("pk")).exists(),
        "fewest": FEWEST,
        "fewest_each": FEWEST_EACH,
        "fewest_slope": FEWEST_EACH_SLOPE,
        "fewest_level": FEWEST_LEVEL,
        "fewest_gap": FEWEST_GAP,
        "lines": lines,
        "more": len(result.disagreements) - len(lines),
    }
    if parts is not None:
        context |= {
            "parts": parts,
            "roc": roc_plot(result, parts),
            "calibration": calibration_plot(parts),
            "curve": curve_plot(parts),
            "roc_rows": parts.roc[1:: max(len(parts.roc) // 20, 1)],
        }  # fmt: skip
    return render(request, "studies/concordance.html", context)


@staff_page
@require_safe
@never_cache
def as_csv(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Hand out the opinions beside the score, a line each; without a name.

    Of whom the figures may not be shown yet to who asks, there is no line.
    """
    opening = own_opening(request, opening_id)
    told = opinions_of(opening).filter(application__in=shown_to(me(request), opening))
    opinions = list(told.select_related("application"))
    shown = {one.application for one in opinions}
    note_view(
        opening,
        what="concordance.csv",
        by=actor(request),
        now=timezone.now(),
        applications=shown,
    )
    scores = written_estimates(opening, shown_to(me(request), opening))
    right = _right(opening)
    rows = []
    for one in opinions:
        score = scores.get(one.application_id)
        figures = (
            [round(value, 4) for value in (score.mean, score.low, score.high, score.p_bar)]
            if score
            else [None] * 4
        )
        rows.append(
            [
                one.application.number,
                *figures,
                judge_name(one),
                "yes" if one.advance else "no",
                one.sure,
                "yes" if one.blind else "no",
                one.source,
                timezone.localdate(one.at).isoformat(),
                right.get(one.application_id, ""),
            ]
        )
    return csv_response("opinions.csv", HEADER, rows)


def _lines(
    opening: Opening, result: Concordance
) -> list[tuple[Application, str, str, str, str, str]]:
    """Return the disagreements as the page lists them, most surprising first."""
    listed = result.disagreements[:LISTED]
    people = Application.objects.in_bulk([UUID(one.candidate) for one in listed])
    names = {
        f"user:{one.judge_id}" if one.judge_id else one.label: judge_name(one)
        for one in opinions_of(opening)
    }
    right = _right(opening)
    labels = dict(DisagreementNote.Right.choices)
    return [
        (
            people[UUID(one.candidate)],
            share(one.p_bar),
            ", ".join(names[name] for name in one.advance) or _("nobody"),
            ", ".join(names[name] for name in one.not_advance) or _("nobody"),
            f"{one.surprise:.1f}",
            str(labels.get(right.get(UUID(one.candidate), ""), "")),
        )
        for one in listed
    ]


def _right(opening: Opening) -> dict[UUID, str]:
    """Return who was right by application: the latest note counts."""
    notes = DisagreementNote.objects.filter(application__opening=opening).order_by("at", "pk")
    return dict(notes.values_list("application_id", "right"))

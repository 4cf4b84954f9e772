"""Two to six people side by side, dimension by dimension on one scale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.calibration.choosing import fitted_at
from evenhand.hiring.decisions.queries import shown_to
from evenhand.hiring.models import Application, EstimateRow, Opening
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.scoring.estimates import ratings_of_all
from evenhand.measure.ranking import p_above
from evenhand.measure.values import OVERALL
from evenhand.web.report.words import fit, percent
from evenhand.web.staff.access import actor, me, own_opening, staff_page
from evenhand.web.staff.queries import versions_shown
from evenhand.web.ui.charts import DotRow, dot_plot
from evenhand.web.ui.figures import share

FEWEST, MOST = 2, 6
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Part:
    """One dimension, or overall: everybody's interval on one scale, and who is likely ahead.

    Attributes:
        cells: for each person their code, estimate and P(at or above the bar) in words.
        ahead: for each pair, the code of who is more likely ahead, of the other, and how likely.
    """

    id: str
    name: str
    plot: SafeString
    cells: tuple[tuple[str, EstimateRow, str], ...]
    ahead: tuple[tuple[str, str, str], ...]


@staff_page
@require_safe
@never_cache
def page(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show those who are chosen and may be shown; the others are named with what is missing."""
    opening = own_opening(request, opening_id)
    numbers = sorted({int(n) for n in request.GET.getlist("who") if _NUMBER.fullmatch(n)})
    chosen = list(Application.objects.filter(opening=opening, number__in=numbers[: MOST + 1]))
    shown = set(shown_to(me(request), opening).values_list("pk", flat=True)) if chosen else set()
    scored = {
        row.application_id
        for row in EstimateRow.objects.filter(
            application__in=chosen, dimension=OVERALL, superseded_at__isnull=True
        )
    }
    people = [one for one in chosen if one.pk in shown and one.pk in scored]
    enough = len(people) >= FEWEST and len(chosen) <= MOST
    if enough:
        note_view(
            opening, what="comparison", by=actor(request), now=timezone.now(), applications=people
        )
    rows = _rows(people) if enough else []
    versions = {row.components_version for row in rows}
    dates = fitted_at(versions, opening.organisation_id)
    return render(
        request,
        "decisions/compare.html",
        {
            "opening": opening,
            "versions": versions_shown(opening),
            "people": people,
            "to_lean": [one for one in chosen if one.pk not in shown],
            "unscored": [one for one in chosen if one.pk in shown and one.pk not in scored],
            "enough": enough,
            "fewest": FEWEST,
            "most": MOST,
            "parts": _parts(opening, people, rows),
            "fits": sorted(fit(one, dates.get(one)) for one in versions),
            "percent": share(opening.confidence),
        },
    )


def _rows(people: Sequence[Application]) -> list[EstimateRow]:
    return list(EstimateRow.objects.filter(application__in=people, superseded_at__isnull=True))


def _parts(
    opening: Opening, people: Sequence[Application], rows: Sequence[EstimateRow]
) -> list[Part]:
    if not rows:
        return []
    pack = pack_of(opening.pack_id)
    by_place = {(row.dimension, row.application_id): row for row in rows}
    names = [(OVERALL, _("Overall")), *((one.id, one.name) for one in pack.dimensions)]
    asked = {(one.dimension, one.candidate) for one in ratings_of_all(_those(people))}
    everybody = {(OVERALL, str(one.pk)) for one in people}
    return [
        _part(
            opening,
            id_,
            name,
            [(one.code, by_place[id_, one.pk]) for one in people],
            [(id_, str(one.pk)) in asked | everybody for one in people],
        )
        for id_, name in names
        if all((id_, one.pk) in by_place for one in people)
    ]


def _those(people: Sequence[Application]) -> QuerySet[Application]:
    return Application.objects.filter(pk__in=[one.pk for one in people])


def _part(
    opening: Opening,
    id_: str,
    name: str,
    rows: Sequence[tuple[str, EstimateRow]],
    asked: Sequence[bool],
) -> Part:
    plot = dot_plot(
        [
            DotRow(code, row.mean, row.low, row.high, was_asked)
            for (code, row), was_asked in zip(rows, asked, strict=True)
        ],
        bar=opening.bar,
        name=f"compare-{id_}",
        title=_("%(dimension)s: levels with their intervals") % {"dimension": name},
    )
    return Part(
        id_,
        name,
        plot,
        tuple((code, row, percent(row.p_bar)) for code, row in rows),
        tuple(_ahead(one, other) for one, other in combinations(rows, 2)),
    )


def _ahead(one: tuple[str, EstimateRow], other: tuple[str, EstimateRow]) -> tuple[str, str, str]:
    (code, row), (code_2, row_2) = one, other
    chance = p_above((row.mean, row.sd, row.level_sd), (row_2.mean, row_2.sd, row_2.level_sd))
    if chance < 0.5:
        return code_2, code, percent(1 - chance)
    return code, code_2, percent(chance)

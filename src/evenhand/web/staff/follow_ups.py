"""What follow-ups did in an opening: how often they were asked, and what they changed, by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.openings.packs import packs_sat
from evenhand.hiring.probes.effects import Effects, effects_in
from evenhand.measure.values import OVERALL
from evenhand.rubric import Pack
from evenhand.rubric.asking import WRITTEN
from evenhand.studies.probing import FEWEST, Cell, Range, by_group, by_prompt
from evenhand.web.ui.figures import share

from .access import own_opening, staff_page


@dataclass(frozen=True)
class Line:
    """One row of a table: figures in words, or that there are too few people."""

    name: str
    people: int
    asked: str
    change: str


@staff_page
@require_safe
@never_cache
def follow_ups(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the study of one opening; it names nobody, and says nothing of few."""
    opening = own_opening(request, opening_id)
    packs, found = packs_sat(opening), effects_in(opening)
    return render(
        request,
        "staff/follow_ups.html",
        {
            "opening": opening,
            "fewest": FEWEST,
            "percent": share(opening.confidence),
            "prompts": [
                _line(_text_of(str(cell.group), packs), cell)
                for cell in by_prompt(found.chances, confidence=opening.confidence)
            ],
            "groups": _groups(found, opening.confidence),
            "dimensions": _dimensions(found, packs, opening.confidence),
            "reasons": found.reasons.most_common(),
            "left_out": found.left_out,
        },
    )


def _groups(found: Effects, confidence: float) -> list[Line]:
    everyone = dict.fromkeys(found.extended, _("everyone"))
    by_time = {
        person: _("extra time granted") if extended else _("usual time")
        for person, extended in found.extended.items()
    }
    overall = found.changes.get(OVERALL, [])
    return [
        _line(str(cell.group), cell)
        for groups in (everyone, by_time)
        for cell in by_group(found.chances, overall, groups, confidence=confidence)
    ]


def _text_of(prompt: str, packs: Sequence[Pack]) -> str:
    """Return the text of a question in the latest version that asks it."""
    texts = (one.text for pack in packs for one in pack.prompts if one.id == prompt)
    return next(texts, prompt)


def _dimensions(found: Effects, packs: Sequence[Pack], confidence: float) -> list[Line]:
    lines: list[Line] = []
    known = {d.id: d for pack in reversed(packs) for d in pack.dimensions}
    covered = dict.fromkeys(name for pack in packs for name in pack.round(WRITTEN).dimensions)
    for name in covered:
        dimension, changes = known[name], found.changes.get(name, [])
        everyone = dict.fromkeys((change.person for change in changes), "")
        cells = by_group([], changes, everyone, confidence=confidence)
        lines.extend(_line(dimension.name, cell) for cell in cells)
    return lines


def _line(name: str, cell: Cell) -> Line:
    return Line(name, cell.people, _share(cell.asked), _change(cell.change))


def _share(found: Range | None) -> str:
    if found is None:
        return _("too few to say")
    shares = [share(figure, 1) for figure in (found.value, found.low, found.high)]
    return _("%(at)s (%(low)s to %(high)s)") % dict(zip(("at", "low", "high"), shares, strict=True))


def _change(found: Range | None) -> str:
    if found is None:
        return _("too few to say")
    levels = [f"{figure:+.2f}" for figure in (found.value, found.low, found.high)]
    return _("%(at)s (%(low)s to %(high)s)") % dict(zip(("at", "low", "high"), levels, strict=True))

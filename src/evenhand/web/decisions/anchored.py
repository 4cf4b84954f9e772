"""How far views moved after the figures were shown: a decider's own, or an opening's."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.decisions.queries import views_of
from evenhand.hiring.models import Role
from evenhand.hiring.openings.team import roles_in
from evenhand.studies.anchoring import FEWEST, anchoring
from evenhand.web.staff.access import me, own_opening, staff_page
from evenhand.web.ui.figures import share


@staff_page
@require_safe
@never_cache
def page(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the mean movement towards the panel with its interval, where there is enough to say."""
    opening, user = own_opening(request, opening_id), me(request)
    roles = roles_in(user, opening)
    parts = []
    if Role.AUDITOR in roles:
        parts.append(("everybody", views_of(opening)))
    if Role.DECIDER in roles:
        parts.append(("own", views_of(opening, decider=user)))
    return render(
        request,
        "decisions/anchoring.html",
        {
            "opening": opening,
            "parts": [
                (whose, len(views), anchoring(views, confidence=opening.confidence))
                for whose, views in parts
            ],
            "fewest": FEWEST,
            "percent": share(opening.confidence),
        },
    )

"""What leaves this machine, panel by panel, and how often it did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evenhand.hiring.judging.outside import endpoints_of, sent_by_month
from evenhand.hiring.judging.standing import standing_of
from evenhand.web.staff.access import me, openings_of, staff_page

from .queries import READERS, packs_of, runs_open_to, tries_counted_for
from .words import stands_in


@staff_page
@require_safe
@never_cache
def outside(request: HttpRequest) -> HttpResponse:
    """List for each pack in use whom its panel asks, and the requests of each month."""
    user = me(request)
    mine = user.organisation_id
    packs = [
        (
            one,
            found.active,
            stands_in(found.active.name, found.why_not),
            endpoints_of(one.pk, mine),
        )
        for one in packs_of(user)
        for found in (standing_of(one.pk, mine),)
    ]
    openings = openings_of(user, READERS)
    sent = sent_by_month(openings, runs_open_to(user), tries_counted_for(user))
    return render(
        request, "judging/outside.html", {"room": "outside", "packs": packs, "sent": sent}
    )

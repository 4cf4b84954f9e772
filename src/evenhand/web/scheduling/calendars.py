"""An interviewer's own times, their hours, and the feed that their calendar reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.errors import FeedUnknown
from evenhand.hiring.models import Interview, Opening, Role
from evenhand.hiring.scheduling.feeds import address_of, feed_of, make_feed, read_feed, revoke_feed
from evenhand.hiring.scheduling.free import span
from evenhand.hiring.scheduling.load import load_of
from evenhand.web.staff.access import me, openings_of, staff_page


@staff_page
@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """Show when one's interviews are, how much that is, one's hours by opening, and the feed."""
    user, now = me(request), timezone.now()
    planned = (
        Interview.objects.filter(interviewer=user, state=Interview.State.PLANNED)
        .select_related("application__opening")
        .order_by("starts_at", "planned_at")
    )
    feed = feed_of(user)
    return render(
        request,
        "scheduling/calendar.html",
        {
            "coming": [(one, span(one)) for one in planned.filter(starts_at__gte=now)],
            "waiting": planned.filter(starts_at=None),
            "load": load_of([user], now)[user.pk],
            "openings": _interviewed_in(request),
            "address": address_of(feed) if feed else "",
            "zone": timezone.get_current_timezone_name(),
        },
    )


@staff_page
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make a feed; the one before stops working."""
    make_feed(user=me(request), now=timezone.now())
    messages.success(request, _("There is a new address; one from before no longer works."))
    return redirect("my-calendar")


@staff_page
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Stop the feed from working."""
    if revoke_feed(user=me(request), now=timezone.now()):
        messages.success(request, _("The address no longer works."))
    else:
        messages.error(request, _("There is no address to take back."))
    return redirect("my-calendar")


@require_safe
@never_cache
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar that asks by its owner's secret address."""
    try:
        body = read_feed(token, timezone.now())
    except FeedUnknown as error:
        return HttpResponse(str(error), status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _interviewed_in(request: HttpRequest) -> list[Opening]:
    return list(openings_of(me(request), (Role.INTERVIEWER,)))

"""What candidates see of what is kept about them: the notice they agreed to, and all their data."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from evenhand.hiring.privacy.exporting import personal_data
from evenhand.hiring.record.viewing import note_view
from evenhand.web.personal_data import as_file, as_page, left_out
from evenhand.web.sitting.notice import agreed_notice, later_notices
from evenhand.web.sitting.seat import Seat, seated


@require_GET
@seated
def notice(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show the notice as it was agreed to, with its version, the moment and its place in record."""
    agreed = agreed_notice(seat.sitting)
    if agreed is None:
        return redirect("sitting-start", seat.token)
    _note(seat, "own notice")
    return render(
        request,
        "sitting/notice.html",
        {"seat": seat, "agreed": agreed, "later": later_notices(seat.sitting)},
    )


@require_GET
@seated
def data(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show all that is kept, as a page to read."""
    if seat.is_started:
        return _later(request, seat)
    _note(seat, "personal data")
    found = personal_data(seat.sitting.application, seat.now, own=True)
    context = {
        "seat": seat,
        "parts": as_page(found),
        "left_out": left_out(found),
        "found": found,
    }
    return render(request, "sitting/data.html", context)


@require_GET
@seated
def data_file(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Return all that is kept as a JSON file."""
    if seat.is_started:
        return _later(request, seat)
    _note(seat, "personal data.json")
    return as_file(personal_data(seat.sitting.application, seat.now, own=True))


def _later(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    # What was said of the first answers would tell how to write the next ones.
    messages.info(request, _("Hand in first: then you see all that is kept about you."))
    return redirect("sitting-start", seat.token)


def _note(seat: Seat, what: str) -> None:
    application = seat.sitting.application
    note_view(application, what=what, by=f"candidate:{application.pk}", now=seat.now)

"""A candidate withdraws, is told what that means for what is kept, and may take it back."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evenhand.hiring.feedback.queries import feedback_of
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.interviews.queries import OPEN
from evenhand.hiring.openings.erasing import goes_at
from evenhand.hiring.openings.withdrawing import take_back, told_by, withdraw
from evenhand.hiring.sittings.models import Sitting
from evenhand.web.sitting.seat import Seat, seated
from evenhand.work.client import enqueue_scoring


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def withdrawing(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Ask whether it is meant and say what follows; once withdrawn, say what is kept, and for whom.

    A second click changes nothing.
    """
    application = seat.sitting.application
    if request.method != "POST":
        return _withdrawn(request, seat) if seat.is_withdrawn else _ask(request, seat)
    if "withdraw" in request.POST:
        withdraw(application=application, by_link=seat.invitation, now=seat.now)
    elif "take_back" in request.POST:
        _take_back(seat)
        messages.success(request, _("Your application goes on. It is good to have you back."))
        return redirect("sitting-start", seat.token)
    return redirect("sitting-withdraw", seat.token)


def _take_back(seat: Seat) -> None:
    sitting = seat.sitting
    with transaction.atomic():
        taken = take_back(application=sitting.application, now=seat.now)
        if taken and sitting.state == Sitting.State.SUBMITTED:
            # What the worker gave up meanwhile, its sweep asks for again.
            transaction.on_commit(partial(enqueue_scoring, str(sitting.pk)))


def _ask(request: HttpRequest, seat: Seat) -> HttpResponse:
    planned = Interview.objects.filter(application=seat.sitting.application, state__in=OPEN)
    ahead = planned.filter(starts_at__gt=seat.now).order_by("starts_at")
    context = {"seat": seat, "interviews": list(ahead), "planned": planned.exists()}
    return render(request, "sitting/withdraw.html", context)


def _withdrawn(request: HttpRequest, seat: Seat) -> HttpResponse:
    application = seat.sitting.application
    context = {
        "seat": seat,
        "was_recorded": bool(told_by(application)),
        "goes_at": goes_at(application),
        "given": feedback_of(application),
        "began": seat.sitting.started_at is not None,
    }
    return render(request, "sitting/withdrawn.html", context)

"""The candidate's pages before and after writing; the page of a question is in `writing.py`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evenhand.hiring.agreements.offers import Offer, offer_for
from evenhand.hiring.compliance.groups import asked_of
from evenhand.hiring.errors import HiringError
from evenhand.hiring.feedback.queries import feedback_of
from evenhand.hiring.openings.erasing import goes_at
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.sittings.services import ask_accommodation
from evenhand.hiring.sittings.services import begin as begin_sitting
from evenhand.web.sitting.forms import AskForm, ConsentForm
from evenhand.web.sitting.handing_in import hand_in
from evenhand.web.sitting.notice import (
    Agreed,
    Notice,
    agreed_notice,
    notice_again,
    notice_for,
)
from evenhand.web.sitting.pages import own_copy, questions_of, with_follow_ups
from evenhand.web.sitting.seat import Seat, seated, while_applying


def _start_page(request: HttpRequest, seat: Seat, form: ConsentForm) -> HttpResponse:
    offer = offer_for(seat.sitting)
    context = {"seat": seat, "notice": _notice(seat, offer), "form": form, "offer": offer}
    return render(request, "sitting/start.html", context, status=422 if form.errors else 200)


def _notice(seat: Seat, offer: Offer | None) -> Notice | Agreed:
    """Return the notice as it holds for this person, who may have begun before the models changed.

    Until they say yes to others, it is the one that they agreed to.
    """
    if offer is None:
        return notice_for(seat.sitting)
    if offer.said == "yes":
        return notice_again(seat.sitting, offer)
    agreed = agreed_notice(seat.sitting)
    return agreed if agreed is not None and agreed.text else notice_for(seat.sitting)


@require_GET
@seated
@while_applying
def start(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show what is asked, how it is scored and what is kept; no clock is running.

    Afterwards the same link leads to the feedback, and to the thank-you page before its release;
    that hands in what is still open although its time is over.
    """
    if feedback_of(seat.sitting.application) is not None:
        return redirect("feedback", seat.token)
    if seat.is_handed_in or seat.is_overdue:
        return redirect("sitting-done", seat.token)
    return _start_page(request, seat, ConsentForm())


@require_http_methods(["GET", "HEAD", "POST"])
@seated
@while_applying
def begin(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Record the consent and start the clock; a second click changes nothing.

    The address stays in the browser when the box was not ticked, so that somebody may come back to
    it: that leads to the first page and begins nothing.
    """
    if request.method != "POST":
        return redirect("sitting-start", seat.token)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _start_page(request, seat, form)
    if seat.is_handed_in:
        return redirect("sitting-done", seat.token)
    if feedback_of(seat.sitting.application) is not None:
        return redirect("feedback", seat.token)
    notice = notice_for(seat.sitting)
    begin_sitting(
        sitting=seat.sitting,
        notice_version=notice.version,
        consent=True,
        now=seat.now,
        told=notice.told,
    )
    return redirect("sitting-prompt", seat.token, 1)


@require_GET
@seated
@while_applying
def review(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show what is answered and what is still empty, before it is handed in."""
    if seat.is_handed_in or seat.is_overdue:
        return redirect("sitting-done", seat.token)
    if not seat.is_started:
        return redirect("sitting-start", seat.token)
    questions = questions_of(seat)
    empty = [question for question in questions if not question.text.strip()]
    parts = with_follow_ups(questions)
    context = {
        "seat": seat,
        "questions": questions,
        "parts": parts,
        "empty": empty,
        "offer": offer_for(seat.sitting),
    }
    return render(request, "sitting/review.html", context)


@require_POST
@seated
@while_applying
def submit(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Hand the answers in; a second click changes nothing."""
    if seat.is_started:
        hand_in(seat.sitting, seat.now)
    return redirect("sitting-done", seat.token)


@require_GET
@seated
@while_applying
def done(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Say thanks, what happens next, and show the candidate's own copy."""
    if seat.is_overdue:
        hand_in(seat.sitting, seat.now)
        seat.sitting.refresh_from_db()
    if seat.is_started:
        return redirect("sitting-review", seat.token)
    if not seat.is_handed_in:
        return redirect("sitting-start", seat.token)
    _note_own(seat, "own page")
    parts = with_follow_ups(questions_of(seat))
    given = feedback_of(seat.sitting.application)
    asks = bool(asked_of(seat.opening.organisation))
    context = {
        "seat": seat,
        "parts": parts,
        "given": given,
        "asks_groups": asks,
        "goes_at": goes_at(seat.sitting.application),
        "offer": offer_for(seat.sitting),
    }
    return render(request, "sitting/done.html", context)


def _note_own(seat: Seat, what: str) -> None:
    application = seat.sitting.application
    note_view(application, what=what, by=f"candidate:{application.pk}", now=seat.now)


@require_GET
@seated
def copy(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Return the candidate's own copy as a text file."""
    began = seat.sitting.started_at is not None
    if not (seat.is_handed_in or (seat.is_withdrawn and began)):
        return redirect("sitting-start", seat.token)
    _note_own(seat, "own copy")
    response = HttpResponse(own_copy(seat), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-answers.txt"'
    return response


@require_http_methods(["GET", "POST"])
@seated
@while_applying
def ask(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Ask for more time or another form, and see what was answered."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_accommodation(sitting=seat.sitting, now=seat.now, **form.cleaned_data)
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. Your request was sent."))
            return redirect("sitting-ask", seat.token)
    context = {"seat": seat, "form": form, "requests": seat.sitting.accommodations.all()}
    return render(request, "sitting/ask.html", context, status=422 if form.errors else 200)

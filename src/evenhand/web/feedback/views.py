"""The candidate's feedback in its three forms, and contesting it, behind their personal link."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from evenhand.hiring.errors import HiringError
from evenhand.hiring.feedback.contests import Contestable, contestable, open_contest
from evenhand.hiring.feedback.queries import feedback_of
from evenhand.hiring.record.viewing import note_view
from evenhand.web.sitting.seat import Seat, seated

from . import words
from .as_json import plain
from .build import build_feedback, gather_feedback
from .forms import ContestForm
from .page import context
from .pdf import pdf
from .shape import Feedback


@require_GET
@seated
def page(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Show the feedback; before it is released, the page that was there before."""
    feedback = _own(seat, "own feedback")
    if feedback is None:
        return redirect("sitting-done", seat.token)
    may_contest = _in_time(feedback, seat) and bool(contestable(seat.sitting.application))
    variables = {**context(feedback), "seat": seat, "may_contest": may_contest}
    return render(request, "feedback/feedback.html", variables)


@require_GET
@seated
def as_json(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Give the feedback as JSON, format `evenhand-feedback/1`."""
    feedback = _own(seat, "own feedback.json")
    if feedback is None:
        return redirect("sitting-done", seat.token)
    return JsonResponse(plain(feedback), json_dumps_params={"ensure_ascii": False})


@require_GET
@seated
def as_pdf(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Give the feedback as PDF."""
    feedback = _own(seat, "own feedback.pdf")
    if feedback is None:
        return redirect("sitting-done", seat.token)
    answer = HttpResponse(pdf(feedback), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="my-feedback.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def contest(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Let the candidate choose what two people are to rate again."""
    feedback = _own(seat, "own contest")
    if feedback is None:
        return redirect("sitting-done", seat.token)
    form = ContestForm(_choices(seat), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_contest(
                application=seat.sitting.application,
                parts=form.chosen(),
                reason=form.cleaned_data["reason"],
                now=seat.now,
            )
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. Two people will rate it again."))
            return redirect("feedback", seat.token)
    variables = {
        "seat": seat,
        "feedback": feedback,
        "form": form,
        "in_time": _in_time(feedback, seat),
    }
    return render(request, "feedback/contest.html", variables, status=422 if form.errors else 200)


def _own(seat: Seat, what: str) -> Feedback | None:
    """Record that the candidate looks, and return their feedback; None before its release."""
    application = seat.sitting.application
    if feedback_of(application) is None:
        return None
    note_view(application, what=what, by=f"candidate:{application.pk}", now=seat.now)
    return build_feedback(gather_feedback(application))


def _in_time(feedback: Feedback, seat: Seat) -> bool:
    return feedback.contest_until is not None and seat.now < feedback.contest_until


def _choices(seat: Seat) -> list[tuple[Contestable, str]]:
    numbers = {prompt: number for number, prompt in enumerate(seat.sitting.prompts, start=1)}
    return [
        (one, words.part(numbers[one.prompt], seat.pack.dimension(one.dimension).name))
        for one in contestable(seat.sitting.application)
    ]

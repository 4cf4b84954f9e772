"""From a question to what comes next: perhaps a follow-up, chosen while the candidate waits.

With a script the page of the question asks until it is told where to go; without one, a page that
loads itself again stands in between. Either way nobody waits longer than two seconds, and no
request waits at all, so that other people's saves are never behind it.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import LinkError
from evenhand.hiring.probes.queries import choices_of
from evenhand.hiring.probes.services import look, note_shown
from evenhand.web.sitting.going import finished, follow_up_page, is_due, onward
from evenhand.web.sitting.pages import questions_of
from evenhand.web.sitting.seat import Seat, seated, take_seat, while_applying
from evenhand.web.sitting.writing import Draft, keep_without_pack, page, save_form


@never_cache
@require_POST
def finish(request: HttpRequest, token: str, number: int) -> JsonResponse:
    """Go on from a question: `{waiting: true}`, or `{go}` with the follow-up's page or null.

    `?to=` names where the candidate is going, as the buttons of the page do. It never fails: who
    cannot be given a follow-up goes where they were going.
    """
    try:
        seat = take_seat(token, timezone.now())
    except LinkError:
        return JsonResponse({"go": None})
    if not seat.is_started or not 1 <= number <= len(seat.sitting.prompts):
        return JsonResponse({"go": None})
    choice = finished(seat, number)
    if choice is not None and choice.is_open:
        return JsonResponse({"waiting": True})
    due = is_due(choice, request.GET.get("to", ""), number, len(seat.sitting.prompts))
    return JsonResponse({"go": follow_up_page(seat, number) if due else None})


@require_http_methods(["GET", "POST"])
@seated
@while_applying
def follow_up(request: HttpRequest, seat: Seat, number: int) -> HttpResponseBase:
    """Show the follow-up to a question, or a page that waits for it; a POST saves the answer."""
    if not seat.is_started and not seat.is_handed_in:
        return redirect("sitting-start", seat.token)
    last = len(seat.sitting.prompts)
    if not 1 <= number <= last:
        raise Http404
    if request.method != "POST":
        if seat.is_handed_in or seat.is_overdue:
            return redirect("sitting-done", seat.token)
        prompt, to = seat.sitting.prompts[number - 1], request.GET.get("to", "")
        choice = look(sitting=seat.sitting, prompt=prompt, now=seat.now)
        if choice is not None and choice.is_open:
            context = {"seat": seat, "number": number, "to": to}
            return render(request, "sitting/choosing.html", context)
        if choice is None:
            return redirect("sitting-prompt", seat.token, number)
        if not choice.probe:
            return onward(seat, to, number, last=last)
        note_shown(choice, seat.now)
    if request.method == "POST":
        asked = choices_of(seat.sitting).get(seat.sitting.prompts[number - 1])
        if asked is not None and asked.probe:
            keep_without_pack(request, seat, asked.probe)
    questions = questions_of(seat)
    question = questions[number - 1].follow_up
    if question is None:
        raise Http404
    if request.method == "POST":
        return save_form(request, seat, questions, question)
    return page(request, seat, questions, question, Draft(question.text, question.revision))

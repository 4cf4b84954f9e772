"""The page of one question. It works as a plain form; the browser's own saving comes on top."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from secrets import token_hex

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evenhand.hiring.errors import PackGone, TextTooLong, TimeOver
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.sittings.autosave import Conflict, Saved, save
from evenhand.hiring.sittings.pace import SAVES
from evenhand.web.sitting.forms import AnswerForm
from evenhand.web.sitting.going import is_place, leave, onward
from evenhand.web.sitting.handing_in import hand_in
from evenhand.web.sitting.pages import Question, questions_of, with_follow_ups
from evenhand.web.sitting.payload import plain_lines, too_long
from evenhand.web.sitting.saving import too_fast
from evenhand.web.sitting.seat import Seat, seated, while_applying


def _new_tab() -> str:
    """Return the name of one rendered page: under it the server keeps one text of a conflict."""
    return f"form-{token_hex(8)}"


@dataclass(frozen=True)
class Draft:
    """What stands in the text field: the saved answer, or what was just sent and not taken.

    `revision` is what the text builds on. It stays outdated while a conflict is open, so that only
    a choice between its texts can overwrite the answer.
    """

    text: str
    revision: int
    tab: str = field(default_factory=_new_tab)
    error: str = ""
    conflict: Conflict | None = None
    status: int = 200


@require_http_methods(["GET", "POST"])
@seated
@while_applying
def prompt(request: HttpRequest, seat: Seat, number: int) -> HttpResponseBase:
    """Show one question; a POST saves the answer and goes where the button says."""
    if not seat.is_started and not seat.is_handed_in:
        return redirect("sitting-start", seat.token)
    if not 1 <= number <= len(seat.sitting.prompts):
        raise Http404
    if request.method == "POST":
        keep_without_pack(request, seat, seat.sitting.prompts[number - 1])
    questions = questions_of(seat)
    question = questions[number - 1]
    if request.method == "POST":
        return save_form(request, seat, questions, question)
    if seat.is_handed_in or seat.is_overdue:
        return redirect("sitting-done", seat.token)
    return page(request, seat, questions, question, Draft(question.text, question.revision))


def keep_without_pack(request: HttpRequest, seat: Seat, prompt: str) -> None:
    """Save what a plain form sent for a question that cannot be shown, before its page fails.

    Raises:
        PackGone: the pack cannot be opened; the text is kept, as the answer or beside it.
    """
    try:
        pack_of(seat.sitting.application.pack_id)
    except PackGone:
        form = AnswerForm(request.POST)
        if form.is_valid():
            sent = form.cleaned_data
            with suppress(TimeOver, TextTooLong):
                save(
                    sitting=seat.sitting,
                    prompt=prompt,
                    text=sent["text"],
                    base_revision=sent["base_revision"],
                    tab=sent["tab"] or _new_tab(),
                    replace=False,
                    now=seat.now,
                )
        raise


def page(
    request: HttpRequest, seat: Seat, questions: list[Question], question: Question, draft: Draft
) -> HttpResponse:
    """Show a question or a follow-up with what stands in its text field."""
    context = {
        "seat": seat,
        "questions": questions,
        "parts": with_follow_ups(questions),
        "question": question,
        "before": questions[question.number - 1] if question.is_follow_up else None,
        "draft": draft,
        "is_last": question.number == len(questions),
    }
    return render(request, "sitting/prompt.html", context, status=draft.status)


def save_form(
    request: HttpRequest, seat: Seat, questions: list[Question], question: Question
) -> HttpResponseBase:
    """Save what a plain form sent, and go where its button says."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        # Only a hand-made request gets here; what it holds is shown again, so nothing is lost.
        draft = Draft(
            text=request.POST.get("text", ""),
            revision=0,  # unknown, so the next save overwrites nothing
            error=_("The answer could not be read. Please save it again."),
            status=400,
        )
        return page(request, seat, questions, question, draft)
    sent = form.cleaned_data
    choice = request.POST.get("choice", "")
    text = _chosen_text(request, sent["text"], choice)
    draft = Draft(text, sent["base_revision"], sent["tab"] or _new_tab())
    if text == question.text and not seat.is_handed_in:
        return _go(request, seat, question, last=len(questions))
    if SAVES.wait(seat.sitting.pk):
        draft = replace(draft, error=too_fast(), status=429)
        answer = page(request, seat, questions, question, draft)
        answer["Retry-After"] = "1"
        return answer
    try:
        outcome = _save(seat, question, draft, choice, sent["conflict_revision"])
    except TimeOver as error:
        messages.warning(request, str(error))
        if seat.is_overdue:
            hand_in(seat.sitting, seat.now)
        return redirect("sitting-done", seat.token)
    except TextTooLong:
        draft = replace(draft, error=too_long(text), status=413)
        return page(request, seat, questions, question, draft)
    if isinstance(outcome, Conflict) and choice != "other":
        draft = replace(draft, conflict=outcome, status=409)
        return page(request, seat, questions, question, draft)
    return _go(request, seat, question, last=len(questions))


def _chosen_text(request: HttpRequest, text: str, choice: str) -> str:
    if choice != "both":
        return text
    return f"{plain_lines(request.POST.get('other', ''))}\n\n{text}".strip()


def _save(
    seat: Seat, question: Question, draft: Draft, choice: str, seen: int | None
) -> Saved | Conflict:
    """Save the text; who chose it over the one of revision `seen` replaces that."""
    base = seen if seen is not None and choice in {"mine", "both"} else None
    return save(
        sitting=seat.sitting,
        prompt=question.prompt.id,
        text=draft.text,
        base_revision=draft.revision if base is None else base,
        tab=draft.tab,
        replace=base is not None,
        now=seat.now,
    )


def _go(request: HttpRequest, seat: Seat, question: Question, *, last: int) -> HttpResponseBase:
    """Go where the pressed button points; a plain save, or a choice of text, stays here."""
    to = request.POST.get("go", "")
    between = None if question.is_follow_up else leave(seat, question.number, to, last)
    if between is not None:
        return redirect(between)
    if is_place(to, last):
        return onward(seat, to, question.number, last=last)
    messages.success(request, _("Saved."))
    return redirect(question.address)

"""The evidence without any figure, and the lean that is stated on it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.queries import is_estimated, lean_of
from evenhand.hiring.decisions.seen_before import figures_seen
from evenhand.hiring.decisions.services import state_lean
from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.models import Application
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.reading import probe_named
from evenhand.hiring.record.viewing import note_view
from evenhand.web.report.blinding import Parts
from evenhand.web.staff.access import actor, me, own_application, staff_page

from .cards import CardNotes, interviews_to_come, notes_of
from .forms import LeanForm
from .words import card_after_figures


@dataclass(frozen=True)
class Shown:
    """An answer, and one to its follow-up, as the judges saw it: no name, no level, no mark."""

    number: int
    question: str
    text: str
    follow_up: str
    follow_up_text: str


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what was answered and noted, and keep the lean."""
    application = own_application(request, application_id)
    if lean_of(me(request), application) is not None:
        return redirect("decision", application.pk)
    ready = is_estimated(application)
    blind = is_blind(me(request), application)
    form = LeanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            state_lean(
                application=application, **form.cleaned_data, by=me(request), now=timezone.now()
            )
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your lean is locked. Here are the figures."))
            return redirect("decision", application.pk)
    readable = ready and not blind
    if readable:
        note_view(application, what="evidence", by=actor(request), now=timezone.now())
    return render(
        request,
        "decisions/lean.html",
        {
            "opening": application.opening,
            "application": application,
            "form": form,
            "ready": ready,
            "blind": blind,
            "handed_in": application.sitting.is_handed_in,
            "answers": _answers(application) if readable else [],
            "cards": _notes(application) if readable else [],
            "card_after_figures": card_after_figures(),
            "to_come": interviews_to_come(application),
            "had_seen": readable and figures_seen(me(request), application),
        },
        status=422 if form.errors else 200,
    )


def _notes(application: Application) -> list[CardNotes]:
    return notes_of(application, levels=False)


def _answers(application: Application) -> list[Shown]:
    sitting, pack = application.sitting, pack_of(application.pack_id)
    if not sitting.is_handed_in:
        return []
    rows = list(sitting.answers.select_related("reading"))
    answers = {row.prompt: row for row in rows if not row.follows}
    after = {row.follows: row for row in rows if row.follows}
    shown: list[Shown] = []
    for number, prompt in enumerate((p for p in sitting.prompts if p in answers), start=1):
        answer, follow_up = answers[prompt], after.get(prompt)
        reading = getattr(answer, "reading", None)
        parts = Parts(answer, follow_up, reading, application.candidate)
        shown.append(
            Shown(
                number,
                pack.prompt(prompt).text,
                parts.answer.text,
                probe_named(pack, follow_up.prompt).text if follow_up else "",
                parts.follow_up.text if parts.follow_up else "",
            )
        )
    return shown

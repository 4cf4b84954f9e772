"""Locking a scorecard; then reading it beside the others, and correcting it visibly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evenhand.hiring.decisions.queries import may_see_figures, visible_cards
from evenhand.hiring.decisions.seen_before import locked_after_figures
from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.card import NOT_SEEN
from evenhand.hiring.interviews.kit import Kit, KitDimension
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import correct_level, lock_card
from evenhand.hiring.models import CardLevel, Interview, Scorecard
from evenhand.web.staff.access import me, staff_page

from .access import note_look, own_interview
from .cards import LEVELS
from .filled import notes_of, whole
from .pages import AskedPart, parts_of, place_of, round_name
from .versions import kept_versions
from .words import clock


@dataclass(frozen=True)
class DimensionLine:
    """A dimension on its way to be locked: its level, or what it still wants."""

    dimension: KitDimension
    level: float | None
    not_seen: bool
    unasked: bool

    @property
    def missing(self) -> bool:
        """Whether the card cannot be locked because of it."""
        return self.unasked or (self.level is None and not self.not_seen)


@dataclass(frozen=True)
class AskedLine:
    """A question with what the card says of it: how long it took, and what was heard when."""

    part: AskedPart
    said: dict[str, Any]
    took: str
    stamps: list[tuple[str, str]]


@dataclass(frozen=True)
class OtherCard:
    """A locked card that may be read."""

    card: Scorecard
    own: bool
    after_figures: bool
    """Whether its writer had seen figures before they were to interview."""
    notes: list[tuple[str, str]]
    heard: list[tuple[str, str, str]]
    """What was heard, how long into the answer, and to which question."""


class CorrectionForm(forms.Form):
    """A level that corrects a locked one, and why."""

    level = forms.TypedChoiceField(
        label=gettext_lazy("New level"),
        choices=[("", gettext_lazy("Choose …")), *((str(one), str(one)) for one in LEVELS)],
        coerce=float,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=2000,
        help_text=gettext_lazy("It stands beside the level, for everybody who may read the card."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, kit: Kit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dimension"] = forms.ChoiceField(
            label=_("Dimension"), choices=[(one.id, one.name) for one in kit.dimensions]
        )
        self.order_fields(["dimension"])


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def lock(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Show a card whole before it is locked, with what is missing at its place; a POST locks it."""
    interview = own_interview(request, interview_id)
    if interview.state != Interview.State.BEGUN:
        return redirect(place_of(interview), interview.pk)
    note_look(request, interview, "scorecard")
    refused = ""
    if request.method == "POST":
        try:
            lock_card(interview=interview, by=me(request), now=timezone.now())
        except HiringError as error:
            refused = str(error)
            interview.refresh_from_db()
        else:
            messages.success(request, _("Your scorecard is locked. Thank you."))
            return redirect("interview-locked", interview.pk)
    kit = kit_for(interview)
    body = whole(interview.scorecard.body, kit)
    lines = _lines(kit, body)
    context = {
        "interview": interview,
        "round": round_name(interview),
        "refused": refused,
        "lines": lines,
        "missing": [line for line in lines if line.missing],
        "parts": [_asked(kit, body, part) for part in parts_of(kit)],
        "notes": body["notes"],
    }
    return render(request, "interviews/lock.html", context, status=422 if refused else 200)


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def locked(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Show one's locked card beside the others that may be read; a POST corrects it."""
    interview = own_interview(request, interview_id)
    if interview.state != Interview.State.LOCKED:
        return redirect("interview", interview.pk)
    note_look(request, interview, "scorecards")
    kit = kit_for(interview)
    form = CorrectionForm(kit, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correct_level(
                interview=interview,
                task=_task_of(interview, kit, form.cleaned_data["dimension"]),
                **form.cleaned_data,
                by=me(request),
                now=timezone.now(),
            )
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Corrected. The level before stands beside it."))
            return redirect("interview-locked", interview.pk)
    cards = _cards(request, interview)
    context = {
        "interview": interview,
        "round": round_name(interview),
        "form": form,
        "cards": cards,
        "rows": _rows(cards),
        "kept": kept_versions(interview.scorecard, kit),
        "waiting": interview.application.interviews.filter(
            state__in=(Interview.State.PLANNED, Interview.State.BEGUN)
        ).exists()
        or not may_see_figures(me(request), interview.application),
    }
    return render(request, "interviews/locked.html", context, status=422 if form.errors else 200)


def _task_of(interview: Interview, kit: Kit, dimension: str) -> str:
    """Return the question whose answer showed a dimension; for one not seen, the first asked."""
    levels = interview.scorecard.levels.filter(dimension=dimension, replaced_at__isnull=True)
    counting = levels.first()
    if counting is not None:
        return counting.task
    asked = {one["task"] for one in interview.scorecard.body["questions"] if one["asked"]}
    shows = [one.task for one in kit.questions if dimension in one.dimensions]
    return next((task for task in shows if task in asked), shows[0])


def _lines(kit: Kit, body: dict[str, Any]) -> list[DimensionLine]:
    asked = {one["task"] for one in body["questions"] if one["asked"]}
    lines = []
    for about in kit.dimensions:
        level = body["levels"].get(about.id)
        given = level is not None and level != NOT_SEEN
        shown = any(about.id in one.dimensions and one.task in asked for one in kit.questions)
        lines.append(
            DimensionLine(about, level if given else None, level == NOT_SEEN, given and not shown)
        )
    return lines


def _asked(kit: Kit, body: dict[str, Any], part: AskedPart) -> AskedLine:
    task = part.question.task
    said = next(one for one in body["questions"] if one["task"] == task)
    says = _said_by(kit)
    stamps = sorted(
        (one["seconds"], one["indicator"]) for one in body["stamps"] if one["task"] == task
    )
    return AskedLine(
        part,
        said,
        clock(said["seconds"]) if said["seconds"] else "",
        [(says[indicator], clock(seconds)) for seconds, indicator in stamps],
    )


def _said_by(kit: Kit) -> dict[str, str]:
    """Return the words of each indicator that is listened for."""
    listened = [one for about in kit.dimensions for one in (*about.strong, *about.red_flags)]
    return {one.id: one.says for one in listened}


def _cards(request: HttpRequest, interview: Interview) -> list[OtherCard]:
    """Return the cards that may be read, one's own first."""
    found = visible_cards(me(request), interview.application)
    after_figures = locked_after_figures(found.values_list("interview", flat=True))
    cards = []
    for card in found.prefetch_related("levels", "stamps").order_by("interview__locked_at"):
        kit = kit_for(card.interview)
        says = _said_by(kit)
        asked = {one.task: one.text for one in kit.questions}
        heard = [
            (says[one.indicator], clock(one.seconds), asked.get(one.task, ""))
            for one in card.stamps.all()
        ]
        own = card.interview_id == interview.pk
        late = card.interview_id in after_figures
        cards.append(OtherCard(card, own, late, notes_of(kit, card.body), heard))
    return sorted(cards, key=lambda one: not one.own)


def _rows(cards: list[OtherCard]) -> list[tuple[str, list[list[CardLevel]]]]:
    """Return a row a dimension: the levels of each card, the one that counts first."""
    names: dict[str, str] = {}
    for one in cards:
        for about in kit_for(one.card.interview).dimensions:
            names.setdefault(about.id, about.name)
    return [
        (name, [_of(one.card, dimension) for one in cards]) for dimension, name in names.items()
    ]


def _of(card: Scorecard, dimension: str) -> list[CardLevel]:
    levels = [one for one in card.levels.all() if one.dimension == dimension]
    return sorted(levels, key=lambda one: one.given_at, reverse=True)

"""The live scorecard: a plain form that saves, and the address that its script saves to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evenhand.hiring.errors import CardError, CardLocked, InterviewError
from evenhand.hiring.interviews.card import MAX_NOTES, MAX_SECONDS, NOT_SEEN
from evenhand.hiring.interviews.kit import Kit, KitDimension
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import Saved, save_card
from evenhand.hiring.models import Interview
from evenhand.web.staff.access import staff_page

from .access import note_look, own_interview
from .filled import CardSave, notes_of, read_form, read_save, whole
from .pages import parts_of, place_of, round_name

LEVELS = tuple(half / 2 for half in range(2, 11))


@dataclass(frozen=True)
class Rung:
    """A level that can be chosen, with its anchor where it has one."""

    level: float
    anchor: str
    chosen: bool


@dataclass(frozen=True)
class LevelPart:
    """The levels of a dimension to choose from, and what was chosen."""

    dimension: KitDimension
    rungs: tuple[Rung, ...]
    chosen: float | str | None

    @property
    def not_seen(self) -> bool:
        """Whether "not seen" was chosen."""
        return self.chosen == NOT_SEEN


@dataclass(frozen=True)
class Shown:
    """What stands in the form: the saved card, or what was just sent and not taken."""

    body: dict[str, Any]
    revision: int
    other: dict[str, Any] | None = None
    error: str = ""
    status: int = 200


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def card(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Show the scorecard of an interview that has begun; a POST saves it and goes on."""
    interview = own_interview(request, interview_id)
    writing = interview.state == Interview.State.BEGUN
    if not writing and not (request.method == "POST" and interview.begun_at):
        return redirect(place_of(interview), interview.pk)
    note_look(request, interview, "interview")
    kit, standing = kit_for(interview), interview.scorecard
    if request.method != "POST":
        return _page(request, interview, kit, Shown(whole(standing.body, kit), standing.revision))
    try:
        sent = read_form(request.POST, standing.body, kit)
        saved = _save(interview, sent)
    except CardError as error:
        shown = Shown(whole(standing.body, kit), standing.revision, error=str(error), status=422)
        return _page(request, interview, kit, shown)
    except InterviewError as error:
        # What came too late for a card that was locked or called off meanwhile is kept beside it.
        messages.error(request, str(error))
        interview.refresh_from_db()
        return redirect(place_of(interview), interview.pk)
    if saved.conflict is not None:
        other = whole(saved.conflict, kit)
        return _page(request, interview, kit, Shown(sent.body, saved.revision, other, status=409))
    if request.POST.get("go") == "lock":
        return redirect("interview-lock", interview.pk)
    messages.success(request, _("Saved."))
    return redirect("interview-card", interview.pk)


@staff_page
@require_POST
@never_cache
def save(request: HttpRequest, interview_id: UUID) -> JsonResponse:
    """Save a scorecard from `{body, base_revision, device}`.

    Replies 200 `{revision}`; 409 `{code, revision, body}` with the card as it stands when it was
    changed elsewhere; 400, 410 or 413 `{code, message}` when it cannot be saved.
    """
    interview = own_interview(request, interview_id)
    try:
        saved = _save(interview, read_save(request.body))
    except RequestDataTooBig:
        return _refusal(413, "too_long", _("The scorecard is too long. Please shorten the notes."))
    except CardLocked as error:
        return _refusal(410, "locked", str(error))
    except CardError as error:
        return _refusal(400, "bad_card", str(error))
    except InterviewError as error:
        return _refusal(410, "locked", str(error))
    if saved.conflict is None:
        return JsonResponse({"revision": saved.revision})
    body = whole(saved.conflict, kit_for(interview))
    return JsonResponse({"code": "conflict", "revision": saved.revision, "body": body}, status=409)


def _save(interview: Interview, sent: CardSave) -> Saved:
    return save_card(
        interview=interview,
        body=sent.body,
        base_revision=sent.base_revision,
        device=sent.device,
        now=timezone.now(),
    )


def _refusal(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def _page(request: HttpRequest, interview: Interview, kit: Kit, shown: Shown) -> HttpResponse:
    by_task = {one["task"]: one for one in shown.body["questions"]}
    context = {
        "interview": interview,
        "round": round_name(interview),
        "kit": kit,
        "shown": shown,
        "parts": [(part, by_task[part.question.task]) for part in parts_of(kit)],
        "levels": level_parts(kit, shown.body["levels"]),
        "other": None if shown.other is None else other_words(kit, shown.other),
        "max_notes": MAX_NOTES,
        "max_seconds": MAX_SECONDS,
    }
    return render(request, "interviews/card.html", context, status=shown.status)


def level_parts(kit: Kit, chosen: Mapping[str, float | str]) -> list[LevelPart]:
    """Return the levels to choose from, dimension by dimension."""
    return [
        LevelPart(
            about,
            tuple(
                Rung(
                    level,
                    about.levels[int(level) - 1] if level.is_integer() else "",
                    chosen.get(about.id) == level,
                )
                for level in LEVELS
            ),
            chosen.get(about.id),
        )
        for about in kit.dimensions
    ]


def other_words(kit: Kit, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a card as lines to read: what each is called, and what stands there."""
    levels = [
        (about.name, _("not seen") if level == NOT_SEEN else str(level))
        for about in kit.dimensions
        if (level := body["levels"].get(about.id)) is not None
    ]
    return levels + notes_of(kit, body)

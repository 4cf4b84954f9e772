"""What an interviewer reads: the list, the kit of one interview, how their levels compare."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.decisions.seen_before import figures_seen
from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.calibration import own_measure
from evenhand.hiring.interviews.kit import Kit, KitDimension, KitQuestion, OpenPoint
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.queries import interviews_of
from evenhand.hiring.interviews.services import (
    begin_interview,
    is_early,
    is_written,
    take_back_beginning,
)
from evenhand.hiring.models import Interview
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.scheduling.free import span
from evenhand.web.staff.access import me, staff_page
from evenhand.web.staff.confirming import confirm

from .access import note_look, own_interview
from .versions import all_versions


@dataclass(frozen=True)
class AskedPart:
    """A question of a kit with what it is about.

    `explained` says whether what strong and weak answers sound like stands here; for a dimension it
    stands once, at the first question that shows it.
    """

    number: int
    question: KitQuestion
    dimensions: tuple[KitDimension, ...]
    points: tuple[OpenPoint, ...]
    explained: tuple[KitDimension, ...]


@staff_page
@require_safe
@never_cache
def interviews(request: HttpRequest) -> HttpResponse:
    """Show the interviews of who is signed in; people stand under their numbers."""
    planned, begun, locked = Interview.State.PLANNED, Interview.State.BEGUN, Interview.State.LOCKED
    lines = [(one, round_name(one)) for one in interviews_of(me(request))]
    coming = [line for line in lines if line[0].state in (planned, begun)]
    done = [line for line in lines if line[0].state == locked]
    off = [line for line in lines if line[0].state == Interview.State.CANCELLED]
    shown = {"coming": coming, "done": done, "off": off}
    return render(request, "interviews/list.html", shown)


@staff_page
@require_safe
@never_cache
def kit(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Show whom an interviewer meets, what to ask and why."""
    interview = own_interview(request, interview_id)
    if interview.state == Interview.State.CANCELLED:
        return _called_off(request, interview)
    note_look(request, interview, "interview")
    try:
        asked = kit_for(interview)
    except HiringError as error:
        return render(request, "interviews/no_kit.html", {"why": str(error)}, status=503)
    return render(
        request,
        "interviews/kit.html",
        {
            "interview": interview,
            "round": round_name(interview),
            "had_seen": figures_seen(me(request), interview.application),
            "to_lock": interview.state != Interview.State.LOCKED,
            "kit": asked,
            "parts": parts_of(asked),
            "written": is_written(interview),
        },
    )


def _called_off(request: HttpRequest, interview: Interview) -> HttpResponse:
    """Say that an interview was cancelled; who wrote on its card reads that here, and no more."""
    versions = []
    if is_written(interview):
        note_look(request, interview, "interview")
        versions = all_versions(interview.scorecard, kit_for(interview))
    shown = {"interview": interview, "versions": versions}
    return render(request, "interviews/cancelled.html", shown)


@staff_page
@require_POST
def begin(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Begin an interview and open its scorecard; long before its time, ask first."""
    interview = own_interview(request, interview_id)
    now = timezone.now()
    if is_early(interview, now) and "sure" not in request.POST:
        return confirm(
            request,
            heading=_("Begin the interview before its time?"),
            lines=[
                _("It is set for %(span)s.") % {"span": span(interview)},
                _("Beginning fixes its list of questions, and the time that it took is counted "
                  "from now on. It can be taken back while nothing is on the scorecard."),
            ],
            button=_("Begin it now"),
            back=reverse("interview", args=[interview.pk]),
        )  # fmt: skip
    try:
        begin_interview(interview=interview, by=me(request), now=now)
    except HiringError as error:
        messages.error(request, str(error))
        return redirect("interview", interview.pk)
    return redirect("interview-card", interview.pk)


@staff_page
@require_POST
def unbegin(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Take back that an interview was begun, while nothing is on its scorecard."""
    interview = own_interview(request, interview_id)
    try:
        take_back_beginning(interview=interview, by=me(request), now=timezone.now())
    except HiringError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back: the interview is planned, as before."))
    return redirect("interview", interview.pk)


@staff_page
@require_safe
@never_cache
def calibration(request: HttpRequest) -> HttpResponse:
    """Show how the levels of who is signed in compare; nobody else's are told."""
    return render(request, "interviews/calibration.html", {"own": own_measure(me(request))})


def place_of(interview: Interview) -> str:
    """Return the name of the page where an interviewer goes on with an interview."""
    if interview.state == Interview.State.BEGUN:
        return "interview-card"
    return "interview-locked" if interview.state == Interview.State.LOCKED else "interview"


def round_name(interview: Interview) -> str:
    """Return what the pack calls the round of an interview."""
    return pack_of(interview.application.pack_id).round(interview.round).name


def parts_of(kit: Kit) -> list[AskedPart]:
    """Return the questions of a kit in order, each with what it is about."""
    parts, told = [], set[str]()
    for number, question in enumerate(kit.questions, start=1):
        about = tuple(one for one in kit.dimensions if one.id in question.dimensions)
        explained = tuple(one for one in about if one.id not in told)
        told.update(question.dimensions)
        points = tuple(one for one in kit.open_points if one.task == question.task)
        parts.append(AskedPart(number, question, about, points, explained))
    return parts

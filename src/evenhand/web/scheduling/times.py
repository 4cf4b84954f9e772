"""When the interviews of an opening are: the list, setting one, its file, its invitations."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evenhand.hiring.errors import ChangedMeanwhile, HiringError, ToConfirm
from evenhand.hiring.models import Interview, Letter, Role
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.scheduling.calendar import to_ics
from evenhand.hiring.scheduling.free import span, zone_name
from evenhand.hiring.scheduling.load import load_of
from evenhand.hiring.scheduling.post import send_again
from evenhand.hiring.scheduling.services import schedule
from evenhand.hiring.scheduling.wording import meeting_of, zone_of
from evenhand.web.staff.access import actor, me, openings_open_to, own_opening, staff_page

from .forms import TimeForm
from .letters import letter_lines, needs_worker


@staff_page
@require_safe
@never_cache
def times(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    """Show the interviews of an opening: those without a time first, then by time."""
    opening = own_opening(request, opening_id)
    planned = (
        Interview.objects.filter(application__opening=opening)
        .exclude(state=Interview.State.CANCELLED)
        .select_related("application", "interviewer")
    )
    waiting = planned.filter(starts_at=None, state=Interview.State.PLANNED)
    set_ = planned.filter(starts_at__isnull=False).order_by("starts_at", "pk")
    now = timezone.now()
    return render(
        request,
        "scheduling/times.html",
        {
            "opening": opening,
            "waiting": waiting.order_by("planned_at", "pk"),
            "coming": [(one, span(one)) for one in set_.filter(starts_at__gte=now)],
            "past": [(one, span(one)) for one in set_.filter(starts_at__lt=now).reverse()],
        },
    )


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def set_time(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Set when and where an interview is. What was typed stays when it is refused."""
    interview = _own_interview(request, interview_id)
    form, confirm, now = _first_form(interview), list[str](), timezone.now()
    if request.method == "POST":
        form = TimeForm(request.POST, confirming="asked" in request.POST)
        if form.is_valid():
            try:
                schedule(interview=interview, **form.cleaned_data, by=me(request), now=now)
            except ToConfirm as error:
                confirm = error.lines
                form = _form_again(request, confirming=True)
            except ChangedMeanwhile as error:
                interview.refresh_from_db()
                # The next try is made by somebody who has read what is set now.
                form = _form_again(request, seen=interview.sequence)
                form.add_error(None, str(error))
            except HiringError as error:
                form.add_error("starts_at", str(error))
            else:
                messages.success(request, _("Set. The invitations go out within a minute or two."))
                return redirect("time-set", interview.pk)
    refused = bool(form.errors or confirm)
    return render(
        request,
        "scheduling/time_set.html",
        {
            "opening": interview.application.opening,
            "interview": interview,
            "form": form,
            "confirm": confirm,
            "when": span(interview),
            "theirs": _for_them(interview),
            "load": load_of([interview.interviewer], now)[interview.interviewer_id],
            "letters": letter_lines(interview, now),
            "needs_worker": needs_worker(interview, now),
            "to_terminal": settings.EMAIL_BACKEND.endswith("console.EmailBackend"),
        },
        status=422 if refused else 200,
    )


@staff_page
@require_POST
def again(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Let the invitations be sent once more."""
    interview = _own_interview(request, interview_id)
    count = 0
    if interview.state == Interview.State.PLANNED:
        count = send_again(interview=interview, by=actor(request), now=timezone.now())
    if count:
        messages.success(request, _("They go out once more, within a minute or two."))
    else:
        messages.error(
            request, _("No invitation was sent for this time, so there is none to repeat.")
        )
    return redirect("time-set", interview.pk)


@staff_page
@require_safe
@never_cache
def file(request: HttpRequest, interview_id: UUID) -> HttpResponse:
    """Hand out the interviewer's calendar entry, which names the candidate by number."""
    interview = _own_interview(request, interview_id)
    if interview.starts_at is None:
        raise Http404
    cancelled = interview.state == Interview.State.CANCELLED
    meeting = meeting_of(
        interview, Letter.To.INTERVIEWER, sequence=interview.sequence + int(cancelled)
    )
    method = "CANCEL" if cancelled else "REQUEST"
    body = to_ics([meeting], method=method, now=timezone.now())  # type: ignore[arg-type]
    answer = HttpResponse(body, content_type=f"text/calendar; method={method}; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="interview.ics"'
    return answer


def _own_interview(request: HttpRequest, interview_id: UUID) -> Interview:
    """Return an interview of an opening of a recruiter's, or one's own, or answer there is none."""
    interview = get_object_or_404(
        Interview.objects.select_related("application__opening", "interviewer"),
        pk=interview_id,
        application__opening__in=openings_open_to(request),
    )
    user = me(request)
    recruits = Role.RECRUITER in roles_in(user, interview.application.opening)
    if not recruits and interview.interviewer_id != user.pk:
        raise Http404
    return interview


def _for_them(interview: Interview) -> str:
    """Return when it is by the interviewer's own clock; empty where that is the pages' own."""
    zone = zone_of(interview)
    here = timezone.get_current_timezone_name()
    return "" if interview.starts_at is None or zone_name(zone) == here else span(interview, zone)


def _form_again(
    request: HttpRequest, *, confirming: bool = False, seen: int | None = None
) -> TimeForm:
    """Return a form with what was typed, for another try."""
    given: dict[str, object] = dict(request.POST.dict())
    given.pop("confirmed", None)
    given["asked"] = given.get("starts_at", "")
    if seen is not None:
        given["seen"] = seen
    return TimeForm(given, confirming=confirming)


def _first_form(interview: Interview) -> TimeForm:
    starts_at = interview.starts_at
    return TimeForm(
        initial={
            "starts_at": timezone.localtime(starts_at) if starts_at else None,
            "place": interview.place,
            "seen": interview.sequence,
        }
    )

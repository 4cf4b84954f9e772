"""Holding interviewers to their own interviews, and recruiters to those of their openings."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from evenhand.hiring.models import Interview
from evenhand.hiring.record.viewing import note_view
from evenhand.web.staff.access import actor, me, openings_open_to

_WITH = ("application__opening", "application__candidate", "interviewer", "scorecard")


def own_interview(request: HttpRequest, interview_id: UUID) -> Interview:
    """Return an interview planned for who is signed in, or answer that there is none.

    One that was cancelled is among them: its page says so and shows nothing of the candidate.
    """
    return get_object_or_404(_open_to(request), pk=interview_id, interviewer=me(request))


def planned_interview(request: HttpRequest, interview_id: UUID) -> Interview:
    """Return an interview of an opening that this page may be called about, whoever holds it."""
    return get_object_or_404(_open_to(request), pk=interview_id)


def note_look(request: HttpRequest, interview: Interview, what: str) -> None:
    """Record that an interviewer is about to be shown the candidate, or what is written of them."""
    note_view(
        interview.application,
        what=what,
        by=actor(request),
        now=timezone.now(),
        interview=str(interview.pk),
    )


def _open_to(request: HttpRequest) -> QuerySet[Interview]:
    return Interview.objects.select_related(*_WITH).filter(
        application__opening__in=openings_open_to(request)
    )

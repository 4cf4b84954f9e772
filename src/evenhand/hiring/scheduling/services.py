"""Setting the time of an interview, and moving it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from evenhand.hiring.errors import ChangedMeanwhile, ScheduleError, ToConfirm
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.openings.models import Candidate
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scheduling.calendar import one_line
from evenhand.hiring.scheduling.free import moment, outside, over_the_week, overlapping, span
from evenhand.hiring.scheduling.models import PoolEntry

PLACE_MOST = 300


def schedule(
    *,
    interview: Interview,
    starts_at: datetime,
    place: str,
    by: User,
    now: datetime,
    seen: int | None = None,
    confirmed: bool = False,
) -> Interview:
    """Set the time and place of a planned interview, for the first time or anew.

    The invitations follow from it: a worker sends them to both people. Setting what is set already
    changes nothing and sends nothing.

    Args:
        interview: planned and not begun.
        starts_at: aware, later than `now`.
        place: a room, a link, or empty while it is not known.
        by: who sets it.
        now: the moment.
        seen: the `sequence` that `by` was looking at; that of `interview` by default.
        confirmed: whether `by` was told of what speaks against it, and means it.

    Raises:
        ScheduleError: it is in the past, or the interviewer or the candidate has an interview then;
            nothing was changed.
        ToConfirm: it is outside what the interviewer offered; nothing was changed.
        ChangedMeanwhile: somebody else set another time, or called it off.
    """
    place = one_line(place)
    if len(place) > PLACE_MOST:
        raise ScheduleError(
            _("The place has more than %(most)s characters.") % {"most": PLACE_MOST}
        )
    if starts_at <= now:
        raise ScheduleError(
            _("%(when)s is over. Choose a time that is still to come.")
            % {"when": moment(starts_at)}
        )
    known = interview.sequence if seen is None else seen
    with transaction.atomic():
        _hold(interview)
        fresh = Interview.objects.select_related("application__opening", "interviewer").get(
            pk=interview.pk
        )
        _refuse_stale(fresh, known)
        if (fresh.starts_at, fresh.place) == (starts_at, place):
            return fresh
        _refuse_overlap(fresh, starts_at)
        against = [] if confirmed else speaks_against(fresh, starts_at)
        if against:
            raise ToConfirm(against)
        return _write(fresh, starts_at, place, f"user:{by.pk}", now, confirmed=confirmed)


def speaks_against(interview: Interview, starts_at: datetime) -> list[str]:
    """Return what a person should know before they set this time, a line each."""
    entry = (
        PoolEntry.objects.filter(
            opening=interview.application.opening_id, user=interview.interviewer_id
        )
        .select_related("user")
        .first()
    )
    if entry is None:
        return []
    lines = (
        outside(entry, starts_at, interview.minutes),
        over_the_week(entry, starts_at, interview),
    )
    return [line for line in lines if line]


def _write(
    fresh: Interview, starts_at: datetime, place: str, actor: str, now: datetime, *, confirmed: bool
) -> Interview:
    known = fresh.sequence
    as_seen = Interview.objects.filter(pk=fresh.pk, state=Interview.State.PLANNED, sequence=known)
    # Beginning and calling off take the row without holding its people.
    if not as_seen.update(starts_at=starts_at, place=place, sequence=known + 1):
        raise ChangedMeanwhile(_stale(fresh))
    facts = {
        "starts_at": starts_at.isoformat(),
        "minutes": fresh.minutes,
        "sequence": known + 1,
        "confirmed": confirmed,
    }
    record("interview.scheduled", subject_of(fresh), actor=actor, facts=facts, now=now)
    fresh.starts_at, fresh.place, fresh.sequence = starts_at, place, known + 1
    return fresh


def _hold(interview: Interview) -> None:
    """Let nobody else give these two people an interview for now, in whatever opening.

    SQLite's transactions hold everything. Always in this order, so that nobody waits in a circle.
    """
    people = User.objects.select_for_update(no_key=True).filter(pk=interview.interviewer_id)
    list(people.values_list("pk"))
    candidates = Candidate.objects.select_for_update(no_key=True).filter(
        pk=interview.application.candidate_id
    )
    list(candidates.values_list("pk"))


def _refuse_stale(fresh: Interview, known: int) -> None:
    if fresh.state == Interview.State.CANCELLED:
        raise ChangedMeanwhile(_("This interview was called off. Plan a new one."))
    if fresh.state != Interview.State.PLANNED:
        raise ScheduleError(_("This interview has begun, so its time cannot be moved."))
    if fresh.sequence != known:
        raise ChangedMeanwhile(_stale(fresh))


def _stale(fresh: Interview) -> str:
    return _(
        "Somebody else set this interview meanwhile, to %(when)s. Nothing of yours was saved: look "
        "whether it suits, and set it again if not."
    ) % {"when": span(fresh)}


def _refuse_overlap(fresh: Interview, starts_at: datetime) -> None:
    theirs = overlapping(Q(interviewer=fresh.interviewer_id), starts_at, fresh.minutes, but=fresh)
    if theirs:
        raise ScheduleError(overlap_line(theirs[0], fresh))
    application = fresh.application
    # Nobody learns where else somebody applies, beyond their own organisation.
    same_person = Q(
        application__candidate=application.candidate_id,
        application__opening__organisation=application.opening.organisation_id,
    )
    of_candidate = overlapping(same_person, starts_at, fresh.minutes, but=fresh)
    if of_candidate:
        clash = of_candidate[0]
        raise ScheduleError(
            _("The candidate has an interview then: %(what)s, %(when)s. Choose another time.")
            % {"what": _what(clash, fresh), "when": span(clash)}
        )


def overlap_line(clash: Interview, fresh: Interview) -> str:
    """Return in one line what somebody has at a time; of another opening no more than that."""
    return _("%(who)s has an interview then: %(what)s, %(when)s. Choose another time.") % {
        "who": clash.interviewer,
        "what": _what(clash, fresh),
        "when": span(clash),
    }


def _what(clash: Interview, fresh: Interview) -> str:
    if clash.application.opening_id != fresh.application.opening_id:
        return _("%(round)s round in another opening") % {"round": clash.round}
    return _("%(round)s round, %(code)s") % {"round": clash.round, "code": clash.application.code}

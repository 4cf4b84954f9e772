"""Planning and beginning interviews, and the way in for the rest of the house to their cards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.at_rest.fields import sealed
from evenhand.hiring.errors import InterviewError
from evenhand.hiring.interviews.card import EMPTY, canonical, parse_card
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.locking import correct_level, lock_card
from evenhand.hiring.interviews.models import LIVE_ROUNDS, Interview, Scorecard
from evenhand.hiring.interviews.saving import Saved, save_card
from evenhand.hiring.openings.models import Application, Role
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.openings.withdrawn import hold_applying
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.digests import digest_of

__all__ = [
    "Saved",
    "begin_interview",
    "cancel_interview",
    "correct_level",
    "lock_card",
    "plan_interview",
    "save_card",
    "take_back_beginning",
]

MOST_MINUTES = 240
EARLY: Final = timedelta(hours=1)
"""Before its time an interview is begun by mistake more often than because people met sooner."""


def plan_interview(
    *,
    application: Application,
    round: str,
    interviewer: User,
    by: User,
    now: datetime,
    minutes: int | None = None,
) -> Interview:
    """Plan an interviewer's hour with a candidate; when and where is agreed later.

    Who also decides or recruits in the opening may interview: until their card is locked they are
    blind to this candidate's scores like any interviewer. What they saw before is recorded with it.

    Args:
        application: whom they meet.
        round: `final` or `peer`.
        interviewer: has the role of one in this opening.
        by: who plans it.
        now: the moment.
        minutes: the time set aside; that of the pack's round where None.

    Raises:
        InterviewError: no such round, no interviewer of this opening, no usable time, or planned
            already.
        Withdrawn: the candidate has withdrawn.
    """
    length = _checked(application, round, interviewer, minutes)
    try:
        with transaction.atomic():
            hold_applying(application)
            interview = Interview.objects.create(
                application=application,
                round=round,
                interviewer=interviewer,
                minutes=length,
                planned_by=by,
                planned_at=now,
            )
            facts = {
                "application": str(application.pk),
                "round": round,
                "interviewer": f"user:{interviewer.pk}",
                "minutes": length,
            }
            _note("interview.planned", interview, by, facts, now)
    except IntegrityError:
        raise InterviewError(
            _("%(who)s has this round with this candidate already.") % {"who": _name(interviewer)}
        ) from None
    return interview


def _checked(application: Application, round: str, interviewer: User, minutes: int | None) -> int:
    """Return the minutes of an interview that may be planned."""
    opening = application.opening
    about = next((r for r in pack_of(application.pack_id).rounds if r.id == round), None)
    if about is None or round not in LIVE_ROUNDS:
        raise InterviewError(_("There is no live round “%(round)s” here.") % {"round": round})
    if not interviewer.is_active:
        raise InterviewError(
            _("The account of %(who)s is closed. Choose somebody else.")
            % {"who": _name(interviewer)}
        )
    if Role.INTERVIEWER not in roles_in(interviewer, opening):
        raise InterviewError(
            _("%(who)s is no interviewer of this opening. Give them the role on its team page.")
            % {"who": _name(interviewer)}
        )
    length = about.minutes if minutes is None else minutes
    if not 1 <= length <= MOST_MINUTES:
        raise InterviewError(
            _("An interview takes 1 to %(most)s minutes.") % {"most": MOST_MINUTES}
        )
    return length


def _name(user: User) -> str:
    return user.get_full_name() or user.email


def cancel_interview(*, interview: Interview, by: User, now: datetime) -> None:
    """Call an interview off; what was written on its card stays with it and counts nowhere.

    Raises:
        InterviewError: its card is locked, or it was cancelled already.
    """
    with transaction.atomic():
        taken = Interview.objects.filter(
            pk=interview.pk, state__in=(Interview.State.PLANNED, Interview.State.BEGUN)
        ).update(state=Interview.State.CANCELLED, cancelled_at=now)
        interview.refresh_from_db()
        if not taken and interview.state == Interview.State.LOCKED:
            raise InterviewError(_("Its scorecard is locked, so it cannot be cancelled."))
        if not taken:
            raise InterviewError(_("This interview was cancelled already."))
        facts = {"application": str(interview.application_id)}
        _note("interview.cancelled", interview, by, facts, now)


def begin_interview(*, interview: Interview, by: User, now: datetime) -> Interview:
    """Begin an interview and pin its kit; a second click changes nothing.

    Raises:
        InterviewError: it is another person's, or was cancelled.
        PackGone: the opening's pack cannot be opened.
    """
    if interview.interviewer_id != by.pk:
        raise InterviewError(_("This interview is planned for somebody else."))
    kit = kit_for(interview).to_json()
    with transaction.atomic():
        begun = Interview.objects.filter(pk=interview.pk, state=Interview.State.PLANNED).update(
            state=Interview.State.BEGUN, begun_at=now, kit=sealed(interview, "kit", kit)
        )
        interview.refresh_from_db()
        if begun:
            card = Scorecard.objects.create(interview=interview, body=EMPTY.to_json(), saved_at=now)
            facts = {
                "application": str(interview.application_id),
                "round": interview.round,
                "questions": [one["task"] for one in kit["questions"]],
                "kit_sha256": digest_of(canonical(kit), card.salt),
            }
            _note("interview.begun", interview, by, facts, now)
    if interview.state == Interview.State.CANCELLED:
        raise InterviewError(_("This interview was cancelled."))
    return interview


def is_early(interview: Interview, now: datetime) -> bool:
    """Say whether beginning now would be more than an hour before the time that was set."""
    planned = interview.state == Interview.State.PLANNED
    return planned and interview.starts_at is not None and interview.starts_at - now > EARLY


def is_written(interview: Interview) -> bool:
    """Say whether an interview has a scorecard with anything on it, or kept beside it."""
    card = Scorecard.objects.filter(interview=interview).first()
    return card is not None and (not parse_card(card.body).is_empty or card.kept.exists())


def take_back_beginning(*, interview: Interview, by: User, now: datetime) -> None:
    """Let an interview that was begun by mistake be planned again; its kit is chosen anew then.

    Raises:
        InterviewError: it is another person's, it is not going on, or something was written on its
            scorecard.
    """
    if interview.interviewer_id != by.pk:
        raise InterviewError(_("This interview is planned for somebody else."))
    with transaction.atomic():
        # The lock keeps a save from coming in between the look at the card and its end.
        at = Interview.objects.select_for_update(no_key=True).get(pk=interview.pk)
        if at.state != Interview.State.BEGUN:
            raise InterviewError(_("This interview is not going on."))
        if is_written(at):
            raise InterviewError(
                _("Something is written on its scorecard, so the interview goes on.")
            )
        Scorecard.objects.filter(interview=at).delete()
        Interview.objects.filter(pk=at.pk).update(
            state=Interview.State.PLANNED, begun_at=None, kit=None
        )
        facts = {"application": str(at.application_id)}
        _note("interview.beginning_taken_back", at, by, facts, now)
    interview.refresh_from_db()


def _note(
    action: str, interview: Interview, by: User, facts: Mapping[str, object], now: datetime
) -> None:
    record(action, subject_of(interview), actor=f"user:{by.pk}", facts=facts, now=now)

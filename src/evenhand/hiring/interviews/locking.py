"""Locking a scorecard, and correcting what is locked: the two acts that make levels count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.calibration.renewing import renew_application
from evenhand.hiring.decisions.seen_before import figures_seen
from evenhand.hiring.errors import CardLocked, CardUnfinished, InterviewError
from evenhand.hiring.interviews.card import NOT_SEEN, Card, level_of, parse_card
from evenhand.hiring.interviews.kit import Kit
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.models import CardLevel, Interview, Scorecard, Stamp
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.digests import digest_of

MAX_REASON = 2000


@dataclass(frozen=True)
class _Given:
    dimension: str
    task: str
    level: float


def lock_card(*, interview: Interview, by: User, now: datetime) -> Interview:
    """Lock a scorecard as it was last saved: from now on its levels count.

    In one transaction the levels and stamps become rows, the record gets its entry, and the
    estimates of the candidate are made anew. Whether its writer had been shown figures before they
    were to interview this person is recorded with it.

    Raises:
        CardUnfinished: names in one line what is missing; the draft stays as it is.
        CardLocked: it is locked already.
        InterviewError: it is another person's, has not begun, or was cancelled.
    """
    _check_own(interview, by)
    had_seen = figures_seen(by, interview.application)
    with transaction.atomic():
        taken = Interview.objects.filter(pk=interview.pk, state=Interview.State.BEGUN).update(
            state=Interview.State.LOCKED, locked_at=now
        )
        interview.refresh_from_db()
        if not taken:
            raise _not_begun(interview)
        scorecard = interview.scorecard
        kit, card = kit_for(interview), parse_card(scorecard.body)
        given = _given(kit, card)
        CardLevel.objects.bulk_create(
            CardLevel(
                scorecard=scorecard,
                dimension=one.dimension,
                task=one.task,
                level=one.level,
                given_at=now,
            )
            for one in given
        )
        Stamp.objects.bulk_create(
            Stamp(scorecard=scorecard, task=one.task, indicator=one.indicator, seconds=one.seconds)
            for one in card.stamps
        )
        actor = f"user:{by.pk}"
        facts = _facts(interview, scorecard, card, given) | {"figures_seen": had_seen}
        record("card.locked", subject_of(interview), actor=actor, facts=facts, now=now)
        renew_application(interview.application, actor=actor, now=now)
    return interview


def correct_level(
    *,
    interview: Interview,
    dimension: str,
    task: str,
    level: float,
    reason: str,
    by: User,
    now: datetime,
) -> CardLevel:
    """Correct a level of a locked scorecard, visibly: the earlier one stays beside it.

    Args:
        interview: one's own, locked.
        dimension: which level is meant; one that was "not seen" may be given now.
        task: the question that showed it, of the kit.
        level: 1 to 5, in halves.
        reason: why, in words; it stands beside the level.
        by: the interviewer.
        now: the moment.

    Raises:
        InterviewError: the card is not locked or another person's, the reason is missing or too
            long, the level is none or the same as before, or the kit has no such question.
    """
    _check_own(interview, by)
    why, new = _correction(interview, dimension, task, level, reason)
    with transaction.atomic():
        # Of two corrections at once the second one sees the first.
        Interview.objects.select_for_update(no_key=True).get(pk=interview.pk)
        current = CardLevel.objects.filter(
            scorecard__interview=interview, dimension=dimension, replaced_at__isnull=True
        )
        before = current.first()
        if before is not None and (before.level, before.task) == (new, task):
            raise InterviewError(_("That is the level that counts already."))
        current.update(replaced_at=now)
        made = CardLevel.objects.create(
            scorecard=interview.scorecard,
            dimension=dimension,
            task=task,
            level=new,
            given_at=now,
            reason=why,
        )
        actor, facts = f"user:{by.pk}", _correction_facts(interview, before, made)
        record("card.corrected", subject_of(interview), actor=actor, facts=facts, now=now)
        renew_application(interview.application, actor=actor, now=now)
    return made


def _correction(
    interview: Interview, dimension: str, task: str, level: float, reason: str
) -> tuple[str, float]:
    """Return the reason and the level of a correction, checked."""
    if interview.state != Interview.State.LOCKED:
        raise InterviewError(_("Only a locked scorecard is corrected; this one can be edited."))
    why = storable(reason).strip()
    if not why or len(why) > MAX_REASON:
        raise InterviewError(
            _("Say why, in up to %(most)s characters: the reason stands beside the correction.")
            % {"most": MAX_REASON}
        )
    if task not in _tasks_showing(kit_for(interview), dimension):
        raise InterviewError(
            _("No question “%(task)s” of this kit shows that dimension.") % {"task": task}
        )
    return why, level_of(level, f"levels.{dimension}")


def _correction_facts(
    interview: Interview, before: CardLevel | None, made: CardLevel
) -> dict[str, object]:
    return {
        "application": str(interview.application_id),
        "round": interview.round,
        "interviewer": f"user:{interview.interviewer_id}",
        "before": None if before is None else [before.dimension, before.task, before.level],
        "after": [made.dimension, made.task, made.level],
        "reason_sha256": digest_of(made.reason, interview.scorecard.salt),
    }


def _given(kit: Kit, card: Card) -> list[_Given]:
    """Return the levels of a finished card, each with the first question that showed it."""
    asked = card.asked()
    open_, unshown, given = [], [], []
    for about in kit.dimensions:
        level = card.levels.get(about.id)
        if level is None:
            open_.append(about.name)
        elif level != NOT_SEEN:
            shown = [task for task in _tasks_showing(kit, about.id) if task in asked]
            if shown:
                given.append(_Given(about.id, shown[0], float(level)))
            else:
                unshown.append(about.name)
    if open_:
        raise CardUnfinished(
            _("Still open: %(names)s. Give each a level, or choose “not seen”.")
            % {"names": ", ".join(open_)}
        )
    if unshown:
        raise CardUnfinished(
            _(
                "No question on it is marked as asked: %(names)s. Mark the one that showed it, "
                "or choose “not seen”."
            )
            % {"names": ", ".join(unshown)}
        )
    return given


def _tasks_showing(kit: Kit, dimension: str) -> list[str]:
    """Return the questions that show a dimension, in the kit's order, then their probes."""
    questions = [one for one in kit.questions if dimension in one.dimensions]
    about = kit.dimension(dimension)
    listened = {one.id for one in about.strong} if about else set()
    probes = [p.task for one in questions for p in one.probes if p.indicator in listened]
    return list(dict.fromkeys([*(one.task for one in questions), *probes]))


def _facts(
    interview: Interview, scorecard: Scorecard, card: Card, given: Sequence[_Given]
) -> dict[str, object]:
    notes = [("", card.notes), *((one.task, one.notes) for one in card.questions)]
    return {
        "application": str(interview.application_id),
        "round": interview.round,
        "interviewer": f"user:{interview.interviewer_id}",
        "revision": scorecard.revision,
        "levels": [[one.dimension, one.task, one.level] for one in given],
        "not_seen": sorted(name for name, level in card.levels.items() if level == NOT_SEEN),
        "asked": [[one.task, one.seconds] for one in card.questions if one.asked],
        "stamps": [[one.task, one.indicator, one.seconds] for one in card.stamps],
        "notes": [[task, digest_of(text, scorecard.salt)] for task, text in notes if text],
    }


def _check_own(interview: Interview, by: User) -> None:
    if interview.interviewer_id != by.pk:
        raise InterviewError(_("This scorecard is another person's."))


def _not_begun(interview: Interview) -> InterviewError:
    if interview.state == Interview.State.LOCKED:
        return CardLocked(_("This scorecard is locked already."))
    if interview.state == Interview.State.CANCELLED:
        return InterviewError(_("This interview was cancelled."))
    return InterviewError(_("Begin the interview first; then its scorecard opens."))

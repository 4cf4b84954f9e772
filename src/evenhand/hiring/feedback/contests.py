"""Contesting: a candidate asks that people rate answers of theirs again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from evenhand.hiring.anchors.models import RATERS, Anchor
from evenhand.hiring.errors import ContestError
from evenhand.hiring.feedback.mail import post_contested
from evenhand.hiring.feedback.models import MAX_REASON, Contest, ContestedReading, Feedback
from evenhand.hiring.moments import in_words
from evenhand.hiring.openings.models import Application
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import lock
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.models import Answer


class Contestable(NamedTuple):
    """One answer on one dimension; `prompt` and `dimension` are ids of the pack."""

    prompt: str
    dimension: str


def contestable(application: Application) -> list[Contestable]:
    """Return what a candidate may contest and has not: answers handed in, with a word in them."""
    if not application.sitting.is_handed_in:
        return []
    pack = pack_of(application.pack_id)
    answers = {one.prompt: one for one in application.sitting.answers.all()}
    taken = set(
        ContestedReading.objects.filter(answer__sitting__application=application).values_list(
            "answer__prompt", "dimension"
        )
    )
    return [
        Contestable(prompt, dimension)
        for prompt in application.sitting.prompts
        if prompt in answers and answers[prompt].text.strip()
        for dimension in pack.prompt(prompt).dimensions
        if (prompt, dimension) not in taken
    ]


def open_contest(
    *, application: Application, parts: Sequence[Contestable], reason: str, now: datetime
) -> Contest:
    """Contest parts of one's feedback; each answer waits for two people who rate it blindly.

    Args:
        application: the candidate's, with its opening and sitting.
        parts: which answers, on which dimensions; each can be contested once.
        reason: in the candidate's words; may be empty. Raters never see it.
        now: the moment.

    Raises:
        ContestError: there is no feedback, its time is over, nothing was chosen, or a part cannot
            be contested or was before.
    """
    _check_time(application, now)
    if not parts:
        raise ContestError(_("Choose at least one answer."))
    if len(reason) > MAX_REASON:
        raise ContestError(
            _("Your words may have %(most)s characters; shorten them.") % {"most": MAX_REASON}
        )
    try:
        with transaction.atomic():
            # Whoever contests twice at once does so one after the other.
            lock(application.opening)
            if not set(parts) <= set(contestable(application)):
                raise ContestError(
                    _("One of these was contested before, or has no answer. Choose again.")
                )
            contest = _written(application, parts, reason, now)
            transaction.on_commit(lambda: post_contested(contest))
    except IntegrityError as error:
        raise ContestError(_("This was contested already.")) from error
    return contest


def _check_time(application: Application, now: datetime) -> None:
    given = Feedback.objects.filter(application=application).first()
    if given is None:
        raise ContestError(_("There is no feedback yet that could be contested."))
    if now >= given.contest_until:
        raise ContestError(
            _("The time to contest ended on %(day)s. Write to %(contact)s instead.")
            % {
                "day": in_words(given.contest_until, "j F Y"),
                "contact": application.opening.contact_email,
            }
        )


def _written(
    application: Application, parts: Sequence[Contestable], reason: str, now: datetime
) -> Contest:
    contest = Contest.objects.create(
        application=application, reason=storable(reason).strip(), opened_at=now
    )
    answers = {one.prompt: one for one in application.sitting.answers.all()}
    anchors = {name: _anchor(answers[name], now) for name in {one.prompt for one in parts}}
    ContestedReading.objects.bulk_create(
        ContestedReading(
            contest=contest,
            answer=answers[one.prompt],
            dimension=one.dimension,
            anchor=anchors[one.prompt],
        )
        for one in dict.fromkeys(parts)
    )
    facts = {
        "contest": str(contest.pk),
        "readings": [[str(answers[one.prompt].pk), one.dimension] for one in dict.fromkeys(parts)],
        "anchors": sorted(str(one.pk) for one in anchors.values()),
    }
    actor = f"candidate:{application.pk}"
    record("contest.opened", subject_of(application), actor=actor, facts=facts, now=now)
    return contest


def _anchor(answer: Answer, now: datetime) -> Anchor:
    """Return what the answer is to be rated by: two people whose ratings count for nobody yet.

    What waits for them, drawn or contested before, serves this contest too: a second anchor would
    take its raters, and a drawn answer would fall out of the fits because it was doubted.
    """
    waiting = Anchor.objects.filter(answer=answer, locked__lt=RATERS).order_by("contested")
    # Held, so that no last rating is locked meanwhile, which would not see this contest.
    return waiting.select_for_update().first() or Anchor.objects.create(
        answer=answer, contested=True, drawn_at=now
    )

"""Releasing feedback: a person's act, never the software's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FeedbackError
from evenhand.hiring.feedback.mail import post_released
from evenhand.hiring.feedback.models import Feedback, FeedbackRule
from evenhand.hiring.feedback.queries import is_scored, releasable, whom_of
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.openings.services import lock
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import Event, record, record_all, subject_of


def release(*, application: Application, by: User, now: datetime) -> Feedback:
    """Open a candidate's feedback to them, and tell them by e-mail that it is there.

    Args:
        application: with its opening and sitting.
        by: the recruiter, who may have read it before.
        now: the moment; the time to contest runs from here.

    Raises:
        FeedbackError: it is not scored, was released before, or no link leads to it.
        MailNotSent: it is released, and the e-mail could not be handed over.
    """
    if not is_scored(application):
        raise FeedbackError(
            _(
                "There is no feedback yet: the answers are not scored, and no decision is locked "
                "on what was said in interviews."
            )
        )
    if not application.invitations.filter(revoked_at__isnull=True).exists():
        raise FeedbackError(
            _("Their link was revoked, so they could not read it. Make a new link, then release.")
        )
    made = _release(application.opening, [application], by, now)
    if not made:
        raise FeedbackError(_("This feedback was released already."))
    return made[0]


def release_to_everybody(*, opening: Opening, by: User, now: datetime) -> int:
    """Release the feedback of everybody scored whom a link leads to; returns of how many people.

    Raises:
        FeedbackError: the opening's rule is to release it one by one.
        MailNotSent: it is released, and some e-mails could not be handed over.
    """
    if whom_of(opening) == FeedbackRule.Whom.CHOSEN:
        raise FeedbackError(_("In this opening feedback is released one by one."))
    return len(_release(opening, list(releasable(opening)), by, now))


def set_rule(*, opening: Opening, whom: str, by: User, now: datetime) -> None:
    """Say who gets feedback in an opening; what was released stays released.

    Raises:
        FeedbackError: there is no such rule.
    """
    if whom not in FeedbackRule.Whom.values:
        raise FeedbackError(_("Choose from the list who gets feedback."))
    with transaction.atomic():
        FeedbackRule.objects.update_or_create(opening=opening, defaults={"whom": whom})
        facts = {"whom": whom}
        record("feedback.ruled", subject_of(opening), actor=f"user:{by.pk}", facts=facts, now=now)


def _release(
    opening: Opening, applications: Sequence[Application], by: User, now: datetime
) -> list[Feedback]:
    with transaction.atomic():
        # Of two people who release at once, the second one finds what the first one did.
        lock(opening)
        known = set(
            Feedback.objects.filter(application__in=applications).values_list(
                "application", flat=True
            )
        )
        made = Feedback.objects.bulk_create(
            Feedback(application=one, released_at=now, by=by)
            for one in applications
            if one.pk not in known
        )
        events = [
            Event("feedback.released", f"application:{one.application_id}", f"user:{by.pk}", {})
            for one in made
        ]
        record_all(events, now=now)
        ids = [one.application_id for one in made]
        transaction.on_commit(lambda: post_released(ids, now))
    return made

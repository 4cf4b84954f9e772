"""Saying yes or no to a later notice, and asking somebody to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.agreements.offers import ASKED, NOT_SENT, Offer, offer_for
from evenhand.hiring.errors import MailNotSent, NoticeMoved, SittingError
from evenhand.hiring.openings.links import link_of
from evenhand.hiring.openings.models import Application, Invitation
from evenhand.hiring.openings.withdrawn import hold_applying
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.agreed import AGREED, DECLINED, sent_to
from evenhand.hiring.sittings.models import Sitting

log = logging.getLogger(__name__)


def answer_again(
    *,
    sitting: Sitting,
    agrees: bool,
    notice_version: str,
    told: Mapping[str, object],
    now: datetime,
) -> None:
    """Keep what a candidate says to a later notice. Saying the same once more changes nothing.

    Args:
        sitting: theirs.
        agrees: yes or no.
        notice_version: of the notice that they were shown.
        told: the figures in it and the digest of its text, for the record.
        now: the moment.

    Raises:
        NoticeMoved: the panel asks others by now than those that the notice named.
        SittingError: their answers are being read already, or are gone.
    """
    with transaction.atomic():
        if not _hold(sitting):
            raise SittingError(too_late())
        offer = offer_for(sitting)
        if offer is None or frozenset(offer.sent_to) != sent_to(dict(told)):
            raise NoticeMoved(moved())
        if offer.said == ("yes" if agrees else "no"):
            return
        facts = {"notice": notice_version, **told}
        actor = f"candidate:{sitting.application_id}"
        action = AGREED if agrees else DECLINED
        record(action, subject_of(sitting), actor=actor, facts=facts, now=now)


def ask_again(*, application: Application, by: User, now: datetime) -> None:
    """Ask a candidate by mail whether their answers may go to the panel's models of now.

    They are asked once about the same models, and not where they said yes or no.

    Raises:
        SittingError: there is nothing to ask, or no link that would lead them to it.
        Withdrawn: they have withdrawn, maybe a moment ago.
        MailNotSent: the mail server did not take it; that is recorded too, and they may be asked
            once more.
    """
    sitting, actor = application.sitting, f"user:{by.pk}"
    with transaction.atomic():
        offer = offer_for(sitting) if _hold(sitting) else None
        if offer is None or not may_be_asked(application, offer):
            raise SittingError(_("There is nothing to ask them about, or they were asked already."))
        # Asked anew of the database: `application` may have been read before they withdrew.
        hold_applying(application)
        link = live_link(application)
        if link is None:
            raise SittingError(_("Their link was revoked, so nothing would lead them to it."))
        facts = {"invitation": str(link.pk), "sent_to": [list(one) for one in offer.sent_to]}
        record(ASKED, subject_of(sitting), actor=actor, facts=facts, now=now)
    try:
        _message(application, offer, link).send()
    except OSError as error:  # smtplib's errors are OSErrors too
        # The error's own text may hold the address, which has no place in a log.
        log.warning("application %s: not asked: %s", application.pk, type(error).__name__)
        with transaction.atomic():
            record(NOT_SENT, subject_of(sitting), actor=actor, facts=facts, now=now)
        raise MailNotSent(
            _(
                "The e-mail could not be sent; try again later. They see the question on their own "
                "page all the same."
            )
        ) from None


def may_be_asked(application: Application, offer: Offer | None) -> bool:
    """Return whether it makes sense to write to somebody: not of the example, and not withdrawn."""
    if offer is None or application.opening.is_example or application.withdrawn_at is not None:
        return False
    return not offer.said and offer.asked_at is None


def too_late() -> str:
    """Return what a candidate is told whose answers are being read, or were."""
    return _("Your answers are being read already, so this cannot change any more.")


def moved() -> str:
    """Return what a candidate is told who answered to what is not asked any more."""
    return _("What you were asked has changed meanwhile. Nothing was kept; please look again.")


def live_link(application: Application) -> Invitation | None:
    """Return the link that leads to somebody's page; None where it was revoked."""
    return application.invitations.filter(revoked_at__isnull=True).first()


def _hold(sitting: Sitting) -> bool:
    """Hold the row of a sitting that nobody reads yet, so that nobody begins to meanwhile."""
    running = (Sitting.State.STARTED, Sitting.State.SUBMITTED)
    mine = Sitting.objects.filter(pk=sitting.pk, state__in=running, panel_version="")
    # An update that changes nothing takes the row's lock, on either database.
    if not mine.update(panel_version=""):
        return False
    sitting.refresh_from_db(fields=["state", "panel_version"])
    return True


def _message(application: Application, offer: Offer, link: Invitation) -> EmailMessage:
    opening, candidate = application.opening, application.candidate
    body = _(
        "Hello %(name)s,\n\n"
        "Since you began the written assessment for %(title)s, the panel of models that reads "
        "answers has changed. These were not named to you, and would be sent your answers:\n\n"
        "%(models)s\n\n"
        "Your answers go there only if you agree. If you say no, or nothing at all, judges that "
        "run on our own machine read them, and nothing else changes for you.\n\n"
        "Your personal link leads to the question:\n%(link)s\n\n"
        "You can answer until reading begins, which is soon after you hand in. If you are still "
        "writing, your time runs on as before: there is no need to answer now, or ever.\n\n"
        "Questions: %(contact)s (%(email)s).\n"
    ) % {
        "name": candidate.name,
        "title": opening.title,
        "models": "\n".join(
            "- " + _("%(model)s, at %(host)s") % {"model": model, "host": host}
            for host, model in offer.added
        ),
        "link": link_of(link),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }
    return EmailMessage(
        subject=_("Who may read your answers for %(title)s") % {"title": opening.title},
        body=body,
        to=[candidate.email],
        reply_to=[opening.contact_email],
    )

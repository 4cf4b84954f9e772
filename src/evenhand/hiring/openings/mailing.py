"""Sending a personal link to its candidate, and to nobody else."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import LinkExpired, LinkRevoked, MailNotSent
from evenhand.hiring.openings.links import is_ready, last_day, link_of
from evenhand.hiring.openings.models import Invitation
from evenhand.hiring.record.services import record, subject_of

log = logging.getLogger(__name__)


def is_without_mail() -> bool:
    """Return whether what is mailed goes to a terminal, where its reader does not look."""
    return settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def send_link(*, invitation: Invitation, actor: str, now: datetime) -> None:
    """E-mail a link to its candidate, once the entry that says so is kept.

    Raises:
        LinkRevoked, LinkExpired: there is nothing useful to send.
        MailNotSent: the mail server did not take it; that is recorded too.
    """
    if invitation.revoked_at is not None:
        raise LinkRevoked(_("This link was revoked. Make a new one and send that."))
    if now >= invitation.expires_at and is_ready(invitation):
        raise LinkExpired(_("This link has run out. Make a new one and send that."))
    application = invitation.application
    facts = {"invitation": str(invitation.pk)}
    message = _message(invitation)

    def send() -> None:
        try:
            message.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            # The error's own text may hold the address, which has no place in a log.
            log.warning("application %s: link not sent: %s", application.pk, type(error).__name__)
            with transaction.atomic():
                record("link.not_sent", subject_of(application), actor=actor, facts=facts, now=now)
            said = _("The e-mail could not be sent. The link itself works: copy it, or try again.")
            if not is_ready(invitation):
                # Who holds the link of a sitting that has begun could write in their place.
                said = _("The e-mail could not be sent. The link itself works: try again later.")
            raise MailNotSent(said) from None

    with transaction.atomic():
        record("link.sent", subject_of(application), actor=actor, facts=facts, now=now)
        transaction.on_commit(send)


def _message(invitation: Invitation) -> EmailMessage:
    opening = invitation.application.opening
    candidate = invitation.application.candidate
    body = _("Hello %(name)s,\n\n%(says)s\n") % {
        "name": candidate.name,
        "says": _invites(invitation) if is_ready(invitation) else _leads_back(invitation),
    }
    return EmailMessage(
        subject=_("Your assessment for %(title)s") % {"title": opening.title},
        body=body,
        to=[candidate.email],
        reply_to=[opening.contact_email],
    )


def _invites(invitation: Invitation) -> str:
    sitting, opening = invitation.application.sitting, invitation.application.opening
    return _(
        "You are invited to the written assessment for %(title)s. It has %(count)s questions and "
        "up to %(minutes)s minutes in one go. The first page says what is asked and how it is "
        "scored; nothing starts before you agree.\n\n"
        "Your personal link, open until %(day)s:\n%(link)s\n\n"
        "If you need more time or another form, say so on the first page, or write to "
        "%(contact)s (%(email)s)."
    ) % {
        "title": opening.title,
        "count": len(sitting.prompts),
        "minutes": round(sitting.allowed.total_seconds() / 60),
        "day": last_day(invitation),
        "link": link_of(invitation),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }


def _leads_back(invitation: Invitation) -> str:
    """Return the text for whoever has begun: their link has no last day, and their clock runs."""
    opening = invitation.application.opening
    return _(
        "This is your personal link to the written assessment for %(title)s, which you have begun. "
        "It leads back to what you wrote:\n%(link)s\n\n"
        "Unless you have handed in, your clock has run on. If it is a new link, the one before it "
        "works no more. If something is in your way, write to %(contact)s (%(email)s)."
    ) % {
        "title": opening.title,
        "link": link_of(invitation),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }

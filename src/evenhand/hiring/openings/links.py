"""Personal links: signed, expiring, revocable."""

from __future__ import annotations

import logging
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from evenhand.hiring.errors import LinkExpired, LinkRevoked, LinkUnknown, MailNotSent
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.keys.services import actor_of
from evenhand.hiring.openings.models import Application, Invitation, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import Event, record, record_all, subject_of
from evenhand.hiring.sittings.models import Sitting

log = logging.getLogger(__name__)

_SIGNER = signing.Signer(salt="evenhand.hiring.invitation", sep=".")


def token_of(invitation: Invitation) -> str:
    """Return the token of a link: the invitation's id, signed. It is kept nowhere."""
    return _SIGNER.sign(urlsafe_b64encode(invitation.id.bytes).decode().rstrip("="))


def link_of(invitation: Invitation) -> str:
    """Return the whole address that the candidate opens."""
    return f"{settings.BASE_URL}{reverse('sitting-start', args=[token_of(invitation)])}"


def open_invitation(token: str, now: datetime) -> Invitation:
    """Return the invitation of a link, with its application, opening, candidate and sitting.

    A link runs out for those who have not begun. Who has begun in time keeps the way back to their
    answers, and to the thank-you page after handing in.

    Raises:
        LinkUnknown, LinkExpired, LinkRevoked: says what happened and what to do.
    """
    invitation = (
        Invitation.objects.select_related(
            "application__opening",
            "application__pack",
            "application__candidate",
            "application__sitting",
        )
        .filter(pk=_id_in(token))
        .first()
    )
    if invitation is None:
        raise unknown_link()
    opening = invitation.application.opening
    if invitation.revoked_at is not None:
        raise LinkRevoked(
            _("This link is no longer valid. Use a newer one if you have it, or ask %(contact)s.")
            % {"contact": opening.contact_email},
            opening,
        )
    if now >= invitation.expires_at and _is_ready(invitation):
        raise LinkExpired(
            _("This link ended on %(day)s. Ask %(contact)s for a new one.")
            % {"day": _day(invitation.expires_at), "contact": opening.contact_email},
            opening,
        )
    return invitation


@dataclass(frozen=True)
class Link:
    """A link that we signed, with what it leads to for good, whether or not it still opens.

    Attributes:
        token: as it stands in the address.
        invitation: the invitation's id.
        sitting: the sitting's id.
    """

    token: str
    invitation: uuid.UUID
    sitting: uuid.UUID


@lru_cache(maxsize=8192)
def link_in(token: str) -> Link:
    """Return the link of a token; asked for again, without a look at signature or database.

    An invitation stays with its application, and an application with its sitting. That they are
    there, and that the link was not revoked, is looked up each time by whoever writes.

    Raises:
        LinkUnknown: there is no such link.
    """
    invitation = _id_in(token)
    found = Invitation.objects.filter(pk=invitation).values_list("application__sitting", flat=True)
    sitting: uuid.UUID | None = found.first()
    if sitting is None:
        raise unknown_link()
    return Link(token, invitation, sitting)


def renew_link(*, application: Application, by: User, now: datetime) -> Invitation:
    """Make a new link; the one before stops working."""
    actor = f"user:{by.pk}"
    with transaction.atomic():
        # The update takes the row's lock: two people who renew at once do so one after the other.
        Application.objects.filter(pk=application.pk).update(number=F("number"))
        live = Invitation.objects.filter(application=application, revoked_at__isnull=True)
        events = [_revoked(old, actor) for old in live]
        live.update(revoked_at=now)
        invitation = new_invitation(application, application.opening, now)
        invitation.save(force_insert=True)
        record_all([*events, made_event(invitation, actor)], now=now)
    return invitation


def note_shown(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Keep that somebody was shown the link of a person who has begun: it opens their answers."""
    facts = {"invitation": str(invitation.pk)}
    subject = f"application:{invitation.application_id}"
    with transaction.atomic():
        record("link.shown", subject, actor=f"user:{by.pk}", facts=facts, now=now)


def revoke_link(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Stop a link from working; doing it twice is harmless."""
    with transaction.atomic():
        live = Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True)
        if live.update(revoked_at=now) == 1:
            record_all([_revoked(invitation, f"user:{by.pk}")], now=now)


def send_link(*, invitation: Invitation, by: User | ApiKey, now: datetime) -> None:
    """E-mail a link to its candidate, once the entry that says so is kept.

    Raises:
        LinkRevoked, LinkExpired: there is nothing useful to send.
        MailNotSent: the mail server did not take it; that is recorded too.
    """
    if invitation.revoked_at is not None:
        raise LinkRevoked(_("This link was revoked. Make a new one and send that."))
    if now >= invitation.expires_at and _is_ready(invitation):
        raise LinkExpired(_("This link has run out. Make a new one and send that."))
    application = invitation.application
    facts = {"invitation": str(invitation.pk)}
    actor = actor_of(by)
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
            if not _is_ready(invitation):
                # Who holds the link of a sitting that has begun could write in their place.
                said = _("The e-mail could not be sent. The link itself works: try again later.")
            raise MailNotSent(said) from None

    with transaction.atomic():
        record("link.sent", subject_of(application), actor=actor, facts=facts, now=now)
        transaction.on_commit(send)


def new_invitation(application: Application, opening: Opening, now: datetime) -> Invitation:
    """Return an unsaved invitation that runs as long as the opening says."""
    return Invitation(
        application=application,
        created_at=now,
        expires_at=now + timedelta(days=opening.link_days),
    )


def made_event(invitation: Invitation, actor: str) -> Event:
    """Return the event of a link that was made."""
    return Event(
        "link.made",
        f"application:{invitation.application_id}",
        actor,
        {"invitation": str(invitation.pk), "expires_at": invitation.expires_at.isoformat()},
    )


def _revoked(invitation: Invitation, actor: str) -> Event:
    subject = f"application:{invitation.application_id}"
    return Event("link.revoked", subject, actor, {"invitation": str(invitation.pk)})


def _sitting(invitation: Invitation) -> Sitting:
    sitting: Sitting = invitation.application.sitting
    return sitting


def _id_in(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=urlsafe_b64decode(_SIGNER.unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        raise unknown_link() from None


def unknown_link() -> LinkUnknown:
    """Return what is said of a link that leads nowhere."""
    return LinkUnknown(
        _("This link is not complete or not ours. Copy all of it from the e-mail and try again.")
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y")


def _message(invitation: Invitation) -> EmailMessage:
    opening = invitation.application.opening
    candidate = invitation.application.candidate
    body = _("Hello %(name)s,\n\n%(says)s\n") % {
        "name": candidate.name,
        "says": _invites(invitation) if _is_ready(invitation) else _leads_back(invitation),
    }
    return EmailMessage(
        subject=_("Your assessment for %(title)s") % {"title": opening.title},
        body=body,
        to=[candidate.email],
        reply_to=[opening.contact_email],
    )


def _is_ready(invitation: Invitation) -> bool:
    return _sitting(invitation).state == Sitting.State.READY


def _invites(invitation: Invitation) -> str:
    sitting, opening = _sitting(invitation), invitation.application.opening
    return _(
        "you are invited to the written assessment for %(title)s. It has %(count)s questions and "
        "up to %(minutes)s minutes in one go. The first page says what is asked and how it is "
        "scored; nothing starts before you agree.\n\n"
        "Your personal link, open until %(day)s:\n%(link)s\n\n"
        "If you need more time or another form, say so on the first page, or write to "
        "%(contact)s (%(email)s)."
    ) % {
        "title": opening.title,
        "count": len(sitting.prompts),
        "minutes": round(sitting.allowed.total_seconds() / 60),
        "day": _day(invitation.expires_at),
        "link": link_of(invitation),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }


def _leads_back(invitation: Invitation) -> str:
    """Return the text for whoever has begun: their link has no last day, and their clock runs."""
    opening = invitation.application.opening
    return _(
        "this is your personal link to the written assessment for %(title)s, which you have begun. "
        "It leads back to what you wrote:\n%(link)s\n\n"
        "The clock has run on since you began. If it is a new link, the one before it works no "
        "more. If something is in your way, write to %(contact)s (%(email)s)."
    ) % {
        "title": opening.title,
        "link": link_of(invitation),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }

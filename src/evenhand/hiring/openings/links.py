"""Personal links: signed, expiring, revocable."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.errors import LinkExpired, LinkRevoked, LinkUnknown, SittingError
from evenhand.hiring.moments import in_words
from evenhand.hiring.openings.models import Application, Invitation, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import Event, record, record_all
from evenhand.hiring.sittings.models import Sitting

MOST_LINKS = 20
"""From how many on an application gets no more at its candidate's own wish; staff may go on."""

_SIGNER = signing.Signer(salt="evenhand.hiring.invitation", sep=".")


def token_of(invitation: Invitation) -> str:
    """Return the token of a link: the invitation's id, signed. It is kept nowhere."""
    return _SIGNER.sign(urlsafe_b64encode(invitation.id.bytes).decode().rstrip("="))


def may_be_told(invitation: Invitation, state: str, now: datetime) -> bool:
    """Return whether the hiring side is told a link, given the state of its sitting.

    Once somebody has begun it is theirs alone: whoever holds it could read their copy or write in
    their place. One that is not open leads nowhere.
    """
    return state == Sitting.State.READY and invitation.is_open(now)


def link_of(invitation: Invitation) -> str:
    """Return the whole address that the candidate opens."""
    return f"{settings.BASE_URL}{reverse('sitting-start', args=[token_of(invitation)])}"


def open_invitation(token: str, now: datetime) -> Invitation:
    """Return the invitation of a link, with its application, opening, candidate and sitting.

    A link runs out for those who have not begun. Who has begun in time keeps the way back to their
    answers, and to the thank-you page after handing in; who was given feedback, to that.

    Raises:
        LinkUnknown, LinkExpired, LinkRevoked: says what happened and what to do.
    """
    invitation = (
        Invitation.objects.select_related(
            "application__opening",
            "application__pack",
            "application__candidate",
            "application__sitting",
            "application__feedback",
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
    told = hasattr(invitation.application, "feedback")
    if now >= invitation.expires_at and is_ready(invitation) and not told:
        raise LinkExpired(
            _("This link ended on %(day)s. Ask %(contact)s for a new one.")
            % {"day": last_day(invitation), "contact": opening.contact_email},
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


def renew_link(*, application: Application, actor: str, now: datetime) -> Invitation:
    """Make a new link; the one before stops working."""
    with transaction.atomic():
        # The update takes the row's lock: two people who renew at once do so one after the other.
        Application.objects.filter(pk=application.pk).update(number=F("number"))
        return _renew(application, actor, now)


def replace_own_link(*, application: Application, now: datetime) -> Invitation:
    """Make the link that only its candidate knows: the one before was sent by the hiring side.

    Raises:
        SittingError: it has not begun, and whoever invited still has to see the link to hand it
            over; or so many links were made that somebody should be asked what is wrong.
    """
    with transaction.atomic():
        Application.objects.filter(pk=application.pk).update(number=F("number"))
        if Sitting.objects.filter(application=application, state=Sitting.State.READY).exists():
            raise SittingError(_("Begin first: until then your link is the one you were sent."))
        if Invitation.objects.filter(application=application).count() >= MOST_LINKS:
            contact = application.opening.contact_email
            raise SittingError(
                _("Too many links were made. Ask %(contact)s for a new one.") % {"contact": contact}
            )
        return _renew(application, f"candidate:{application.pk}", now)


def _renew(application: Application, actor: str, now: datetime) -> Invitation:
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


def _id_in(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=urlsafe_b64decode(_SIGNER.unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        raise unknown_link() from None


def unknown_link() -> LinkUnknown:
    """Return what is said of a link that leads nowhere."""
    return LinkUnknown(
        _(
            "This link is not complete, it is not ours, or what it led to was erased. Copy all of "
            "it from the e-mail and try again."
        )
    )


def last_day(invitation: Invitation) -> str:
    """Return the day until which somebody who has not begun may begin, in words."""
    return in_words(invitation.expires_at, "j F Y")


def is_ready(invitation: Invitation) -> bool:
    """Return whether nobody has begun with this link or one before it."""
    sitting: Sitting = invitation.application.sitting
    return sitting.state == Sitting.State.READY

"""Withdrawing: a candidate ends their own application, and may take that back.

Both are theirs to say. Behind their personal link they do it themselves; where they told somebody,
who runs the opening records it for them, and they are told so. Nobody of the hiring side says for
them that they apply after all. What they wrote stays theirs to read until it is erased.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FieldError, MailNotSent
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.interviews.queries import OPEN
from evenhand.hiring.openings.links import is_ready, link_of, renew_link
from evenhand.hiring.openings.models import Application, Invitation
from evenhand.hiring.openings.services import lock
from evenhand.hiring.people.models import User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import Event, record_all, subject_of
from evenhand.hiring.sittings.models import Sitting

log = logging.getLogger(__name__)

TOLD: Final = ("phone", "writing", "person")
"""How a candidate told it to who records it; a code, since the record is never erased."""
WITHDRAWN, TAKEN_BACK = "application.withdrawn", "application.withdrawal_taken_back"


def withdraw(*, application: Application, by_link: Invitation, now: datetime) -> bool:
    """End an application at its candidate's wish; True for the one call that did it.

    Interviews that are not over are called off, and whoever was invited to one is told by the
    letters that follow from that. Nothing more is saved, read or decided. The candidate gets an
    e-mail, in case somebody else had their link; the contact person gets one without a name.

    Args:
        application: with its opening and candidate.
        by_link: the link that they did it with; their e-mail leads back by it.
        now: the moment.
    """
    with transaction.atomic():
        if not _end(application, f"candidate:{application.pk}", {}, now):
            return False
        letters = [_to_candidate(application, by_link), _to_contact(application, back=False)]
        transaction.on_commit(lambda: _send(application, letters))
    return True


def record_withdrawal(*, application: Application, told: str, by: User, now: datetime) -> bool:
    """End an application whose candidate told somebody so; True for the one call that did it.

    It does what `withdraw` does. The entry says who recorded it and how it was told, and the
    candidate gets an e-mail with the link by which they alone can take it back: a new one where
    none would open.

    Args:
        application: with its opening and candidate.
        told: one of `TOLD`.
        by: who records it.
        now: the moment.

    Raises:
        FieldError: `told` is none of `TOLD`.
        MailNotSent: it is recorded, but the mail server did not take the candidate's letter.
    """
    if told not in TOLD:
        raise FieldError(_("Choose from the list how they told it."))
    actor = f"user:{by.pk}"

    def send() -> None:
        if _send(application, letters):
            return
        raise MailNotSent(
            _(
                "It is recorded, but the e-mail that tells them could not be sent. Tell them "
                "yourself; their personal link takes it back."
            )
        )

    with transaction.atomic():
        if not _end(application, actor, {"told": told}, now):
            return False
        live = application.invitations.filter(revoked_at__isnull=True).first()
        if live is None or (now >= live.expires_at and is_ready(live)):
            live = renew_link(application=application, actor=actor, now=now)
        letters = [_recorded(application, live)]
        if application.opening.contact_email != by.email:
            letters.append(_to_contact(application, back=False))
        transaction.on_commit(send)
    return True


def told_by(application: Application) -> str:
    """Return how the withdrawal that counts was told to who recorded it: one of `TOLD`.

    Empty where the candidate did it with their link, or has not withdrawn.
    """
    if application.withdrawn_at is None:
        return ""
    entries = LedgerEntry.objects.filter(subject=subject_of(application), action=WITHDRAWN)
    last = entries.order_by("-seq").first()
    return "" if last is None else str(last.facts.get("told", ""))


def take_back(*, application: Application, now: datetime) -> bool:
    """Let an application go on at its candidate's wish; True for the one call that did it.

    What was called off stays called off, and a clock that ran has run on. Whoever calls this
    enqueues the scoring of what is handed in and not scored.
    """
    with transaction.atomic():
        _hold(application)
        rows = Application.objects.filter(pk=application.pk, withdrawn_at__isnull=False)
        if not rows.update(withdrawn_at=None):
            return False
        actor = f"candidate:{application.pk}"
        record_all([Event(TAKEN_BACK, subject_of(application), actor, {})], now=now)
        application.withdrawn_at = None
        letters = [_to_contact(application, back=True)]
        transaction.on_commit(lambda: _send(application, letters))
    return True


def _end(application: Application, actor: str, facts: Mapping[str, str], now: datetime) -> bool:
    """End it and call its interviews off, each with its entry; False where that was done before."""
    _hold(application)
    rows = Application.objects.filter(pk=application.pk, withdrawn_at__isnull=True)
    if not rows.update(withdrawn_at=now):
        return False
    # Held until they are called off: none of them is over by then.
    held = Interview.objects.select_for_update().filter(application=application, state__in=OPEN)
    off = list(held.values_list("pk", flat=True))
    whose = {"application": str(application.pk)}
    events = [Event("interview.cancelled", f"interview:{pk}", actor, whose) for pk in off]
    called_off = Interview.objects.filter(pk__in=off)
    called_off.update(state=Interview.State.CANCELLED, cancelled_at=now)
    state = Sitting.objects.values_list("state", flat=True).get(application=application)
    said = {"sitting_state": state, **facts}
    record_all([*events, Event(WITHDRAWN, subject_of(application), actor, said)], now=now)
    application.withdrawn_at = now
    return True


def _hold(application: Application) -> None:
    # In the order in which scoring and saving take them, so that nobody waits in a circle.
    lock(application.opening)
    Sitting.objects.filter(application=application).update(panel_version=F("panel_version"))


def _to_candidate(application: Application, by_link: Invitation) -> EmailMessage:
    opening = application.opening
    body = _(
        "Hello %(name)s,\n\n"
        "You have withdrawn your application for %(title)s. Thank you for the time that you gave "
        "it. Nobody goes on reading what you wrote, and any interview that was planned is called "
        "off.\n\n"
        "Your personal link shows what is kept about you and for how long, and how to have it "
        "erased. There you can also take the withdrawal back:\n%(link)s\n\n"
        "If it was not you who withdrew, take it back there, and tell %(contact)s (%(email)s).\n"
    ) % {
        "name": application.candidate.name,
        "title": opening.title,
        "link": link_of(by_link),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }
    return EmailMessage(
        subject=_("You have withdrawn: %(title)s") % {"title": opening.title},
        body=body,
        to=[application.candidate.email],
        reply_to=[opening.contact_email],
    )


def _recorded(application: Application, link: Invitation) -> EmailMessage:
    opening = application.opening
    body = _(
        "Hello %(name)s,\n\n"
        "The hiring team has recorded that you withdraw your application for %(title)s, as you "
        "told them. Thank you for the time that you gave it. Nobody goes on reading what you "
        "wrote, and any interview that was planned is called off.\n\n"
        "If that is not what you meant, or you change your mind, take it back with your personal "
        "link; only you can do that:\n%(link)s\n\n"
        "The link also shows what is kept about you and for how long, and how to have it erased. "
        "Questions: %(contact)s (%(email)s).\n"
    ) % {
        "name": application.candidate.name,
        "title": opening.title,
        "link": link_of(link),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }
    return EmailMessage(
        subject=_("Your withdrawal is recorded: %(title)s") % {"title": opening.title},
        body=body,
        to=[application.candidate.email],
        reply_to=[opening.contact_email],
    )


def _to_contact(application: Application, *, back: bool) -> EmailMessage:
    opening = application.opening
    said = (
        _(
            "%(code)s has taken their withdrawal back: the application goes on. Interviews that "
            "were called off have to be planned anew."
        )
        if back
        else _(
            "%(code)s has withdrawn. Interviews that were planned with them are called off, and "
            "nothing more is sent to them by itself."
        )
    ) % {"code": application.code}
    page = f"{settings.BASE_URL}{reverse('opening', args=[opening.pk])}"
    subject = (
        _("A candidate for %(title)s goes on after all")
        if back
        else _("A candidate for %(title)s has withdrawn")
    )
    return EmailMessage(
        subject=subject % {"title": opening.title},
        body=f"{said}\n\n{page}\n",
        to=[opening.contact_email],
    )


def _send(application: Application, letters: list[EmailMessage]) -> bool:
    """Send what also stands on pages; a mail server that is down undoes no withdrawal.

    Returns:
        Whether the first one, which is the candidate's where they get one, went out.
    """
    went = [True] * len(letters)
    for number, letter in enumerate(letters):
        try:
            letter.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            # The error's own text may hold an address, which has no place in a log.
            said = "application %s: not told of a withdrawal: %s"
            log.warning(said, application.pk, type(error).__name__)
            went[number] = False
    return went[0]

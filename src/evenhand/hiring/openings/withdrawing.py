"""Withdrawing: a candidate ends their own application, and may take that back.

Both are theirs alone, behind their personal link: nobody of the hiring side says for them that they
apply, or that they do not. What they wrote stays theirs to read until it is erased.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.interviews.queries import OPEN
from evenhand.hiring.openings.links import link_of
from evenhand.hiring.openings.models import Application, Invitation
from evenhand.hiring.openings.services import lock
from evenhand.hiring.record.services import Event, record_all, subject_of
from evenhand.hiring.sittings.models import Sitting

log = logging.getLogger(__name__)

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
    actor = f"candidate:{application.pk}"
    with transaction.atomic():
        _hold(application)
        rows = Application.objects.filter(pk=application.pk, withdrawn_at__isnull=True)
        if not rows.update(withdrawn_at=now):
            return False
        # Held until they are called off: none of them is over by then.
        held = Interview.objects.select_for_update().filter(application=application, state__in=OPEN)
        off = list(held.values_list("pk", flat=True))
        facts = {"application": str(application.pk)}
        events = [Event("interview.cancelled", f"interview:{pk}", actor, facts) for pk in off]
        called_off = Interview.objects.filter(pk__in=off)
        called_off.update(state=Interview.State.CANCELLED, cancelled_at=now)
        state = Sitting.objects.values_list("state", flat=True).get(application=application)
        withdrawn = Event(WITHDRAWN, subject_of(application), actor, {"sitting_state": state})
        record_all([*events, withdrawn], now=now)
        application.withdrawn_at = now
        letters = [_to_candidate(application, by_link), _to_contact(application, back=False)]
        transaction.on_commit(lambda: _send(application, letters))
    return True


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


def _send(application: Application, letters: list[EmailMessage]) -> None:
    """Send what also stands on pages; a mail server that is down undoes no withdrawal."""
    for letter in letters:
        try:
            letter.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            # The error's own text may hold an address, which has no place in a log.
            said = "application %s: not told of a withdrawal: %s"
            log.warning(said, application.pk, type(error).__name__)

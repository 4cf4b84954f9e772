"""What candidates and the contact person are told by e-mail: that something is there, no level."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.errors import MailNotSent
from evenhand.hiring.feedback.models import CONTEST_DAYS, Contest
from evenhand.hiring.openings.links import link_of
from evenhand.hiring.openings.models import Application, Invitation
from evenhand.hiring.record.services import SYSTEM, Event, record_all

log = logging.getLogger(__name__)


def post_released(applications: Sequence[uuid.UUID], now: datetime) -> None:
    """Tell candidates that their feedback is there; call it when its release is committed.

    Raises:
        MailNotSent: some could not be told; that is recorded for each of them.
    """
    live = Invitation.objects.filter(application__in=applications, revoked_at__isnull=True)
    people = live.select_related("application__candidate", "application__opening")
    untold = _untold([(one.application, _released(one)) for one in people])
    if not untold:
        return
    with transaction.atomic():
        subjects = [f"application:{one.pk}" for one in untold]
        record_all([Event("feedback.not_sent", one, SYSTEM, {}) for one in subjects], now=now)
    raise MailNotSent(
        ngettext(
            "Released. The e-mail to %(n)d person could not be sent; their link shows it.",
            "Released. The e-mails to %(n)d people could not be sent; their links show it.",
            len(untold),
        )
        % {"n": len(untold)}
    )


def post_contested(contest: Contest) -> None:
    """Tell the contact person that a contest waits; it stands on their page too."""
    _untold([(contest.application, _contested(contest))])


def post_settled(contest: Contest) -> None:
    """Tell a candidate that a contest came to an end, where a link leads to its outcome."""
    live = contest.application.invitations.filter(revoked_at__isnull=True).first()
    if live is not None:
        _untold([(contest.application, _settled(live))])


def _untold(letters: Iterable[tuple[Application, EmailMessage]]) -> list[Application]:
    """Send letters over one connection; return whose could not be sent."""
    untold = []
    line = get_connection()
    reached = _opened(line)
    for application, letter in letters:
        letter.connection = line
        try:
            if not reached:
                raise ConnectionError
            letter.send()
        except OSError as error:  # smtplib's errors are OSErrors too
            # The error's own text may hold the address, which has no place in a log.
            log.warning("application %s: not told: %s", application.pk, type(error).__name__)
            untold.append(application)
    line.close()
    return untold


def _opened(line: BaseEmailBackend) -> bool:
    """Open a connection; a mail server that is down is waited for once, not once a letter."""
    try:
        line.open()
    except OSError:
        return False
    return True


def _released(invitation: Invitation) -> EmailMessage:
    opening = invitation.application.opening
    body = _(
        "Hello %(name)s,\n\n"
        "Your feedback on the assessment for %(title)s is ready. It says what your answers "
        "showed, and what you could try next. You can read it, print it, and save it as a file:\n"
        "%(link)s\n\n"
        "If you think that something was read wrongly, you can contest it on that page within "
        "%(days)s days. Two people then rate it again.\n\n"
        "Questions: %(contact)s (%(email)s)\n"
    ) % {
        "name": invitation.application.candidate.name,
        "title": opening.title,
        "link": link_of(invitation),
        "days": CONTEST_DAYS,
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }
    return _letter(_("Your feedback for %(title)s"), invitation, body)


def _settled(invitation: Invitation) -> EmailMessage:
    opening = invitation.application.opening
    body = _(
        "Hello %(name)s,\n\n"
        "You contested a part of your feedback for %(title)s. Two people have rated it again. Your "
        "page says what came of it:\n%(link)s\n\n"
        "Questions: %(contact)s (%(email)s)\n"
    ) % {
        "name": invitation.application.candidate.name,
        "title": opening.title,
        "link": link_of(invitation),
        "contact": opening.contact_name,
        "email": opening.contact_email,
    }
    return _letter(_("What came of your contest, %(title)s"), invitation, body)


def _letter(subject: str, invitation: Invitation, body: str) -> EmailMessage:
    opening = invitation.application.opening
    return EmailMessage(
        subject=subject % {"title": opening.title},
        body=body,
        to=[invitation.application.candidate.email],
        reply_to=[opening.contact_email],
    )


def _contested(contest: Contest) -> EmailMessage:
    opening = contest.application.opening
    body = _(
        "%(code)s contests a part of their feedback. Two people who know nothing else of them rate "
        "it again. The page of contests says whether your team has them:\n%(link)s\n"
    ) % {
        "code": contest.application.code,
        "link": f"{settings.BASE_URL}{reverse('contests', args=[opening.pk])}",
    }
    subject = _("A candidate for %(title)s contests their feedback") % {"title": opening.title}
    return EmailMessage(subject=subject, body=body, to=[opening.contact_email])

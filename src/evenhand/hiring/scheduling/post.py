"""Sending what is due: invitations, cancellations and reminders, by whichever worker comes first.

What is due is read from the interviews, so nothing is lost with a process. A row of `Letter` and
its ledger entry are written before an e-mail is handed over, and the row is unique: of two workers
one sends. Where a worker dies between the row and the mail server's word, nobody knows whether the
e-mail went out. Then an invitation or a cancellation is sent again after a while: at least once,
since a calendar that gets it twice shows it once. A reminder is not: at most once, since a missed
reminder costs less than people who learn to overlook them. What the server is known to have refused
is tried again, less and less often.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPConnectError, SMTPRecipientsRefused, SMTPResponseException
from typing import Final

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.record.services import SYSTEM, Event, record, record_all, subject_of
from evenhand.hiring.scheduling.calendar import one_line, to_ics
from evenhand.hiring.scheduling.due import FIRST_PAUSE, MOST_TRIES, due
from evenhand.hiring.scheduling.models import REPEATABLE, Letter
from evenhand.hiring.scheduling.wording import meeting_of, words_of

log = logging.getLogger(__name__)

REFUSED: Final = (
    ConnectionRefusedError,
    socket.gaierror,
    SMTPConnectError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
"""Errors after which it is certain that nothing was sent; a timeout is none of them."""
MOST_AT_ONCE: Final = 50


@dataclass(frozen=True)
class Posted:
    """What came of a round of sending."""

    sent: int = 0
    failed: int = 0


def send_due(now: datetime) -> Posted:
    """Send the letters that are due, up to `MOST_AT_ONCE`; the next round sends the rest."""
    sent = failed = 0
    for one in due(now)[:MOST_AT_ONCE]:
        letter = _claim(one, now)
        if letter is None:
            continue
        if _deliver(letter, now):
            sent += 1
        else:
            failed += 1
    return Posted(sent, failed)


def send_again(*, interview: Interview, by: str, now: datetime) -> int:
    """Let the invitations to an interview, as it is set now, be sent once more; says how many.

    Args:
        interview: planned, with a time.
        by: the actor.
        now: the moment.
    """
    with transaction.atomic():
        letters = Letter.objects.filter(
            interview=interview, kind=Letter.Kind.INVITATION, sequence=interview.sequence
        )
        count = letters.update(sent_at=None, failed_at=now - FIRST_PAUSE, tries=1)
        if count:
            facts = {"sequence": interview.sequence}
            record("invitations.asked_again", subject_of(interview), actor=by, facts=facts, now=now)
    return count


def _claim(one: Letter, now: datetime) -> Letter | None:
    """Take a letter in hand; None where another worker has it."""
    with transaction.atomic():
        if one.pk is None:
            letter, is_mine = Letter.objects.get_or_create(
                interview_id=one.interview_id,
                kind=one.kind,
                to=one.to,
                sequence=one.sequence,
                starts_at=one.starts_at,
                defaults={"claimed_at": now},
            )
        else:
            as_seen = Letter.objects.filter(pk=one.pk, tries=one.tries, sent_at=None)
            is_mine = bool(
                as_seen.filter(claimed_at=one.claimed_at, failed_at=one.failed_at).update(
                    tries=one.tries + 1, claimed_at=now, failed_at=None
                )
            )
            letter = one
            letter.tries, letter.claimed_at, letter.failed_at = one.tries + 1, now, None
        if not is_mine:
            return None
        record_all([sent_event(letter)], now=now)
    return letter


def _deliver(letter: Letter, now: datetime) -> bool:
    """Hand a letter that was claimed over to the mail server."""
    try:
        message_of(letter, now).send()
    except (OSError, HiringError) as error:  # smtplib's errors are OSErrors too
        # The error's own text may hold the address, which has no place in a log.
        log.warning("letter %s: not sent: %s", letter.pk, type(error).__name__)
        certain = isinstance(error, (*REFUSED, HiringError))
        tries = letter.tries if certain or letter.kind in REPEATABLE else MOST_TRIES
        with transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(failed_at=now, tries=tries)
            record_all([sent_event(letter, "not_sent")], now=now)
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=now)
    return True


def message_of(letter: Letter, now: datetime) -> EmailMultiAlternatives:
    """Return the e-mail of a letter; invitations and cancellations carry their calendar entry.

    Raises:
        PackGone: the opening's pack is missing.
    """
    interview = Interview.objects.select_related(
        "application__opening", "application__candidate", "interviewer"
    ).get(pk=letter.interview_id)
    words = words_of(interview, Letter.Kind(letter.kind), Letter.To(letter.to))
    message = EmailMultiAlternatives(
        subject=one_line(words.subject),
        body=words.body,
        to=[words.email],
        reply_to=[interview.application.opening.contact_email],
    )
    if letter.kind in REPEATABLE:
        method = "REQUEST" if letter.kind == Letter.Kind.INVITATION else "CANCEL"
        meeting = meeting_of(interview, Letter.To(letter.to), sequence=letter.sequence)
        entry = to_ics([meeting], method=method, now=now)  # type: ignore[arg-type]
        # As an alternative it is offered for accepting; as a file it can be opened anywhere.
        message.attach_alternative(entry.decode(), f"text/calendar; method={method}")
        message.attach("interview.ics", entry, "application/ics")
    return message


def sent_event(letter: Letter, what: str = "sent") -> Event:
    """Return what the record says of a letter that is being sent."""
    facts = {
        "to": letter.to,
        "sequence": letter.sequence,
        "starts_at": letter.starts_at.isoformat(),
        "try": letter.tries,
    }
    return Event(f"{letter.kind}.{what}", f"interview:{letter.interview_id}", SYSTEM, facts)

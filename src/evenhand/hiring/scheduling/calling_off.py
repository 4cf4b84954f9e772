"""Calling off the interviews of somebody who is erased, while it can still be said of whom.

Their rows go with the person, and with them whatever a worker would read letters from later. So the
letters are written before, and handed over once the person is gone; one that is lost then is not
written anew.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from evenhand.hiring.errors import HiringError
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.interviews.queries import OPEN
from evenhand.hiring.openings.models import Application
from evenhand.hiring.record.services import Event, record_all
from evenhand.hiring.scheduling.due import cancellations
from evenhand.hiring.scheduling.models import Letter
from evenhand.hiring.scheduling.post import message_of, sent_event

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CalledOff:
    """What is to be recorded of it, and the letters to the interviewers who had been invited."""

    events: Sequence[Event]
    letters: Sequence[tuple[Letter, EmailMultiAlternatives]]
    at: datetime

    def send(self) -> None:
        """Hand the letters over; call it when the erasure is committed."""
        for letter, message in self.letters:
            try:
                message.send()
            except OSError as error:  # smtplib's errors are OSErrors too
                # The error's own text may hold the address, which has no place in a log.
                said = "interview %s: not told that it is called off: %s"
                log.warning(said, letter.interview_id, type(error).__name__)
                with transaction.atomic():
                    record_all([sent_event(letter, "not_sent")], now=self.at)


def call_off(application: Application, *, actor: str, now: datetime) -> CalledOff:
    """Return what calling off all that is still open of an application comes to.

    Nothing is written: the interviews are about to go with it.
    """
    theirs = Interview.objects.filter(application=application)
    facts = {"application": str(application.pk)}
    off = theirs.filter(state__in=OPEN).values_list("pk", flat=True)
    events = [Event("interview.cancelled", f"interview:{pk}", actor, facts) for pk in off]
    letters = []
    states = (*OPEN, Interview.State.CANCELLED)
    for letter in cancellations(theirs, states, Letter.To.INTERVIEWER, now):
        try:
            letters.append((letter, message_of(letter, now)))
        except HiringError as error:
            said = "interview %s: not told that it is called off: %s"
            log.warning(said, letter.interview_id, type(error).__name__)
        else:
            events.append(sent_event(letter))
    return CalledOff(events, letters, now)

"""In words: which letters about an interview went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from evenhand.hiring.models import Interview, Letter
from evenhand.hiring.scheduling.due import MOST_TRIES
from evenhand.hiring.scheduling.free import moment


@dataclass(frozen=True)
class LetterLine:
    """One letter: what, to whom, and what became of it, with the class of its badge."""

    what: str
    to: str
    state: str
    mark: str


def letter_lines(interview: Interview, now: datetime) -> list[LetterLine]:
    """Return the letters about an interview, those that wait for a worker first."""
    lines = [
        LetterLine(str(Letter.Kind.INVITATION.label), str(to.label), _("waits to be sent"), "busy")
        for to in _untold(interview, now)
    ]
    sent = Letter.objects.filter(interview=interview).order_by("-claimed_at", "-pk")
    return lines + [
        LetterLine(str(one.get_kind_display()), str(one.get_to_display()), *_state(one))
        for one in sent
    ]


def needs_worker(interview: Interview, now: datetime) -> bool:
    """Return whether an invitation waits to be sent."""
    return bool(_untold(interview, now))


def _untold(interview: Interview, now: datetime) -> list[Letter.To]:
    planned = interview.state == Interview.State.PLANNED
    if not planned or interview.starts_at is None or interview.starts_at <= now:
        return []
    told = set(
        Letter.objects.filter(
            interview=interview, kind=Letter.Kind.INVITATION, sequence=interview.sequence
        ).values_list("to", flat=True)
    )
    return [to for to in Letter.To if to.value not in told]


def _state(letter: Letter) -> tuple[str, str]:
    if letter.sent_at is not None:
        return _("sent %(when)s") % {"when": moment(letter.sent_at)}, "good"
    if letter.failed_at is None:
        return _("being sent since %(when)s") % {"when": moment(letter.claimed_at)}, "busy"
    if letter.tries >= MOST_TRIES:
        return _("not sent: the mail server did not take it"), "bad"
    return _("not sent yet: the mail server did not take it; it is tried again"), "warn"

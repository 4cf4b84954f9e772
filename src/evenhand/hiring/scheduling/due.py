"""Which letters are due, read from the interviews and from what was sent already.

While a final decision not to advance somebody stands, or they have withdrawn, nothing is sent about
their interviews but that one is called off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from evenhand.hiring.decisions.models import Decision, Outcome
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.scheduling.free import end_of
from evenhand.hiring.scheduling.models import REPEATABLE, Letter

Kind, To, State = Letter.Kind, Letter.To, Interview.State

AHEAD: Final = timedelta(hours=24)
"""Both people are reminded this long before; who was invited later than that is not."""
CARD_AFTER: Final = timedelta(hours=24)
"""An interviewer is asked for the scorecard this long after the end of the interview."""
CARD_UNTIL: Final = timedelta(days=7)
"""And not later than this: what was left lying before Evenhand sent letters is left alone."""
FIRST_PAUSE: Final = timedelta(minutes=5)
"""After the first failure; it doubles with each further one."""
MOST_TRIES: Final = 5
LOST_AFTER: Final = timedelta(minutes=10)
"""A repeatable letter of which nothing was heard for this long is sent again."""


def due(now: datetime) -> list[Letter]:
    """Return the letters to send: new ones unsaved, and those to try again as they stand."""
    return [*_invitations(now), *_cancellations(now), *_reminders(now), *_cards(now), *_again(now)]


def _invitations(now: datetime) -> Iterator[Letter]:
    """Yield one for each person who was not told of the time as it is set now."""
    for to in To.values:
        told = _told(Kind.INVITATION, to).filter(sequence=OuterRef("sequence"))
        ahead = Interview.objects.filter(
            ~Exists(told), _goes_on(), _has_account(to), state=State.PLANNED, starts_at__gt=now
        )
        for one in ahead.order_by("starts_at"):
            yield _new(one, Kind.INVITATION, to, one.sequence)


def _cancellations(now: datetime) -> Iterator[Letter]:
    """Yield one for each person who was told of an interview that does not take place."""
    for to in To.values:
        yield from cancellations(Interview.objects.all(), (State.CANCELLED,), to, now)


def cancellations(
    interviews: QuerySet[Interview], states: Collection[str], to: str, now: datetime
) -> Iterator[Letter]:
    """Yield a cancellation of each of these interviews that somebody was invited to, once.

    Its number is higher than that of any invitation (RFC 5546, 3.2.5).
    """
    off = interviews.filter(
        Exists(_told(Kind.INVITATION, to)),
        ~Exists(_told(Kind.CANCELLATION, to)),
        state__in=states,
        starts_at__gt=now,
    )
    for one in off.order_by("starts_at"):
        yield _new(one, Kind.CANCELLATION, to, one.sequence + 1)


def _reminders(now: datetime) -> Iterator[Letter]:
    """Yield one for each person whose interview is near and who was invited well before."""
    for to in To.values:
        invited = _told(Kind.INVITATION, to).filter(
            sequence=OuterRef("sequence"), sent_at__lte=OuterRef("starts_at") - AHEAD
        )
        reminded = _told(Kind.REMINDER, to).filter(starts_at=OuterRef("starts_at"))
        near = Interview.objects.filter(
            Exists(invited),
            ~Exists(reminded),
            _goes_on(),
            _has_account(to),
            state=State.PLANNED,
            starts_at__gt=now,
            starts_at__lte=now + AHEAD,
        )
        for one in near.order_by("starts_at"):
            yield _new(one, Kind.REMINDER, to, 0)


def _cards(now: datetime) -> Iterator[Letter]:
    """Yield one for each interviewer whose scorecard is still open a day after the interview."""
    reminded = _told(Kind.CARD, To.INTERVIEWER).filter(starts_at=OuterRef("starts_at"))
    late = Interview.objects.filter(
        ~Exists(reminded),
        _goes_on(),
        _has_account(To.INTERVIEWER),
        state__in=(State.PLANNED, State.BEGUN),
        starts_at__lte=now - CARD_AFTER,
        starts_at__gt=now - CARD_AFTER - CARD_UNTIL,
    )
    for one in late.order_by("starts_at"):
        if end_of(one) + CARD_AFTER <= now:
            yield _new(one, Kind.CARD, To.INTERVIEWER, 0)


def _again(now: datetime) -> Iterator[Letter]:
    """Yield what was refused, after a pause, and what may be lost, where that is to be repeated."""
    open_ = Letter.objects.filter(sent_at=None, tries__lt=MOST_TRIES).select_related("interview")
    for letter in open_:
        if not _still_says_what_is(letter, now):
            continue
        if letter.failed_at is not None:
            if letter.failed_at + FIRST_PAUSE * 2 ** (letter.tries - 1) <= now:
                yield letter
        elif letter.kind in REPEATABLE and letter.claimed_at + LOST_AFTER <= now:
            yield letter


def _still_says_what_is(letter: Letter, now: datetime) -> bool:
    interview = letter.interview
    goes_on = Interview.objects.filter(_goes_on(), pk=interview.pk)
    if letter.kind != Kind.CANCELLATION and not goes_on.exists():
        return False
    if letter.kind == Kind.CARD:
        return interview.state in (State.PLANNED, State.BEGUN)
    if letter.starts_at != interview.starts_at or letter.starts_at <= now:
        return False
    if letter.kind == Kind.CANCELLATION:
        return interview.state == State.CANCELLED
    current = letter.kind == Kind.REMINDER or letter.sequence == interview.sequence
    return current and interview.state == State.PLANNED


def _goes_on() -> Q:
    """Leave out interviews of who withdrew, or is not advanced: both may be taken back."""
    turned_down = _turned_down().filter(application=OuterRef("application"))
    return Q(application__withdrawn_at__isnull=True) & ~Q(Exists(turned_down))


def _turned_down() -> QuerySet[Decision]:
    return Decision.objects.filter(replaced_at__isnull=True, outcome=Outcome.NOT_ADVANCE)


def _has_account(to: str) -> Q:
    """Leave out interviewers whose account was closed: they are not to learn of what is to come."""
    return Q(interviewer__is_active=True) if to == To.INTERVIEWER else Q()


def _told(kind: Letter.Kind, to: str) -> QuerySet[Letter]:
    return Letter.objects.filter(interview=OuterRef("pk"), kind=kind, to=to)


def _new(interview: Interview, kind: Letter.Kind, to: str, sequence: int) -> Letter:
    if interview.starts_at is None:
        raise ValueError("an interview without a time is told of to nobody")
    return Letter(
        interview=interview, kind=kind, to=to, sequence=sequence, starts_at=interview.starts_at
    )

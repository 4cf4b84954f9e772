"""What happens to a sitting besides the writing: beginning, accommodations, handing in."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.anchors.drawing import draw
from evenhand.hiring.at_rest.fields import sealed
from evenhand.hiring.errors import (
    AlreadySettled,
    ConsentMissing,
    FieldError,
    LinkUsed,
    NotStarted,
    SittingError,
)
from evenhand.hiring.people.models import User
from evenhand.hiring.probes.queries import asked_in, never_left
from evenhand.hiring.probes.services import settle
from evenhand.hiring.record.services import SYSTEM, Event, record, record_all, subject_of
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import (
    GRACE,
    AccommodationRequest,
    Answer,
    Sitting,
)

log = logging.getLogger(__name__)

LEAST_FACTOR, MOST_FACTOR = Decimal(1), Decimal(4)
MAX_MESSAGE = 4000


def begin(
    *,
    sitting: Sitting,
    notice_version: str,
    consent: bool,
    now: datetime,
    told: Mapping[str, object] | None = None,
) -> Sitting:
    """Start the clock, with the consent and the version of the notice that it was given to.

    A second click changes nothing. `told` are the figures that stood in the notice and the digest
    of its text; they go into the record, so that the very text can be shown again.

    Raises:
        ConsentMissing: the box was not ticked.
        LinkUsed: the sitting is over.
    """
    if not consent:
        raise ConsentMissing(_("Tick the box to agree before you begin."))
    with transaction.atomic():
        begun = Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.READY).update(
            state=Sitting.State.STARTED,
            notice_version=notice_version,
            consented_at=now,
            started_at=now,
        )
        sitting.refresh_from_db()
        if begun:
            facts = {"notice": notice_version, **(told or {})}
            actor = _candidate(sitting)
            record("sitting.begun", subject_of(sitting), actor=actor, facts=facts, now=now)
    if sitting.state != Sitting.State.STARTED:
        raise LinkUsed(
            _("You have handed in this assessment; it cannot be begun again."),
            sitting.application.opening,
        )
    return sitting


def ask_accommodation(
    *, sitting: Sitting, kind: str, message: str, now: datetime
) -> AccommodationRequest:
    """Keep a wish for more time or another form, and tell the contact person of the opening.

    Raises:
        FieldError: the kind is unknown or the message too long.
    """
    if kind not in AccommodationRequest.Kind.values:
        raise FieldError(_("Choose what you need from the list."))
    if len(message) > MAX_MESSAGE:
        raise FieldError(
            _("The message may have %(most)s characters; shorten it.") % {"most": MAX_MESSAGE}
        )
    with transaction.atomic():
        request = AccommodationRequest.objects.create(
            sitting=sitting, kind=kind, message=storable(message), asked_at=now
        )
        # What was asked for stays out of the record, which is never erased: it may hint at health.
        facts = {"request": str(request.pk)}
        actor = _candidate(sitting)
        record("accommodation.asked", subject_of(sitting), actor=actor, facts=facts, now=now)
        transaction.on_commit(lambda: _mail(_to_contact(request)))
    return request


def settle_accommodation(
    *,
    request: AccommodationRequest,
    factor: Decimal | None,
    reply: str,
    by: User,
    now: datetime,
) -> None:
    """Answer a request, and tell the candidate.

    `factor` is the time allowed as a multiple of the usual time, 1 to 4; None leaves it as it is.

    Raises:
        FieldError: the factor is out of range, or the reply too long.
        AlreadySettled: somebody else answered first.
        SittingError: the sitting is over, so more time comes too late.
    """
    if factor is not None and not (factor.is_finite() and LEAST_FACTOR <= factor <= MOST_FACTOR):
        raise FieldError(_("Give the time as a multiple between 1 and 4, such as 1.5."))
    if len(reply) > MAX_MESSAGE:
        raise FieldError(
            _("The reply may have %(most)s characters; shorten it.") % {"most": MAX_MESSAGE}
        )
    with transaction.atomic():
        mine = AccommodationRequest.objects.filter(pk=request.pk, settled_at__isnull=True).update(
            settled_at=now,
            granted_factor=factor,
            reply=sealed(request, "reply", storable(reply)),
        )
        if not mine:
            raise AlreadySettled(_("This request was answered already."))
        if factor is not None:
            running = (Sitting.State.READY, Sitting.State.STARTED)
            sittings = Sitting.objects.filter(pk=request.sitting_id, state__in=running)
            if sittings.filter(time_factor__gt=factor).exists():
                raise FieldError(_("They were granted more time than that already."))
            if not sittings.update(time_factor=factor):
                raise SittingError(
                    _("The assessment is over, so more time comes too late; reply without it.")
                )
        request.refresh_from_db()
        facts = {"request": str(request.pk)}
        subject = f"sitting:{request.sitting_id}"
        record("accommodation.settled", subject, actor=f"user:{by.pk}", facts=facts, now=now)
        transaction.on_commit(lambda: _mail(_to_candidate(request)))


def submit(*, sitting: Sitting, now: datetime) -> bool:
    """Hand the answers in as they stand; True for the one call that did it.

    Whoever calls this enqueues the scoring on commit; a sweep finds what was missed.

    Raises:
        NotStarted: it has not begun.
    """
    over = sitting.closes_at is not None and sitting.closes_at <= now
    if _hand_in(sitting, SYSTEM if over else _candidate(sitting), now):
        return True
    if Sitting.objects.filter(pk=sitting.pk, state=Sitting.State.READY).exists():
        raise NotStarted(_("Your assessment has not begun, so there is nothing to hand in."))
    return False


def submit_overdue(now: datetime) -> list[Sitting]:
    """Hand in the sittings whose time, grace included, is over; returns those it handed in.

    One that cannot be handed in keeps none of the others waiting: its error is raised at the end.
    """
    started = Sitting.objects.filter(state=Sitting.State.STARTED, started_at__lte=now - GRACE)
    overdue = [s for s in started if s.closes_at is not None and s.closes_at <= now]
    handed_in, wrong = [], None
    for sitting in overdue:
        try:
            if _hand_in(sitting, SYSTEM, now):
                handed_in.append(sitting)
        except Exception as error:  # whatever it is, the time of the others is over too
            wrong = error
    if wrong is not None:
        raise wrong
    return handed_in


def _hand_in(sitting: Sitting, actor: str, now: datetime) -> bool:
    with transaction.atomic():
        # The time allowed is compared too: more may have been granted since this row was read.
        # What somebody wrote who has withdrawn is theirs alone. The row is held first: PostgreSQL
        # would not look at the application again after it had waited for the row.
        list(Sitting.objects.select_for_update().filter(pk=sitting.pk).values_list("pk"))
        taken = Sitting.objects.filter(
            pk=sitting.pk,
            state=Sitting.State.STARTED,
            time_factor=sitting.time_factor,
            application__withdrawn_at__isnull=True,
        ).update(state=Sitting.State.SUBMITTED, submitted_at=now)
        if not taken:
            return False
        sitting.refresh_from_db()
        settle(sitting, now)
        asked = asked_in(sitting)
        Answer.objects.bulk_create(
            [
                Answer(sitting=sitting, prompt=prompt, follows=follows, saved_at=now)
                for prompt, follows in asked
            ],
            ignore_conflicts=True,
        )
        answers = {answer.prompt: answer for answer in sitting.answers.all()}
        subject = subject_of(sitting)
        events = [
            Event("answer.submitted", subject, actor, _answer_facts(answers[prompt]))
            for prompt, _follows in asked
        ]
        # A follow-up belongs to the answer before it, and is rated with that.
        events += draw(sitting, [a for a in answers.values() if not a.follows], now)
        facts: dict[str, object] = {"answers": [str(answers[prompt].pk) for prompt, _ in asked]}
        unasked = never_left(sitting)
        if unasked:
            facts["no_follow_up_chosen"] = unasked
        record_all([*events, Event("sitting.submitted", subject, actor, facts)], now=now)
    return True


def _answer_facts(answer: Answer) -> dict[str, object]:
    return {
        "answer": str(answer.pk),
        "prompt": answer.prompt,
        **({"follows": answer.follows} if answer.follows else {}),
        "revision": answer.revision,
        "characters": len(answer.text),
        "sha256": digest_of(answer.text, answer.salt),
    }


def _candidate(sitting: Sitting) -> str:
    return f"candidate:{sitting.application_id}"


def _to_contact(request: AccommodationRequest) -> EmailMessage:
    application = request.sitting.application
    opening = application.opening
    lines = [
        _("%(code)s asks for: %(kind)s")
        % {"code": application.code, "kind": request.get_kind_display()},
        request.message,
        _("They may be waiting to begin. Answer on the page of the opening “%(title)s”:\n%(link)s")
        % {
            "title": opening.title,
            "link": f"{settings.BASE_URL}{reverse('opening', args=[opening.pk])}",
        },
    ]
    subject = _("A candidate for %(title)s asks for more time or another form")
    return EmailMessage(
        subject=subject % {"title": opening.title},
        body=_paragraphs(lines),
        to=[opening.contact_email],
    )


def _to_candidate(request: AccommodationRequest) -> EmailMessage:
    application = request.sitting.application
    opening = application.opening
    granted = (
        _("You have %(minutes)s minutes instead of %(usual)s.")
        % {
            "minutes": round(request.sitting.allowed.total_seconds() / 60),
            "usual": request.sitting.minutes,
        }
        if request.granted_factor is not None
        else ""
    )
    lines = [
        _("Hello %(name)s,") % {"name": application.candidate.name},
        _(
            "You asked for more time or another form of the written assessment for %(title)s. "
            "This is the answer:"
        )
        % {"title": opening.title},
        request.reply,
        granted,
        _("It stands on your page too, which your personal link opens as before."),
        _("Questions: %(contact)s (%(email)s)")
        % {"contact": opening.contact_name, "email": opening.contact_email},
    ]
    return EmailMessage(
        subject=_("Your request about the assessment for %(title)s") % {"title": opening.title},
        body=_paragraphs(lines),
        to=[application.candidate.email],
        reply_to=[opening.contact_email],
    )


def _paragraphs(lines: list[str]) -> str:
    return "\n\n".join(line for line in lines if line) + "\n"


def _mail(message: EmailMessage) -> None:
    """Send what also stands on a page; a mail server that is down must not undo the request."""
    try:
        message.send()
    except OSError as error:
        # The error's own text may hold an address, which has no place in a log.
        log.warning("a message about an accommodation was not sent: %s", type(error).__name__)

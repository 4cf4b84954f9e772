"""Calendar feeds: a signed secret address for each person, that can be taken back."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FeedUnknown
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scheduling.calendar import to_ics
from evenhand.hiring.scheduling.models import CalendarFeed
from evenhand.hiring.scheduling.wording import meeting_in_feed

_SIGNER = signing.Signer(salt="evenhand.hiring.calendar_feed", sep=".")
BACK: Final = timedelta(days=90)
"""How long a past interview stays in a feed."""


def feed_of(user: User) -> CalendarFeed | None:
    """Return the feed that somebody has, if any."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def address_of(feed: CalendarFeed) -> str:
    """Return the whole address that a calendar subscribes to. It is kept nowhere."""
    token = _SIGNER.sign(urlsafe_b64encode(feed.id.bytes).decode().rstrip("="))
    return f"{settings.BASE_URL}{reverse('calendar-feed', args=[token])}"


def make_feed(*, user: User, now: datetime) -> CalendarFeed:
    """Give somebody a feed under a new address; the one before stops working."""
    with transaction.atomic():
        # One after the other: of two that are made at once, the later one is live.
        list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))
        _revoke(user, now, subject_of(user))
        feed = CalendarFeed.objects.create(user=user, made_at=now)
        _note("feed.made", feed, user, now, subject_of(user))
    return feed


def revoke_feed(*, user: User, now: datetime, actor: str = "") -> bool:
    """Stop somebody's feed from working; returns whether there was one.

    Args:
        user: whose.
        now: the moment.
        actor: who stops it, as the record names them; its owner where empty.
    """
    with transaction.atomic():
        return _revoke(user, now, actor or subject_of(user))


def read_feed(token: str, now: datetime) -> bytes:
    """Return the calendar behind an address: times, rounds, numbers and places, and no name.

    Raises:
        FeedUnknown: the address is not complete, not ours, or was taken back.
    """
    feed = (
        CalendarFeed.objects.select_related("user")
        .filter(pk=_id_in(token), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if feed is None:
        raise FeedUnknown(_unknown())
    interviews = (
        Interview.objects.filter(interviewer=feed.user, starts_at__gte=now - BACK)
        .exclude(state=Interview.State.CANCELLED)
        .select_related("application__opening")
        .order_by("starts_at", "pk")
    )
    return to_ics([meeting_in_feed(one) for one in interviews], method="PUBLISH", now=now)


def _revoke(user: User, now: datetime, actor: str) -> bool:
    revoked = False
    for feed in CalendarFeed.objects.filter(user=user, revoked_at__isnull=True):
        live = CalendarFeed.objects.filter(pk=feed.pk, revoked_at__isnull=True)
        if live.update(revoked_at=now):
            _note("feed.revoked", feed, user, now, actor)
            revoked = True
    return revoked


def _note(action: str, feed: CalendarFeed, user: User, now: datetime, actor: str) -> None:
    record(action, subject_of(user), actor=actor, facts={"feed": str(feed.pk)}, now=now)


def _id_in(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(bytes=urlsafe_b64decode(_SIGNER.unsign(token) + "=="))
    except (signing.BadSignature, ValueError):
        raise FeedUnknown(_unknown()) from None


def _unknown() -> str:
    return _("This calendar address is not in use. Make a new one on the page My calendar.")

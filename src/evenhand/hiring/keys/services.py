"""Making keys of the API, taking them back, and letting a call in by one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.errors import KeyRefused, KeySpent, KeyUnknown
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.openings.models import Role
from evenhand.hiring.people.models import Duty, User
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import SYSTEM, record, subject_of

START: Final = "evenhand_"
"""What every key begins with, so that one that got out is found by those who look for keys."""
CALLS: Final = 240
"""Most calls by one key in a minute of the clock."""
LAPSED: Final = "key.lapsed"
ROLES: Final = (Role.RECRUITER, Role.DECIDER, Role.AUDITOR)
"""Rights that a key can have; interviews are held by people."""


def make_key(*, name: str, role: Role, by: User, now: datetime) -> tuple[ApiKey, str]:
    """Make a key of an organisation; it is told this once.

    Args:
        name: what it is for; no two live keys share one.
        role: what it may, in every opening of the organisation of who makes it.
        by: an admin.
        now: the moment.

    Returns:
        The row, and the key itself, which is kept nowhere.

    Raises:
        KeyRefused: the name is empty or taken, or no key can have these rights.
    """
    name = " ".join(name.split())
    if not name or not name.isprintable() or role not in ROLES:
        raise KeyRefused(_("A key needs a name that can be read, and the rights of a role."))
    secret = START + secrets.token_urlsafe(32)
    with transaction.atomic():
        # One after the other, so that of two of one name the second one is refused.
        type(by.organisation).objects.filter(pk=by.organisation_id).update(name=F("name"))
        taken = ApiKey.objects.filter(organisation=by.organisation, revoked_at=None, name=name)
        if taken.exists():
            raise KeyRefused(_("There is a key of this name. Take it back first, or name another."))
        key = ApiKey.objects.create(
            organisation=by.organisation,
            name=name,
            role=role,
            prefix=secret[: len(START) + 6],
            digest=_digest(secret),
            made_by=by,
            made_at=now,
            minute=_minute(now),
        )
        facts = {"role": role, "prefix": key.prefix}
        record("key.made", subject_of(key), actor=f"user:{by.pk}", facts=facts, now=now)
    return key, secret


def revoke_key(*, key: ApiKey, by: User, now: datetime) -> None:
    """Stop a key from letting anything in; doing it twice is harmless."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            record("key.revoked", subject_of(key), actor=f"user:{by.pk}", facts={}, now=now)


def let_in(secret: str, now: datetime) -> ApiKey:
    """Return the key that a call shows, and count the call.

    A key is its maker's: where that account is closed, or no admin's any more, the first call takes
    the key back, and lets nobody in.

    Raises:
        KeyUnknown: no live key is this one, or nobody answers for it any more.
        KeySpent: it has made as many calls as it may in this minute.
    """
    live = ApiKey.objects.select_related("organisation", "made_by").filter(
        digest=_digest(secret), revoked_at=None
    )
    key = live.first()
    if key is None:
        raise KeyUnknown(_("This key is not in use. Ask an admin for one."))
    if not answered_for(key):
        _lapse(key, now)
        raise KeyUnknown(_("Whoever made this key is no admin any more. Ask an admin for another."))
    minute = _minute(now)
    # Each is one statement, so that calls that come at once are all counted.
    if live.exclude(minute=minute).update(minute=minute, calls=1, last_used_at=now):
        return key
    if live.filter(minute=minute, calls__lt=CALLS).update(calls=F("calls") + 1, last_used_at=now):
        return key
    if not live.exists():
        raise KeyUnknown(_("This key is not in use. Ask an admin for one."))
    raise KeySpent(
        _("This key has made its %(calls)s calls of this minute. Go on in the next.")
        % {"calls": CALLS}
    )


def answered_for(key: ApiKey) -> bool:
    """Say whether who made a key is still an admin of its organisation, and can sign in."""
    by = key.made_by
    mine = by.organisation_id == key.organisation_id
    return mine and by.is_active and by.duty == Duty.ADMIN


def with_lapsed(keys: Iterable[ApiKey]) -> list[tuple[ApiKey, bool]]:
    """Return keys that are taken back, each with whether it lapsed because its maker left."""
    rows = list(keys)
    lapsed = LedgerEntry.objects.filter(
        action=LAPSED, subject__in=[subject_of(key) for key in rows]
    )
    subjects = set(lapsed.values_list("subject", flat=True))
    return [(key, subject_of(key) in subjects) for key in rows]


def _lapse(key: ApiKey, now: datetime) -> None:
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            facts = {"made_by": f"user:{key.made_by_id}"}
            record(LAPSED, subject_of(key), actor=SYSTEM, facts=facts, now=now)


def end_keys_of(maker: User, now: datetime) -> int:
    """End the live keys that somebody made who answers for them no more; returns how many."""
    live = list(ApiKey.objects.filter(made_by=maker, revoked_at=None))
    for key in live:
        _lapse(key, now)
    return len(live)


def actor_of(by: User | ApiKey) -> str:
    """Return who acts, as the record names them: `user:<pk>` or `key:<pk>`."""
    return f"key:{by.pk}" if isinstance(by, ApiKey) else f"user:{by.pk}"


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)

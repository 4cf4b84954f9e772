"""An account that is closed or opened again, and a duty that changes: what ends with them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import FieldError
from evenhand.hiring.keys.services import end_keys_of
from evenhand.hiring.openings.models import Membership, Opening, Role
from evenhand.hiring.people.models import Duty, Organisation, User
from evenhand.hiring.people.services import account, actor_of
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.scheduling.feeds import revoke_feed


@dataclass(frozen=True)
class Closed:
    """What ended with an account.

    Attributes:
        email: whose it was.
        sessions: places where they were signed in.
        feeds: calendar feeds that end, one or none.
        keys: keys of the API that they had made.
        orphaned: titles of openings that have no recruiter left who can sign in.
    """

    email: str
    sessions: int
    feeds: int
    keys: int
    orphaned: tuple[str, ...]

    def lines(self) -> list[str]:
        """Say what ended, and what is left to do."""
        ended = f"{self.sessions} sessions, {self.feeds} calendar feeds and {self.keys} keys"
        return [
            f"{self.email} is closed: {ended} of the API ended",
            *(
                f"{one}: nobody recruits here now; an admin adds somebody on its team page"
                for one in self.orphaned
            ),
        ]


def close_account(*, email: str, now: datetime, by: User | None = None) -> Closed:
    """Let somebody in no more, and end what lets others or machines in by their account.

    Args:
        email: whose.
        now: the moment.
        by: the admin who says so; None for the operator, at the server itself.

    Raises:
        FieldError: there is no such account, it is closed already, or its organisation would be
            left without an admin.
    """
    with transaction.atomic():
        user, actor = _held(email), actor_of(by)
        check_closable(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        closed = Closed(
            email=user.email,
            sessions=_end_sessions(user, now),
            feeds=int(revoke_feed(user=user, now=now, actor=actor)),
            keys=end_keys_of(user, now),
            orphaned=_left_alone(user),
        )
        facts = asdict(closed)
        del facts["email"], facts["orphaned"]
        record("user.closed", subject_of(user), actor=actor, facts=facts, now=now)
    return closed


def check_closable(user: User) -> None:
    """Look whether an account can be closed, without closing it.

    Raises:
        FieldError: it is closed already, or its organisation would be left without an admin.
    """
    if not user.is_active:
        raise FieldError(_("The account of %(email)s is closed already.") % {"email": user.email})
    _refuse_the_last_admin(user)


def reopen_account(*, email: str, now: datetime, by: User | None = None) -> None:
    """Let somebody in again, with the password, factors and roles that they had.

    Args:
        email: whose.
        now: the moment.
        by: the admin who says so; None for the operator.

    Raises:
        FieldError: there is no such account, or it is open.
    """
    with transaction.atomic():
        user = _held(email)
        if user.is_active:
            raise FieldError(_("The account of %(email)s is open.") % {"email": email})
        User.objects.filter(pk=user.pk).update(is_active=True)
        record("user.reopened", subject_of(user), actor=actor_of(by), facts={}, now=now)


def change_duty(*, email: str, duty: Duty, now: datetime, by: User | None = None) -> int:
    """Give somebody another duty; returns how many keys of the API ended with the former one.

    Args:
        email: whose.
        duty: what they may do in their organisation from now on.
        now: the moment.
        by: the admin who says so; None for the operator.

    Raises:
        FieldError: there is no such account, that is its duty already, or its organisation would
            be left without an admin.
    """
    with transaction.atomic():
        user = _held(email)
        if user.duty == duty:
            raise FieldError(
                _("%(email)s is %(duty)s already.") % {"email": email, "duty": duty.value}
            )
        _refuse_the_last_admin(user)
        facts = {"from": str(user.duty), "to": duty.value}
        User.objects.filter(pk=user.pk).update(duty=duty)
        record("user.duty_changed", subject_of(user), actor=actor_of(by), facts=facts, now=now)
        return 0 if duty == Duty.ADMIN else end_keys_of(user, now)


def _held(email: str) -> User:
    """Return an account while nobody else changes one of its organisation."""
    organisation = account(email).organisation_id
    list(Organisation.objects.select_for_update().filter(pk=organisation).values_list("pk"))
    return account(email)


def _refuse_the_last_admin(user: User) -> None:
    admins = User.objects.filter(
        organisation=user.organisation_id, duty=Duty.ADMIN, is_active=True
    ).values_list("pk", flat=True)
    if list(admins) == [user.pk]:
        raise FieldError(
            _(
                "%(email)s is the last admin of %(organisation)s. Make somebody else one first, "
                "on a team page or with evenhand change-duty EMAIL admin."
            )
            % {"email": user.email, "organisation": user.organisation}
        )


def _end_sessions(user: User, now: datetime) -> int:
    UserSession.objects.filter(user=user).delete()
    # A session names its user inside, where no query finds it.
    theirs = [
        one.pk
        for one in Session.objects.filter(expire_date__gt=now).iterator()
        if one.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)


def _left_alone(user: User) -> tuple[str, ...]:
    recruits = Membership.objects.filter(role=Role.RECRUITER)
    others = recruits.filter(user__is_active=True).exclude(user=user)
    alone = Opening.objects.filter(pk__in=recruits.filter(user=user).values("opening")).exclude(
        pk__in=others.values("opening")
    )
    return tuple(alone.order_by("title").values_list("title", flat=True))

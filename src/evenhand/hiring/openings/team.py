"""The team of an opening: who has which role in it, and how somebody new comes in."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import TeamError
from evenhand.hiring.openings.models import Membership, Opening, Role
from evenhand.hiring.people.models import Duty, User
from evenhand.hiring.people.passwords import password_link
from evenhand.hiring.record.services import record, subject_of


def add_to_team(
    *, opening: Opening, email: str, name: str, role: Role, by: User, now: datetime
) -> Membership:
    """Give somebody a role in an opening; who has no account yet gets one, to be opened by a link.

    Args:
        opening: where the role holds, and nowhere else.
        email: who it is.
        name: for a new account; that of a known one stays.
        role: having it already changes nothing.
        by: who gives it.
        now: the moment.

    Raises:
        TeamError: the address is none, or belongs to another organisation.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise TeamError(_("%(email)s is no e-mail address.") % {"email": address}) from None
    with transaction.atomic():
        user = User.objects.filter(email=address).first()
        if user is None:
            user = User.objects.create_user(
                address,
                first_name=" ".join(name.split())[:150],
                organisation=opening.organisation,
                duty=Duty.MEMBER,
                invited_by=by,
            )
            record("user.invited", subject_of(user), actor=f"user:{by.pk}", facts={}, now=now)
        elif user.organisation_id != opening.organisation_id or not user.is_active:
            # Whether and where an address has an account is nobody else's business.
            raise TeamError(
                _("%(email)s cannot be added here. Ask them for another address.")
                % {"email": address}
            )
        membership, joined = Membership.objects.get_or_create(
            opening=opening, user=user, role=role, defaults={"since": now}
        )
        if joined:
            _note("team.joined", membership, by, now)
    return membership


def remove_from_team(*, membership: Membership, by: User, now: datetime) -> None:
    """Take a role away; the last recruiter of an opening stays.

    Raises:
        TeamError: nobody would be left to look after the opening.
    """
    with transaction.atomic():
        opening = Opening.objects.select_for_update().get(pk=membership.opening_id)
        recruiters = Membership.objects.filter(opening=opening, role=Role.RECRUITER)
        if membership.role == Role.RECRUITER and recruiters.count() == 1:
            raise TeamError(_("An opening needs a recruiter. Add another one first."))
        if Membership.objects.filter(pk=membership.pk).delete()[0]:
            _note("team.left", membership, by, now)


def roles_in(user: User, opening: Opening) -> frozenset[Role]:
    """Return a person's roles in an opening."""
    held = Membership.objects.filter(user=user, opening=opening).values_list("role", flat=True)
    return frozenset(Role(role) for role in held)


def is_new(user: User) -> bool:
    """Say whether nobody has come in by this account yet, with a password or without one."""
    if user.has_usable_password() or user.last_login is not None:
        return False
    return not SocialAccount.objects.filter(user=user).exists()


def welcome_link(user: User, viewer: User) -> str:
    """Return the address where somebody new chooses a password, for who may send it to them.

    Whoever has it can sign in as that person: it is for who invited them, and for admins of their
    organisation. Empty for others, for an account that is closed or no longer new, and, but for
    admins, where an admin's duty waits behind it.
    """
    if viewer.duty != Duty.ADMIN and (user.invited_by_id != viewer.pk or user.duty == Duty.ADMIN):
        return ""
    mine = viewer.organisation_id == user.organisation_id
    return password_link(user) if mine and user.is_active and is_new(user) else ""


def _note(action: str, membership: Membership, by: User, now: datetime) -> None:
    record(
        action,
        f"opening:{membership.opening_id}",
        actor=f"user:{by.pk}",
        facts={"user": membership.user_id, "role": membership.role},
        now=now,
    )

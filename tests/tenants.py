"""Another organisation that uses the same pack, for tests of what is kept apart."""

from __future__ import annotations

from datetime import datetime

from evenhand.hiring.models import Duty, Opening, Organisation, User
from evenhand.hiring.openings.services import create_opening


def opening_elsewhere(like: Opening, now: datetime) -> Opening:
    """Make an opening of another organisation with the pack of this one; Eve is its admin."""
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    eve = User.objects.create_user(
        "eve@example.org", "correct horse 5", organisation=elsewhere, duty=Duty.ADMIN
    )
    return create_opening(
        title="Theirs", pack=like.pack, bar=3.0, contact_name="Eve", link_days=14,
        contact_email="eve@example.org", keep_days=180, by=eve, now=now,
    )  # fmt: skip


def admin_beside(user: User) -> User:
    """Return an admin of somebody's organisation: keys of the API are theirs to make."""
    mine = {"organisation": user.organisation, "duty": Duty.ADMIN}
    return User.objects.get_or_create(email="olga@example.org", defaults=mine)[0]

"""Scored people with feedback, and people who rate what they contest."""

from __future__ import annotations

from datetime import datetime

from tests.web.scored import components_for

from evenhand.hiring.anchors.services import Given, rate
from evenhand.hiring.feedback.contests import Contestable, contestable
from evenhand.hiring.models import (
    Anchor,
    Application,
    Contest,
    Membership,
    Opening,
    Role,
    StoredFit,
    User,
)
from evenhand.hiring.openings.packs import pack_of


def keep_components(opening: Opening, now: datetime) -> None:
    """Store what `tests.web.scored` estimates with, so that estimates can be made anew."""
    components = components_for(pack_of(opening.pack_id))
    StoredFit.objects.create(
        organisation=opening.organisation,
        version=components.version, pack_id=opening.pack_id, panel="embedded",
        panel_version="f" * 64, components=components.to_json(), inputs_sha256="0" * 64,
        ratings=1, candidates=1, converged=True, provisional=True, fitted_at=now,
    )  # fmt: skip


def member(opening: Opening, name: str, role: Role, now: datetime) -> User:
    """Return somebody new with one role in an opening."""
    user = User.objects.create_user(f"{name}@example.org", "correct horse 9", first_name=name)
    Membership.objects.create(opening=opening, user=user, role=role, since=now)
    return user


def lock_rating(anchor: Anchor, by: User, now: datetime, level: float = 5.0) -> None:
    """Let somebody rate an answer, every dimension and behaviour alike."""
    pack = pack_of(anchor.answer.sitting.application.opening.pack_id)
    given = {
        name: Given(level, {i.id: 2 for i in pack.dimension(name).indicators})
        for name in pack.prompt(anchor.answer.prompt).dimensions
    }
    rate(anchor=anchor, given=given, by=by, now=now)


def first_part(application: Application) -> Contestable:
    return contestable(application)[0]


def anchors_of(contest: Contest) -> list[Anchor]:
    return list(Anchor.objects.filter(contested_in__contest=contest).distinct())

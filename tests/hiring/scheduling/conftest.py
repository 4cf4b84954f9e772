"""Two interviewers of Alice's opening, and an interview that Ivan has with Charlie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import Application, Interview, Membership, Opening, Role, User
from evenhand.hiring.openings.services import add_candidate

Plan = Callable[..., Interview]


def interviewer(opening: Opening, name: str, now: datetime) -> User:
    user, _made = User.objects.get_or_create(
        email=f"{name.lower()}@example.org",
        defaults={"first_name": name, "organisation": opening.organisation, "duty": "member"},
    )
    Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    return user


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    return interviewer(opening, "Ivan", now)


@pytest.fixture
def petra(opening: Opening, now: datetime) -> User:
    return interviewer(opening, "Petra", now)


@pytest.fixture
def dora(opening: Opening, alice: User, now: datetime) -> Application:
    return add_candidate(
        opening=opening, name="Dora Dee", email="dora@example.org", by=alice, now=now
    )


@pytest.fixture
def plan(alice: User, now: datetime) -> Plan:
    def make(
        application: Application, who: User, round_: str = "final", minutes: int | None = None
    ) -> Interview:
        return plan_interview(
            application=application, round=round_, interviewer=who, minutes=minutes, by=alice,
            now=now,
        )  # fmt: skip

    return make


@pytest.fixture
def interview(application: Application, ivan: User, plan: Plan) -> Interview:
    """Ivan's final round with Charlie, still without a time."""
    return plan(application, ivan)

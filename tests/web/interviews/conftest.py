from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from tests.web.interviews.filling import body_of

from evenhand.hiring.interviews.services import (
    begin_interview,
    lock_card,
    plan_interview,
    save_card,
)
from evenhand.hiring.models import Application, Interview, Membership, Opening, Role, User


def interviewer(opening: Opening, email: str, name: str, now: datetime) -> User:
    user = User.objects.create_user(email, "correct horse 6", first_name=name, duty="member")
    Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    return user


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    """Who holds the final round with Charlie."""
    return interviewer(opening, "ivan@example.org", "Ivan", now)


@pytest.fixture
def pia(opening: Opening, now: datetime) -> User:
    """Who holds the peer interview with Charlie."""
    return interviewer(opening, "pia@example.org", "Pia Petrova", now)


@pytest.fixture
def planned(application: Application, ivan: User, alice: User, now: datetime) -> Interview:
    return plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )


@pytest.fixture
def begun(planned: Interview, ivan: User, now: datetime) -> Interview:
    return begin_interview(interview=planned, by=ivan, now=now)


@pytest.fixture
def locked(begun: Interview, ivan: User, now: datetime) -> Interview:
    return lock(begun, ivan, now, level=3.0)


@pytest.fixture
def peer(application: Application, pia: User, alice: User, now: datetime) -> Interview:
    """Pia's own interview with the same person, begun."""
    made = plan_interview(application=application, round="peer", interviewer=pia, by=alice, now=now)
    return begin_interview(interview=made, by=pia, now=now)


@pytest.fixture
def as_ivan(client: Client, ivan: User) -> Client:
    client.force_login(ivan)
    return client


def lock(interview: Interview, who: User, now: datetime, *, level: float) -> Interview:
    interview.refresh_from_db()
    body = body_of(interview, level)
    revision = interview.scorecard.revision
    save_card(interview=interview, body=body, base_revision=revision, now=now)
    return lock_card(interview=interview, by=who, now=now)


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from tests.contested import keep_components, member
from tests.web.scored import score

from evenhand.hiring.feedback.services import release
from evenhand.hiring.models import Application, Opening, Role, User
from evenhand.hiring.openings.services import link_of


class Clock:
    """The time that the pages see; a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move on, and return the new moment."""
        self.now += timedelta(**by)
        return self.now


@pytest.fixture(autouse=True)
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(now)
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def scored(application: Application, opening: Opening, now: datetime) -> Application:
    keep_components(opening, now)
    return score(application, now=now)


@pytest.fixture
def released(scored: Application, alice: User, now: datetime) -> Application:
    release(application=scored, by=alice, now=now)
    return scored


@pytest.fixture
def raters(opening: Opening, now: datetime) -> tuple[User, User]:
    return member(opening, "ivan", Role.INTERVIEWER, now), member(opening, "oda", Role.AUDITOR, now)


def path_of(application: Application) -> str:
    """Return the path of a candidate's link."""
    return urlsplit(link_of(application.invitations.get(revoked_at=None))).path

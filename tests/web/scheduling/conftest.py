"""An interview of Ivan's with Charlie in Alice's opening, some days ahead of the real clock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.hiring.scheduling.conftest import interviewer

from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import Application, Interview, Opening, User


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    return interviewer(opening, "Ivan", now)


@pytest.fixture
def petra(opening: Opening, now: datetime) -> User:
    return interviewer(opening, "Petra", now)


@pytest.fixture
def interview(application: Application, ivan: User, alice: User, now: datetime) -> Interview:
    return plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )


@pytest.fixture
def at() -> datetime:
    """Noon, a week from now: the pages look at the real clock."""
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=7)

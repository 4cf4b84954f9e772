"""Ivan, who interviews in Alice's opening, and an interview of his with Charlie."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.interviewing import interviewer

from evenhand.hiring.interviews.services import begin_interview, plan_interview
from evenhand.hiring.models import Application, Interview, Opening, User


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    """An interviewer of Alice's opening."""
    return interviewer(opening, "Ivan", now)


@pytest.fixture
def planned(application: Application, ivan: User, alice: User, now: datetime) -> Interview:
    """Ivan's final round with Charlie, planned."""
    return plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )


@pytest.fixture
def begun(planned: Interview, ivan: User, now: datetime) -> Interview:
    """The same, begun."""
    return begin_interview(interview=planned, by=ivan, now=now)

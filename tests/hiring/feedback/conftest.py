from __future__ import annotations

from datetime import datetime

import pytest
from tests.contested import keep_components, member
from tests.web.scored import score

from evenhand.hiring.feedback.services import release
from evenhand.hiring.models import Application, Feedback, Opening, Role, User


@pytest.fixture
def scored(application: Application, opening: Opening, now: datetime) -> Application:
    keep_components(opening, now)
    return score(application, now=now)


@pytest.fixture
def released(scored: Application, alice: User, now: datetime) -> Feedback:
    return release(application=scored, by=alice, now=now)


@pytest.fixture
def raters(opening: Opening, now: datetime) -> tuple[User, User]:
    """An interviewer and an auditor who have looked at nothing."""
    return member(opening, "ivan", Role.INTERVIEWER, now), member(opening, "oda", Role.AUDITOR, now)

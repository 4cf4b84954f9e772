from __future__ import annotations

from datetime import datetime

import pytest
from tests.deciding import decider
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import Application, Opening, User
from evenhand.hiring.openings.services import pack_of


@pytest.fixture
def dora(opening: Opening, now: datetime) -> User:
    return decider(opening, "Dora", now)


@pytest.fixture
def emil(opening: Opening, now: datetime) -> User:
    return decider(opening, "Emil", now)


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Application:
    """Charlie, scored with components that the advice finds again."""
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application, now=now)

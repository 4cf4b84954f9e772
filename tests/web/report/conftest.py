from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import Application
from evenhand.hiring.openings.services import pack_of
from evenhand.measure import Components


@pytest.fixture
def known_components(application: Application, monkeypatch: pytest.MonkeyPatch) -> Components:
    """Let the report find the components that the hand-made estimates were made with."""
    components = components_for(pack_of(application.opening.pack_id))

    def shipped(root: Path) -> Components:
        return components

    monkeypatch.setattr(choosing, "shipped_components", shipped)
    return components


@pytest.fixture
def scored(application: Application, known_components: Components) -> Application:
    """Charlie's sitting, scored: three judges, 3.2 to 4.4 on every answer."""
    return score(application)

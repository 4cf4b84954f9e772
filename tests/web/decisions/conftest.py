from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from tests.deciding import decider
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import Application, Opening, User
from evenhand.hiring.openings.services import pack_of

SAYS = (
    "I am Charlie Cole, mail charlie@example.org. At Acme I would label four hundred queries first."
)
REDACTED = [
    {"kind": "mail", "start": SAYS.index("charlie@"), "end": SAYS.index(". At Acme")},
    {"kind": "employer", "start": SAYS.index("Acme"), "end": SAYS.index("Acme") + 4},
]


@pytest.fixture
def dora(opening: Opening, now: datetime) -> User:
    return decider(opening, "Dora", now)


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Application:
    """Charlie, who names himself and his employer in every answer; the judges saw the rest."""
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application, text=SAYS, redacted=list(REDACTED), now=now)


@pytest.fixture
def deciding(client: Client, dora: User) -> Client:
    client.force_login(dora)
    return client

"""Requests of every kind that the description allows or forbids: no 5xx, and answers as described.

Schemathesis makes them from the description that the API gives of itself, and looks at the answers;
they go through the whole application, in this process. `EVENHAND_TEST_MORE` makes more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.support import more
from tests.tenants import admin_beside
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.keys import services as keys
from evenhand.hiring.keys.services import ROLES, make_key
from evenhand.hiring.models import Application, User
from evenhand.hiring.openings.services import pack_of

OPERATIONS = (
    "GET openings",
    "GET openings/{opening_id}",
    "GET openings/{opening_id}/applications",
    "POST openings/{opening_id}/invitations",
    "GET applications/{application_id}",
    "GET applications/{application_id}/report",
    "GET applications/{application_id}/decision",
)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KINDS = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
UNUSUAL = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def scored(application: Application, monkeypatch: pytest.MonkeyPatch) -> Application:
    components = components_for(pack_of(application.opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    return score(application)


@pytest.fixture
def description(db: None) -> Iterator[Any]:
    # As Django's own test client does: the connection holds the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(description: Any) -> dict[str, Any]:
    found = [one.ok() for one in description.get_all_operations()]
    return {f"{one.method.upper()} {one.path.removeprefix('/api/v1/')}": one for one in found}


def test_every_operation_is_tried(description: Any) -> None:
    assert set(operations(description)) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_asked_the_answer_is_as_described(
    description: Any,
    scored: Application,
    alice: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(keys, "CALLS", 1_000_000)
    secrets = [make_key(name=role, role=role, by=admin_beside(alice), now=now)[1] for role in ROLES]
    known = {"opening_id": str(scored.opening_id), "application_id": str(scored.pk)}
    operation = operations(description)[name]
    cases = st.one_of([operation.as_strategy(generation_mode=kind) for kind in KINDS])

    @settings(UNUSUAL, max_examples=more(50))
    @given(case=cases, there=st.booleans(), secret=st.sampled_from(secrets))
    def ask(case: Any, there: bool, secret: str) -> None:
        if there:
            case.path_parameters = {one: known[one] for one in case.path_parameters or {}}
        answer = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert "\n" not in answer.text

    ask()

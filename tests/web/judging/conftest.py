from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from tests.studies.knowing import HALF, KnowingPanel

from evenhand.hiring.judging.queries import active_panel
from evenhand.hiring.judging.services import ask_for_gate, make_gate_run
from evenhand.hiring.judging.standing import Standing
from evenhand.hiring.models import GateRun, Opening, User
from evenhand.judges import AnyPanel
from evenhand.rubric import GoldenAnswer, Pack
from evenhand.web.judging import gates


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture(autouse=True)
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the worker was asked for."""
    asked: list[str] = []
    monkeypatch.setattr(gates, "enqueue_gate", asked.append)
    return asked


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made active is as it was tried: no panel of these tests is described anywhere."""
    monkeypatch.setattr(gates, "standing_of", lambda *of: Standing(active_panel(*of)))


def good(pack: Pack, *_: object) -> AnyPanel:
    return KnowingPanel(pack, half=HALF)


def poor(pack: Pack, *_: object) -> AnyPanel:
    def low(_answer: GoldenAnswer, _dimension: str, truth: float) -> float:
        return max(truth - 1.5, 1.0)

    return KnowingPanel(pack, low, version="b" * 64)


@pytest.fixture
def tried(opening: Opening, alice: User, now: datetime) -> Callable[..., GateRun]:
    """Make a gate of Alice's pack that is done."""

    def run(load: Callable[..., AnyPanel] = good) -> GateRun:
        run = ask_for_gate(pack=opening.pack, panel="knowing", by=alice, now=now)
        make_gate_run(run.pk, load, lambda: now + timedelta(minutes=1))
        run.refresh_from_db()
        return run

    return run

"""A candidate's link, and the clock that the pages read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from evenhand.hiring.models import Application, Sitting
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


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(now)
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(autouse=True)
def scored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sittings that were handed to the worker; these tests have no worker to hand them to."""
    asked: list[str] = []
    monkeypatch.setattr("evenhand.web.sitting.handing_in.enqueue_scoring", asked.append)
    return asked


@pytest.fixture
def link(application: Application, clock: Clock) -> str:
    """The path of Charlie's link; the sitting has not begun."""
    return urlsplit(link_of(application.invitations.get())).path


@pytest.fixture
def started(link: str, sitting: Sitting) -> str:
    """The path of Charlie's link; the clock is running since `now`."""
    return link


Save = Callable[..., tuple[int, dict[str, object]]]


@pytest.fixture
def save(client: Client, started: str, sitting: Sitting) -> Save:
    """Save as the browser does; returns the status and the reply."""

    def send(text: str, base: int = 0, **more: object) -> tuple[int, dict[str, object]]:
        body = {"text": text, "base_revision": base, "tab": "tab-1"} | more
        url = f"{started}save/{sitting.prompts[0]}"
        response = client.post(url, body, content_type="application/json")
        return response.status_code, response.json()

    return send

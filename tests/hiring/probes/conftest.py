"""An answer that a candidate is about to leave, a worker, and a quick panel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.panels import PlainPanel

from evenhand.hiring.models import Opening, Sitting, Worker
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.sittings.autosave import save

Write = Callable[..., None]


@pytest.fixture
def panel(opening: Opening) -> PlainPanel:
    return PlainPanel(pack_of(opening.pack_id))


@pytest.fixture
def worker(db: None, now: datetime) -> Worker:
    return Worker.objects.create(id="worker", beat_at=now)


@pytest.fixture
def write(sitting: Sitting, now: datetime) -> Write:
    """Save an answer as the browser does, over what is there."""

    def answer(prompt: str, text: str = "I would look at the data first.") -> None:
        row = sitting.answers.filter(prompt=prompt).first()
        save(
            sitting=sitting, prompt=prompt, text=text, tab="t", replace=False, now=now,
            base_revision=row.revision if row else 0,
        )  # fmt: skip

    return answer

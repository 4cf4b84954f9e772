"""A file of durable work that belongs to one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from evenhand.work import client, engine


@pytest.fixture
def work(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The file of durable work in a home of its own, still without tables."""
    settings.HOME = tmp_path
    made = engine.make_engine()
    monkeypatch.setattr(client, "make_engine", lambda: made)
    client.client.cache_clear()
    yield made
    client.client().destroy()
    client.client.cache_clear()
    made.dispose()


@pytest.fixture
def ready(work: sa.Engine, tmp_path: Path) -> sa.Engine:
    """The same once a worker has been there."""
    DBOS.migrate(f"sqlite:///{tmp_path / 'work.sqlite3'}")
    return work

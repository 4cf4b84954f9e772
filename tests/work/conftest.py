"""Rows of durable work that belong to one test."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS
from django.db import connection

from evenhand.work import client, engine


@pytest.fixture(autouse=True)
def _dbos_speaks_to_this_test() -> None:
    """Its handler keeps the stream of the test that set logging up last, which may be closed."""
    for handler in logging.getLogger("dbos").handlers:
        if handler.name == "stderr":  # as the settings call it
            handler.stream = sys.stderr  # type: ignore[attr-defined]  # a StreamHandler


@pytest.fixture
def work(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Where the durable work of this test is kept, still without tables."""
    settings.HOME = tmp_path
    made = engine.make_engine()
    if connection.vendor == "postgresql":
        sa.event.listen(made, "connect", _look_in_dbos)
    monkeypatch.setattr(client, "make_engine", lambda: made)
    client.client.cache_clear()
    yield made
    client.client().destroy()
    client.client.cache_clear()
    if connection.vendor == "postgresql":
        with made.begin() as rows:
            rows.execute(sa.text("DROP SCHEMA IF EXISTS dbos CASCADE"))
    made.dispose()


@pytest.fixture
def ready(work: sa.Engine) -> sa.Engine:
    """The same once a worker has been there."""
    DBOS.migrate(work.url.render_as_string(hide_password=False))
    return work


def _look_in_dbos(handle: Any, _record: object) -> None:
    # A test names the tables as they are in the file.
    handle.execute("SET search_path TO dbos, public")
    handle.commit()

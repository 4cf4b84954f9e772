"""The night's refit: asked for when its hour has come, and made once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from django.utils import timezone
from tests.panels import PlainPanel
from tests.rated import rated
from tests.support import wait_until

from evenhand import judges
from evenhand.hiring.calibration import services
from evenhand.hiring.models import EstimateRow, FitInUse, LedgerEntry, Opening
from evenhand.hiring.openings.services import pack_of
from evenhand.rubric import Pack
from evenhand.work import worker
from evenhand.work.held import HELD


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, date]]:
    """What the queue was asked for."""
    calls: list[tuple[str, date]] = []
    monkeypatch.setattr(worker, "enqueue_refit", lambda pack, day: calls.append((pack, day)))
    return calls


@pytest.fixture
def scored(opening: Opening, now: datetime) -> Opening:
    """An opening with enough scored people for a fit that is used."""
    rated(opening, services.FEWEST_CANDIDATES, PlainPanel(pack_of(opening.pack_id)), now)
    return opening


def test_from_its_hour_on_every_pack_with_ratings_is_asked_for(
    scored: Opening, settings: Any, asked: list[tuple[str, date]], now: datetime
) -> None:
    settings.REFIT_AT = 9
    worker.ask_for_refits(now - timedelta(minutes=1))
    assert asked == []
    worker.ask_for_refits(now)
    assert asked == [(scored.pack_id, date(2026, 3, 2))]


def test_where_it_is_off_nothing_is_asked_for(
    scored: Opening, settings: Any, asked: list[tuple[str, date]], now: datetime
) -> None:
    settings.REFIT_AT = None
    worker.ask_for_refits(now)
    assert asked == []


def test_a_pack_that_nobody_was_scored_with_is_not_asked_for(
    opening: Opening, settings: Any, asked: list[tuple[str, date]], now: datetime
) -> None:
    settings.REFIT_AT = 0
    worker.ask_for_refits(now)
    assert asked == []


@pytest.fixture
def run_until(
    work: sa.Engine, settings: Any, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Run a worker at the moment of the test until something holds, then let it end."""

    def plain(pack: Pack, name: str, threads: int) -> PlainPanel:
        return PlainPanel(pack)

    def run(holds: Callable[[], bool]) -> None:
        stop = threading.Event()
        thread = threading.Thread(target=worker.run_worker, args=(stop,))
        thread.start()
        try:
            wait_until(holds, what="the worker")
        finally:
            stop.set()
            thread.join()

    settings.REFIT_AT = 0
    monkeypatch.setattr(judges, "load_panel", plain)
    monkeypatch.setattr(timezone, "now", lambda: now)
    HELD.clear()
    yield run
    HELD.clear()
    logging.getLogger("dbos").setLevel(logging.NOTSET)


def statuses(work: sa.Engine) -> list[str]:
    with work.connect() as connection:
        found = connection.execute(
            sa.text("SELECT status FROM workflow_status WHERE name = 'refit_pack'")
        )
        return [row[0] for row in found]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_starts_twice_in_a_day_refits_once_and_takes_the_opening_over(
    scored: Opening,
    work: sa.Engine,
    run_until: Callable[[Callable[[], bool]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fits: list[object] = []
    fit, ask = services.fit, worker.ask_for_refits
    monkeypatch.setattr(services, "fit", lambda *a, **k: fits.append(a) or fit(*a, **k))
    made = FitInUse.objects.filter(pack=scored.pack_id)
    shown = EstimateRow.objects.filter(superseded_at=None)

    run_until(lambda: made.exists() and statuses(work) == ["SUCCESS"])
    assert set(shown.values_list("components_version", flat=True)) == {made.get().fit.version}
    assert LedgerEntry.objects.filter(action="estimates.renewed").count() == 20

    # Were the same ratings looked at once more, they would be fitted anew.
    services.StoredFit.objects.update(inputs_sha256="0" * 64)
    again: list[datetime] = []
    monkeypatch.setattr(worker, "ask_for_refits", lambda at: (ask(at), again.append(at)))
    run_until(lambda: bool(again))
    assert statuses(work) == ["SUCCESS"]
    assert len(fits) == 1

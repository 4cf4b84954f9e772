"""The worker's lane of follow-ups, on the database and with a quick panel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from tests.panels import PlainPanel

from evenhand.hiring.judging.queries import ActivePanel
from evenhand.hiring.models import Opening, ProbeChoice, Sitting, Worker
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.services import finish
from evenhand.hiring.sittings.autosave import save
from evenhand.work import held, probing
from evenhand.work.held import HeldPanels


class Shelf:
    """Lends one panel, and says what it was asked for."""

    def __init__(self, panel: Any) -> None:
        self.panel = panel
        self.asked: list[tuple[str, bool]] = []

    @contextmanager
    def of(self, pack_hash: str, organisation: object, *, embedded: bool = False) -> Iterator[Any]:
        self.asked.append((pack_hash, embedded))
        yield self.panel


class Broken(PlainPanel):
    def judge(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("a word of the answer")


@pytest.fixture
def waiting(sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch) -> ProbeChoice:
    monkeypatch.setattr(timezone, "now", lambda: now)
    Worker.objects.create(id="worker", beat_at=now)
    save(
        sitting=sitting, prompt="debug_drop", text="First I would see whether it is real.",
        base_revision=0, tab="t", replace=False, now=now,
    )  # fmt: skip
    choice = finish(sitting=sitting, prompt="debug_drop", now=now)
    assert choice is not None
    return choice


def test_the_lane_chooses_what_waits_by_the_embedded_panel(
    waiting: ProbeChoice, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(PlainPanel(pack_of(opening.pack_id)))
    monkeypatch.setattr(probing, "HELD", shelf)
    assert probing.choose_next()
    assert not probing.choose_next()
    waiting.refresh_from_db()
    assert waiting.state == ProbeChoice.State.ASKED
    assert shelf.asked == [(opening.pack_id, True)]


def test_a_panel_that_breaks_lets_the_candidate_go_on_and_tells_the_log_no_word(
    waiting: ProbeChoice,
    opening: Opening,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(probing, "HELD", Shelf(Broken(pack_of(opening.pack_id))))
    assert probing.choose_next()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("none", "failed")
    assert "RuntimeError" in caplog.text
    assert "a word of the answer" not in caplog.text


def test_a_panel_is_loaded_before_it_is_needed(
    sitting: Sitting, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(None)
    monkeypatch.setattr(probing, "HELD", shelf)
    probing.warm_up()
    assert shelf.asked == [(opening.pack_id, True)]
    Opening.objects.update(probes=False)
    probing.warm_up()
    assert len(shelf.asked) == 1


def test_the_embedded_panel_is_held_once_where_it_is_active_and_beside_another_one(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pack_of(opening.pack_id)
    active = ["embedded"]
    monkeypatch.setattr(held, "active_panel", lambda *_: ActivePanel(active[0], ""))
    for load in ("load_active", "load_tried"):
        monkeypatch.setattr(held, load, lambda *_, **__: PlainPanel(pack))
    panels = HeldPanels()
    with (
        panels.of("a", opening.organisation_id) as one,
        panels.of("a", opening.organisation_id, embedded=True) as same,
    ):
        assert one is same
    active[0] = "models"
    with (
        panels.of("a", opening.organisation_id) as other,
        panels.of("a", opening.organisation_id, embedded=True) as embedded,
    ):
        assert other is not embedded
    with panels.of("a", opening.organisation_id, embedded=True) as again:
        assert again is embedded

"""Panels at hand: loaded once, and closed when the last step that uses them is over."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.panels import PlainPanel

from evenhand.hiring.judging.queries import ActivePanel
from evenhand.rubric import load_pack, shipped_pack
from evenhand.work import held
from evenhand.work.held import MOST, HeldPanels

HOME, ELSEWHERE = uuid4(), uuid4()


@pytest.fixture
def active(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The panel that is active for each pack; each load makes another one."""
    names: dict[str, str] = {}
    pack = load_pack(shipped_pack())
    monkeypatch.setattr(
        held, "active_panel", lambda pack_hash, _: ActivePanel(names.get(pack_hash, "plain"), "")
    )
    monkeypatch.setattr(held, "load_active", lambda *_, **__: PlainPanel(pack))
    return names


def test_a_panel_is_loaded_once_and_stays_open(active: dict[str, str]) -> None:
    panels = HeldPanels()
    with panels.of("a", HOME) as first:
        pass
    with panels.of("a", HOME) as again:
        assert again is first
    assert not first.closed


def test_a_panel_that_another_one_replaces_is_closed_after_its_last_use(
    active: dict[str, str],
) -> None:
    panels = HeldPanels()
    with panels.of("a", HOME) as old:
        active["a"] = "newer"
        with panels.of("a", HOME) as new:
            assert new is not old
            assert not old.closed
    assert old.closed
    assert not new.closed


def test_the_one_that_was_not_used_for_longest_makes_room(active: dict[str, str]) -> None:
    panels = HeldPanels()
    used = []
    for name in ("a", *map(str, range(MOST - 1)), "a", "one more"):
        with panels.of(name, HOME) as panel:
            used.append(panel)
    assert [panel.closed for panel in used] == [False, True, *[False] * MOST]


def test_at_the_end_everything_is_closed(active: dict[str, str]) -> None:
    panels = HeldPanels()
    with panels.of("a", HOME) as panel:
        panels.clear()
        assert not panel.closed
    assert panel.closed


def test_no_organisation_is_lent_anothers_panel_but_the_embedded_one(
    active: dict[str, str],
) -> None:
    panels = HeldPanels()
    with panels.of("a", HOME) as own, panels.of("a", ELSEWHERE) as other:
        assert own is not other
    active["a"] = "embedded"
    with panels.of("a", HOME) as own, panels.of("a", ELSEWHERE) as other:
        assert own is other

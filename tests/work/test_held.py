"""Panels at hand: loaded once, anew where they are set up otherwise, and closed after their use."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from tests.panels import PlainPanel

from evenhand.hiring.judging.queries import ActivePanel
from evenhand.rubric import Pack, load_pack, shipped_pack
from evenhand.work import held
from evenhand.work.held import AGAIN, MOST, HeldPanels

HOME, ELSEWHERE = uuid4(), uuid4()


@dataclass
class Server:
    """What is set up, and what it would lend; each load makes another panel."""

    pack: Pack
    setup: str = "as it was"
    can_load: bool = True
    names: dict[str, str] = field(default_factory=dict)
    tried: int = 0
    time: float = 0.0

    def active_panel(self, pack_hash: str, _organisation: object) -> ActivePanel:
        return ActivePanel(self.names.get(pack_hash, "plain"), "")

    def load_tried(self, *_: object, **__: object) -> PlainPanel | None:
        self.tried += 1
        return PlainPanel(self.pack) if self.can_load else None

    def load_active(self, *_: object, **__: object) -> PlainPanel:
        made = PlainPanel(self.pack)
        made.name = "embedded"
        return made

    def setup_of(self, _organisation: object) -> str:
        return self.setup

    def clock(self) -> float:
        return self.time


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server(load_pack(shipped_pack()))
    for name in ("active_panel", "load_active", "load_tried", "setup_of"):
        monkeypatch.setattr(held, name, getattr(made, name))
    return made


@pytest.fixture
def active(server: Server) -> dict[str, str]:
    """The panel that is active for each pack."""
    return server.names


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


def test_a_panel_whose_judges_were_edited_meanwhile_is_loaded_anew_and_the_old_one_closed(
    server: Server,
) -> None:
    panels = HeldPanels()
    with panels.of("a", HOME) as old:
        pass
    server.setup = "with another key"
    with panels.of("a", HOME) as new:
        assert new is not old
        assert old.closed
    server.setup, server.can_load = "one judge less", False
    with panels.of("a", HOME) as instead:
        assert (instead.name, new.closed) == ("embedded", True)


def test_the_embedded_panel_that_stands_in_is_kept_as_itself_and_no_longer_than_it_has_to(
    server: Server,
) -> None:
    panels = HeldPanels(server.clock)
    server.can_load = False
    with panels.of("a", HOME) as instead, panels.of("a", HOME, embedded=True) as embedded:
        assert instead is embedded
    with panels.of("a", HOME):
        assert server.tried == 1
    server.can_load, server.time = True, AGAIN
    with panels.of("a", HOME) as again:
        assert again.name == "plain"
    assert not embedded.closed


def test_one_that_could_not_be_loaded_is_tried_at_once_where_it_was_set_up_anew(
    server: Server,
) -> None:
    panels = HeldPanels(server.clock)
    server.can_load = False
    with panels.of("a", HOME):
        pass
    server.can_load, server.setup = True, "mended"
    with panels.of("a", HOME) as panel:
        assert panel.name == "plain"

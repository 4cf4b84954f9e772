"""What reads is what went through the gate; where that is no longer there, the default reads."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from tests.panels import PlainPanel

from evenhand import judges
from evenhand.hiring.judging.queries import ActivePanel, active_panel, load_active
from evenhand.hiring.models import Activation, GateRun, PackVersion, PanelVersion, User
from evenhand.rubric import Pack
from evenhand.work.held import HELD


class Named(PlainPanel):
    def __init__(self, pack: Pack, name: str, version: str) -> None:
        super().__init__(pack)
        self.name, self.version = name, version


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The panels that can be loaded: version by name."""
    versions = {"embedded": "e" * 64, "llm": "1" * 64}

    def load(pack: Pack, name: str, threads: int, **_further: object) -> Named:
        if name not in versions:
            raise judges.JudgeError(f'panel "{name}" is not known')
        return Named(pack, name, versions[name])

    monkeypatch.setattr(judges, "load_panel", load)
    HELD.clear()
    return versions


def make_active(pack: PackVersion, name: str, version: str, by: User, now: datetime) -> None:
    made = PanelVersion.objects.create(pack=pack, name=name, version=version, first_seen_at=now)
    run = GateRun.objects.create(
        organisation=by.organisation, pack=pack, panel=name, panel_version=made, state="done",
        passed=True, asked_by=by, asked_at=now, ended_at=now,
    )  # fmt: skip
    Activation.objects.create(
        organisation=by.organisation, pack=pack, panel_version=made, run=run, passed=True, by=by,
        at=now,
    )  # fmt: skip


def test_scoring_takes_the_panel_that_was_made_active_and_the_new_one_after_the_next(
    offered: dict[str, str], pack_version: PackVersion, alice: User, now: datetime
) -> None:
    with HELD.of(pack_version.pk, alice.organisation_id) as panel:
        assert panel.name == "embedded"
    make_active(pack_version, "llm", "1" * 64, alice, now)
    with HELD.of(pack_version.pk, alice.organisation_id) as panel:
        assert panel.version == "1" * 64
    offered["llm"] = "2" * 64
    make_active(pack_version, "llm", "2" * 64, alice, now)
    with HELD.of(pack_version.pk, alice.organisation_id) as panel:
        assert panel.version == "2" * 64
    HELD.clear()


def test_one_that_was_changed_since_its_gate_reads_nothing(
    offered: dict[str, str],
    pack_version: PackVersion,
    alice: User,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_active(pack_version, "llm", "1" * 64, alice, now)
    offered["llm"] = "2" * 64
    found = load_active(
        pack_version.pk,
        active_panel(pack_version.pk, alice.organisation_id),
        organisation=alice.organisation_id,
        threads=1,
    )
    assert found.name == "embedded"
    assert "222222222222 and not 111111111111" in caplog.text


def test_one_that_is_gone_is_stood_in_for(
    offered: dict[str, str], pack_version: PackVersion, caplog: pytest.LogCaptureFixture
) -> None:
    found = load_active(
        pack_version.pk, ActivePanel("oracle", "1" * 64), organisation=uuid4(), threads=1
    )
    assert found.name == "embedded"
    assert "cannot be loaded" in caplog.text


def test_of_another_version_the_embedded_panel_itself_still_reads(
    offered: dict[str, str], pack_version: PackVersion
) -> None:
    found = load_active(
        pack_version.pk, ActivePanel("embedded", "0" * 64), organisation=uuid4(), threads=1
    )
    assert found.version == "e" * 64

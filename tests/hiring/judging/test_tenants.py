"""What judges read, said and cost for one organisation is nothing to another."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from tests.hiring.judging.calls import gate_calls
from tests.panels import PlainPanel
from tests.rated import hand_in_rated, rated
from tests.studies.knowing import KnowingPanel
from tests.tenants import opening_elsewhere

from evenhand.hiring.drift.watching import watch_pack
from evenhand.hiring.judging import queries
from evenhand.hiring.judging.comparing import compare
from evenhand.hiring.judging.queries import ActivePanel, load_active, load_named, replies_of
from evenhand.hiring.judging.spending import forget_replies
from evenhand.hiring.models import DescribedJudge, GateRun, Opening, PanelVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.services import save_judge, save_panel
from evenhand.judges import AnyPanel
from evenhand.judges.llm.caching import answer_hash
from evenhand.judges.screening import screen
from evenhand.web.judging.queries import activations, latest_runs, version_lines
from evenhand.work import held
from evenhand.work.held import HeldPanels


@pytest.fixture
def theirs(opening: Opening, now: datetime) -> Opening:
    return opening_elsewhere(opening, now)


def test_a_gate_reads_ones_own_past_candidates_alone(
    opening: Opening, theirs: Opening, now: datetime
) -> None:
    pack = pack_of(opening.pack_id)
    rated(opening, 2, PlainPanel(pack), now)
    rated(theirs, 1, PlainPanel(pack), now)
    panel = cast(AnyPanel, KnowingPanel(pack))
    calls = gate_calls(opening, now)
    found = compare(opening.pack_id, pack, panel, organisation=opening.organisation_id, calls=calls)
    assert (set(found.flips), found.people, found.left_out) == ({str(opening.pk)}, 2, 0)


def test_the_drift_watch_charts_what_was_read_for_oneself(
    opening: Opening, theirs: Opening, now: datetime
) -> None:
    own = hand_in_rated(opening, 2, now=now)
    hand_in_rated(theirs, 3, now=now, panel_version="1" * 64, seed=2)
    (watched,) = watch_pack(opening.pack_id, opening.organisation_id)
    prompts = len(own[0].sitting.prompts)
    assert (watched.version, watched.answers) == (PlainPanel.version, 2 * prompts)
    hand_in_rated(theirs, 1, now=now, seed=3)
    (watched,) = watch_pack(opening.pack_id, opening.organisation_id)
    assert watched.answers == 2 * prompts


def test_the_versions_of_a_pack_are_those_that_read_for_oneself(
    opening: Opening, theirs: Opening, now: datetime
) -> None:
    own = hand_in_rated(opening, 1, now=now)
    hand_in_rated(theirs, 1, now=now, seed=2)
    hand_in_rated(theirs, 1, now=now, panel_version="1" * 64, seed=3)
    version = PanelVersion.objects.create(
        pack=opening.pack, name="secret", version="2" * 64, first_seen_at=now
    )
    eve = theirs.created_by
    GateRun.objects.create(
        organisation=theirs.organisation, pack=opening.pack, panel="secret", panel_version=version,
        asked_by=eve, asked_at=now, ended_at=now, state=GateRun.State.DONE,
    )  # fmt: skip
    mine = opening.organisation_id
    (line,) = version_lines(opening.pack, ActivePanel("plain", PlainPanel.version), mine)
    assert (line.version, line.read) == (PlainPanel.version, len(own[0].sitting.prompts))
    assert latest_runs(opening.pack, mine) == []
    assert not activations(opening.pack, mine).exists()
    assert len(version_lines(opening.pack, ActivePanel("plain", ""), theirs.organisation_id)) == 3


def test_judges_of_others_that_cannot_be_used_are_not_in_the_way(
    opening: Opening, theirs: Opening, now: datetime
) -> None:
    price = {"input": 1, "cached": 0.1, "output": 10}
    table = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "m", "price": price}
    for by in (opening.created_by, theirs.created_by):
        save_judge(name="mid", table=table, key="sk-1", drop_key=False, by=by, now=now)
        save_panel(name="careful", table={"judges": ["mid"], "embedded": False}, by=by, now=now)
    # Kept under another secret: it cannot be read any more.
    DescribedJudge.objects.filter(organisation=theirs.organisation).update(sealed_key="gone")
    pack, mine = pack_of(opening.pack_id), opening.organisation_id
    load_named(pack, "careful", organisation=mine, threads=1).close()


def test_an_active_panel_is_loaded_with_ones_own_replies(
    opening: Opening, theirs: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []
    pack = pack_of(opening.pack_id)
    monkeypatch.setattr(
        queries, "load_named", lambda *_, **more: given.append(more) or PlainPanel(pack)
    )
    for whose in (opening.organisation_id, theirs.organisation_id):
        active = ActivePanel("plain", PlainPanel.version)
        load_active(opening.pack_id, active, organisation=whose, threads=1)
        assert given[-1]["organisation"] == whose
        assert given[-1]["cache"] == replies_of(whose)
    assert given[0]["cache"] != given[1]["cache"]


def test_forgetting_an_answer_leaves_what_others_paid_for(
    opening: Opening, theirs: Opening, settings: Any, tmp_path: Path
) -> None:
    settings.JUDGE_REPLIES = tmp_path
    name = answer_hash(screen("The same words.", "").text)
    kept = {}
    for one in (opening, theirs):
        folder = replies_of(one.organisation_id).folder / name[:2] / name
        folder.mkdir(parents=True)
        kept[one.pk] = folder
    forget_replies(["The same words."], opening.organisation_id, ())
    assert not kept[opening.pk].exists()
    assert kept[theirs.pk].exists()


def test_the_worker_lends_what_is_active_for_the_organisation_that_asks(
    opening: Opening, theirs: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pack_of(opening.pack_id)
    names = {opening.organisation_id: "ours", theirs.organisation_id: "theirs"}
    loaded: list[tuple[str, object]] = []

    def load(_pack: str, active: ActivePanel, *, organisation: object, threads: int) -> PlainPanel:
        loaded.append((active.name, organisation))
        return PlainPanel(pack)

    monkeypatch.setattr(held, "active_panel", lambda _pack, whose: ActivePanel(names[whose], ""))
    monkeypatch.setattr(held, "load_tried", load)
    panels = HeldPanels()
    for whose, name in names.items():
        with panels.of(opening.pack_id, whose):
            assert loaded[-1] == (name, whose)
    panels.clear()

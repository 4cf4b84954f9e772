"""No change of rubric or judges goes live untried: an opening takes up what passed, or a reason.

Here nobody learns anything: what matters is that a version says that its judges did.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from tests.hiring.drafts.edits import shorten
from tests.hiring.drafts.learnt import end_gate, learnt_from
from tests.tenants import opening_elsewhere

from evenhand.hiring.drafts.services import begin_draft, publish
from evenhand.hiring.errors import PackUntried
from evenhand.hiring.judging.services import activate, let_embedded_read
from evenhand.hiring.judging.taking_up import is_tried
from evenhand.hiring.models import (
    GateRun,
    Opening,
    Organisation,
    PackVersion,
    PanelVersion,
    User,
)
from evenhand.hiring.openings.packs import take_in_pack
from evenhand.hiring.openings.services import create_opening, move_opening
from evenhand.rubric import shipped_pack


def shortened(base: PackVersion, by: User, now: datetime, minutes: int = 30) -> PackVersion:
    """Publish a version of which the judges read nothing new."""
    draft = shorten(begin_draft(base=base, by=by, now=now), by, now, minutes)
    return cast(PackVersion, publish(draft=draft, by=by, now=now).version)


@pytest.fixture
def learnt(pack_version: PackVersion, alice: User, now: datetime) -> PackVersion:
    return learnt_from(pack_version, alice, now)


def opened(pack: PackVersion, by: User, now: datetime, **more: bool) -> Opening:
    return create_opening(
        title="Another", pack=pack, bar=3.0, contact_name="A", contact_email="a@example.org",
        link_days=14, keep_days=180, by=by, now=now, **more,
    )  # fmt: skip


def test_a_version_that_judges_learnt_is_taken_up_after_its_gate_or_for_a_reason(
    opening: Opening, learnt: PackVersion, alice: User, now: datetime
) -> None:
    with pytest.raises(PackUntried, match="say why"):
        move_opening(opening=opening, pack=learnt, by=alice, now=now)
    with pytest.raises(PackUntried):
        opened(learnt, alice, now)
    assert not Opening.objects.filter(pack=learnt).exists()
    run = end_gate(learnt, now, passed=False)
    with pytest.raises(PackUntried):
        move_opening(opening=opening, pack=learnt, by=alice, now=now)
    activate(run=run, reason="The question says the same in fewer words.", by=alice, now=now)
    move_opening(opening=opening, pack=learnt, by=alice, now=now)
    assert opened(learnt, alice, now).pack == opening.pack == learnt


def test_a_panel_that_reads_no_more_lets_no_opening_take_a_version_up(
    opening: Opening, learnt: PackVersion, alice: User, now: datetime
) -> None:
    run = end_gate(learnt, now, passed=True)
    GateRun.objects.update(panel="careful")
    PanelVersion.objects.update(name="careful")
    assert not is_tried(learnt, alice.organisation_id)
    run.refresh_from_db()
    made = activate(run=run, reason="", by=alice, now=now)
    assert is_tried(learnt, alice.organisation_id)
    let_embedded_read(activation=made, reason="It errs.", by=alice, now=now)
    assert not is_tried(learnt, alice.organisation_id)


def test_a_gate_that_is_passed_lets_the_openings_of_its_own_organisation_take_it_up(
    opening: Opening, learnt: PackVersion, alice: User, now: datetime
) -> None:
    theirs = opening_elsewhere(opening, now)
    end_gate(learnt, now, passed=True)
    move_opening(opening=opening, pack=learnt, by=alice, now=now)
    assert opening.pack == learnt
    assert not is_tried(learnt, theirs.organisation_id)


def test_what_no_judge_reads_is_used_at_once_after_a_version_that_may_be(
    pack_version: PackVersion, learnt: PackVersion, alice: User, now: datetime
) -> None:
    # Nobody has an opening yet: the pack that is offered is the beginning, and no change.
    whose = alice.organisation_id
    assert is_tried(pack_version, whose)
    assert is_tried(shortened(pack_version, alice, now), whose)
    later = shortened(learnt, alice, now)
    assert not is_tried(later, whose)
    end_gate(learnt, now, passed=True)
    assert is_tried(later, whose)


def test_the_offered_pack_of_a_later_release_is_a_change_where_an_earlier_one_is_used(
    opening: Opening, alice: User, now: datetime, tmp_path: Path
) -> None:
    folder = tmp_path / "pack"
    shutil.copytree(shipped_pack(), folder)
    numbers = folder / "calibration" / "embedded.npz"
    numbers.write_bytes(numbers.read_bytes() + b" ")
    released = take_in_pack(folder, now=now)
    with pytest.raises(PackUntried):
        move_opening(opening=opening, pack=released, by=alice, now=now)
    assert is_tried(released, Organisation.objects.create(name="New", created_at=now).pk)
    # What was in use before stays so, and an example shows what there is.
    assert is_tried(opening.pack, opening.organisation_id)
    assert opened(released, alice, now, is_example=True).pack == released
    assert not is_tried(released, opening.organisation_id)

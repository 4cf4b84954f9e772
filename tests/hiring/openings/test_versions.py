"""People keep the pack version they were added under, whatever their opening goes over to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

import pytest
from tests.contested import member
from tests.hiring.drafts.edits import shorten
from tests.panels import PlainPanel
from tests.rated import rated

from evenhand.hiring.anchors.services import Given, rate
from evenhand.hiring.calibration.renewing import openings_behind
from evenhand.hiring.drafts.services import begin_draft, change_draft, publish, seen, whole
from evenhand.hiring.judging.queries import ActivePanel, load_active
from evenhand.hiring.models import (
    Anchor,
    Answer,
    Application,
    LedgerEntry,
    Opening,
    PackDraft,
    PackVersion,
    Role,
    Sitting,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import add_candidate, move_opening
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.autosave import Saved, save
from evenhand.hiring.sittings.services import submit
from evenhand.judges import Panel
from evenhand.judges.unread import NoJudges
from evenhand.rubric.editing import remove_dimension, remove_prompt


@pytest.fixture
def shorter(pack_version: PackVersion, alice: User, now: datetime) -> PackVersion:
    """The next version: 30 minutes in writing, and one question fewer."""
    draft = begin_draft(base=pack_version, by=alice, now=now)
    draft = shorten(draft, alice, now)
    draft = change_draft(
        draft=draft, piece=whole, was=seen(whole(draft.body)), by=alice, now=now,
        edit=lambda body: remove_prompt(body, "tradeoff_small"),
    )  # fmt: skip
    # Trade-off reasoning has no question now, so it goes too.
    draft = change_draft(
        draft=draft, piece=whole, was=seen(whole(draft.body)), by=alice, now=now,
        edit=lambda body: remove_dimension(body, "trade_off_reasoning"),
    )  # fmt: skip
    done = publish(draft=draft, by=alice, now=now, for_people=True)
    assert done.state == PackDraft.State.DONE
    return cast(PackVersion, done.version)


def test_people_added_from_now_on_sit_the_other_version(
    opening: Opening, application: Application, shorter: PackVersion, alice: User, now: datetime
) -> None:
    before = opening.pack
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    new = add_candidate(opening=opening, name="N", email="n@example.org", by=alice, now=now)
    application.refresh_from_db()
    assert (application.pack, new.pack) == (before, shorter)
    assert (application.sitting.minutes, new.sitting.minutes) == (45, 30)
    assert "tradeoff_small" in application.sitting.prompts
    assert "tradeoff_small" not in new.sitting.prompts
    entry = LedgerEntry.objects.get(action="opening.moved")
    assert entry.facts == {"pack": shorter.hash, "instead_of": before.hash}


def test_moving_to_the_version_it_has_changes_nothing(
    opening: Opening, alice: User, now: datetime
) -> None:
    move_opening(opening=opening, pack=opening.pack, by=alice, now=now)
    assert not LedgerEntry.objects.filter(action="opening.moved").exists()


def test_somebody_added_while_it_moves_gets_the_version_of_that_moment(
    opening: Opening, shorter: PackVersion, alice: User, now: datetime
) -> None:
    stale = Opening.objects.select_related("pack").get(pk=opening.pk)
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    new = add_candidate(opening=stale, name="N", email="n@example.org", by=alice, now=now)
    assert new.pack == shorter


def test_a_question_removed_while_somebody_sits_it_is_answered_handed_in_and_scored(
    opening: Opening, sitting: Sitting, shorter: PackVersion, alice: User, now: datetime
) -> None:
    before = save(
        sitting=sitting, prompt="tradeoff_small", text="A small one is cheaper.", base_revision=0,
        tab="t", replace=False, now=now,
    )  # fmt: skip
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    assert isinstance(before, Saved)
    after = save(
        sitting=Sitting.objects.get(pk=sitting.pk), prompt="tradeoff_small",
        text="A small one is cheaper, and it answers in time.", base_revision=before.revision,
        tab="t", replace=False, now=now + timedelta(minutes=1),
    )  # fmt: skip
    assert isinstance(after, Saved)
    assert submit(sitting=sitting, now=now + timedelta(minutes=2))
    pinned = pack_of(sitting.application.pack_id)
    panel = cast(Panel, PlainPanel(pinned))
    for answer in sitting.answers.all():
        read_answer(answer.pk, panel, now)
    estimate_sitting(sitting.pk, panel, now)
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.SCORED
    kept = Answer.objects.get(sitting=sitting, prompt="tradeoff_small")
    assert kept.text == "A small one is cheaper, and it answers in time."
    scored = LedgerEntry.objects.get(action="sitting.scored")
    assert scored.facts["pack"] == pinned.hash
    assert set(scored.facts["weights"]) == {d.id for d in pinned.dimensions}


def test_a_version_that_no_judge_reads_is_scored_all_the_same_and_leaves_levels_open(
    opening: Opening, shorter: PackVersion, alice: User, now: datetime
) -> None:
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    new = add_candidate(opening=opening, name="N", email="n@example.org", by=alice, now=now)
    Sitting.objects.filter(application=new).update(state="started", started_at=now)
    submit(sitting=Sitting.objects.get(application=new), now=now + timedelta(minutes=1))
    panel = load_active(shorter.hash, ActivePanel("embedded", ""), organisation=uuid4(), threads=1)
    assert isinstance(panel, NoJudges)
    for answer in new.sitting.answers.all():
        read_answer(answer.pk, panel, now)
    estimate_sitting(new.sitting.pk, panel, now)
    new.sitting.refresh_from_db()
    assert new.sitting.state == Sitting.State.SCORED
    assert all(one.reliability < 0.05 for one in new.estimates.all())
    assert all(one.provisional for one in new.estimates.all())


def test_what_people_rate_counts_where_no_judge_reads(
    opening: Opening, shorter: PackVersion, alice: User, now: datetime
) -> None:
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    new = add_candidate(opening=opening, name="N", email="n@example.org", by=alice, now=now)
    Sitting.objects.filter(application=new).update(state="started", started_at=now)
    submit(sitting=Sitting.objects.get(application=new), now=now + timedelta(minutes=1))
    panel = NoJudges(pack_of(shorter.hash))
    for answer in new.sitting.answers.all():
        read_answer(answer.pk, panel, now)
    estimate_sitting(new.sitting.pk, panel, now)
    before = new.estimates.get(dimension="eval_discipline")
    drawn = Anchor.objects.create(
        answer=new.sitting.answers.get(prompt="eval_search"), drawn_at=now
    )
    for name in ("ivan", "ines"):
        rater = member(opening, name, Role.INTERVIEWER, now)
        rate(anchor=drawn, given={"eval_discipline": Given(4.5, {})}, by=rater, now=now)
        drawn.refresh_from_db()
    after = new.estimates.get(dimension="eval_discipline", superseded_at__isnull=True)
    assert after.mean > before.mean + 0.5
    assert after.sd < before.sd


def test_a_refit_takes_over_those_who_sat_its_version_and_no_others(
    opening: Opening, shorter: PackVersion, alice: User, now: datetime
) -> None:
    old = opening.pack_id
    rated(opening, 2, PlainPanel(pack_of(old)), now)
    move_opening(opening=opening, pack=shorter, by=alice, now=now)
    panel = PlainPanel(pack_of(shorter.hash))
    assert openings_behind(shorter.hash, cast(Panel, panel), opening.organisation_id) == []
    assert Application.objects.filter(pack=old).count() == 2

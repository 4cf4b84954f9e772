"""An interview from its planning to its locked scorecard, and what is refused on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from evenhand.hiring.errors import CardLocked, CardUnfinished, InterviewError
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import (
    begin_interview,
    cancel_interview,
    correct_level,
    lock_card,
    plan_interview,
    save_card,
)
from evenhand.hiring.models import (
    Application,
    CardLevel,
    Interview,
    KeptCard,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)


@pytest.fixture
def ivan(opening: Opening, now: datetime) -> User:
    """An interviewer of Alice's opening."""
    user = User.objects.create_user("ivan@example.org", "correct horse 4", first_name="Ivan")
    Membership.objects.create(opening=opening, user=user, role=Role.INTERVIEWER, since=now)
    return user


@pytest.fixture
def planned(application: Application, ivan: User, alice: User, now: datetime) -> Interview:
    return plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )


@pytest.fixture
def begun(planned: Interview, ivan: User, now: datetime) -> Interview:
    return begin_interview(interview=planned, by=ivan, now=now)


def body_of(interview: Interview, level: float | str = 4.0) -> dict[str, Any]:
    """Return a finished card: everything asked, and every dimension given this level."""
    kit = kit_for(interview)
    return {
        "version": "evenhand-scorecard/1",
        "questions": [
            {
                "task": one.task,
                "started_at": "2026-03-02T09:00:00+00:00",
                "seconds": 300,
                "asked": True,
                "notes": f"said something about {one.task}",
            }
            for one in kit.questions
        ],
        "stamps": [
            {
                "task": kit.questions[0].task,
                "indicator": kit.dimensions[0].strong[0].id,
                "seconds": 47,
            }
        ],
        "levels": {one.id: level for one in kit.dimensions},
        "notes": "in all",
    }


def test_a_finished_card_is_locked_and_its_levels_are_rows(
    begun: Interview, ivan: User, now: datetime
) -> None:
    saved = save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    assert (saved.revision, saved.conflict) == (1, None)
    lock_card(interview=begun, by=ivan, now=now)
    assert begun.state == Interview.State.LOCKED
    kit = kit_for(begun)
    assert set(CardLevel.objects.values_list("dimension", "level")) == {
        (one.id, 4.0) for one in kit.dimensions
    }
    entry = LedgerEntry.objects.get(action="card.locked")
    assert entry.facts["stamps"] == [[kit.questions[0].task, kit.dimensions[0].strong[0].id, 47]]
    assert "said something" not in str(entry.facts)


def test_a_half_filled_card_is_not_locked_says_what_is_missing_and_loses_nothing(
    begun: Interview, ivan: User, now: datetime
) -> None:
    body = body_of(begun)
    name = kit_for(begun).dimensions[0].name
    del body["levels"][kit_for(begun).dimensions[0].id]
    save_card(interview=begun, body=body, base_revision=0, now=now)
    with pytest.raises(CardUnfinished, match=f"^Still open: {name}\\."):
        lock_card(interview=begun, by=ivan, now=now)
    begun.refresh_from_db()
    assert begun.state == Interview.State.BEGUN
    assert begun.scorecard.body == body
    assert not CardLevel.objects.exists()


def test_of_two_devices_both_versions_are_kept(begun: Interview, now: datetime) -> None:
    first, second = body_of(begun, 3.0), body_of(begun, 5.0)
    save_card(interview=begun, body=first, base_revision=0, now=now, device="phone")
    saved = save_card(interview=begun, body=second, base_revision=0, now=now, device="desk")
    assert (saved.revision, saved.conflict) == (1, first)
    assert {(one.why, one.body["levels"]["data_quality"]) for one in KeptCard.objects.all()} == {
        ("conflict", 5.0),
        ("stood", 3.0),
    }
    again = save_card(interview=begun, body=second, base_revision=1, now=now, device="desk")
    assert (again.revision, again.conflict) == (2, None)


def test_what_comes_after_the_lock_is_kept_beside_the_card(
    begun: Interview, ivan: User, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    lock_card(interview=begun, by=ivan, now=now)
    with pytest.raises(CardLocked):
        save_card(interview=begun, body=body_of(begun, 1.0), base_revision=1, now=now)
    assert KeptCard.objects.get().why == KeptCard.Why.LATE
    with pytest.raises(CardLocked):
        lock_card(interview=begun, by=ivan, now=now)


def test_a_correction_stands_beside_what_it_corrects(
    begun: Interview, ivan: User, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    lock_card(interview=begun, by=ivan, now=now)
    correct_level(
        interview=begun,
        dimension="data_quality",
        task="data_inherit",
        level=2.5,
        reason="I had mixed up two answers.",
        by=ivan,
        now=now,
    )
    rows = CardLevel.objects.filter(dimension="data_quality").order_by("pk")
    assert [(row.level, row.replaced_at is None) for row in rows] == [(4.0, False), (2.5, True)]


def test_only_an_interviewer_of_the_opening_can_be_planned_and_once_a_round(
    planned: Interview, application: Application, ivan: User, mallory: User, now: datetime
) -> None:
    with pytest.raises(InterviewError, match="is no interviewer of this opening"):
        plan_interview(application=application, round="peer", interviewer=mallory, by=ivan, now=now)
    with pytest.raises(InterviewError, match="has this round with this candidate already"):
        plan_interview(application=application, round="final", interviewer=ivan, by=ivan, now=now)
    cancel_interview(interview=planned, by=ivan, now=now)
    plan_interview(application=application, round="final", interviewer=ivan, by=ivan, now=now)

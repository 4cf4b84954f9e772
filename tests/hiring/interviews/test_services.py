"""An interview from its planning to its locked scorecard, and what is refused on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.interviewing import body_of, held, interviewer

from evenhand.hiring.errors import CardError, CardLocked, CardUnfinished, InterviewError
from evenhand.hiring.interviews.kit import Kit
from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import (
    begin_interview,
    cancel_interview,
    correct_level,
    lock_card,
    plan_interview,
    save_card,
    take_back_beginning,
)
from evenhand.hiring.models import (
    Application,
    CardLevel,
    Interview,
    KeptCard,
    LedgerEntry,
    Opening,
    Role,
    Scorecard,
    Stamp,
    User,
)
from evenhand.hiring.openings.team import add_to_team


def actions() -> list[str]:
    return list(
        LedgerEntry.objects.filter(subject__startswith="interview:").values_list(
            "action", flat=True
        )
    )


def test_an_interview_takes_the_minutes_of_its_round_unless_told_otherwise(
    application: Application, planned: Interview, ivan: User, now: datetime
) -> None:
    assert (planned.minutes, planned.state) == (60, Interview.State.PLANNED)
    other = plan_interview(
        application=application, round="peer", interviewer=ivan, by=ivan, now=now, minutes=30
    )
    assert other.minutes == 30
    for minutes in (0, -5, 1000):
        with pytest.raises(InterviewError, match="1 to 240 minutes"):
            plan_interview(
                application=application, round="peer", interviewer=ivan, by=ivan, now=now,
                minutes=minutes,
            )  # fmt: skip


def test_only_an_interviewer_of_the_opening_can_be_planned_for_a_live_round_and_once(
    planned: Interview, application: Application, ivan: User, mallory: User, now: datetime
) -> None:
    with pytest.raises(InterviewError, match="is no interviewer of this opening"):
        plan_interview(application=application, round="peer", interviewer=mallory, by=ivan, now=now)
    with pytest.raises(InterviewError, match="no live round “async”"):
        plan_interview(application=application, round="async", interviewer=ivan, by=ivan, now=now)
    with pytest.raises(InterviewError, match="has this round with this candidate already"):
        plan_interview(application=application, round="final", interviewer=ivan, by=ivan, now=now)
    cancel_interview(interview=planned, by=ivan, now=now)
    plan_interview(application=application, round="final", interviewer=ivan, by=ivan, now=now)


def test_a_decider_may_interview_too(
    application: Application, ivan: User, alice: User, now: datetime
) -> None:
    add_to_team(
        opening=application.opening, email=ivan.email, name="", role=Role.DECIDER, by=alice, now=now
    )
    plan_interview(application=application, round="final", interviewer=ivan, by=alice, now=now)


def test_beginning_pins_the_kit_and_a_second_click_changes_nothing(
    planned: Interview, ivan: User, mallory: User, now: datetime
) -> None:
    with pytest.raises(InterviewError, match="planned for somebody else"):
        begin_interview(interview=planned, by=mallory, now=now)
    stale = Interview.objects.get(pk=planned.pk)
    begun = begin_interview(interview=planned, by=ivan, now=now)
    assert begun.kit is not None
    assert kit_for(begun) == Kit.from_json(begun.kit)
    again = begin_interview(interview=stale, by=ivan, now=now + timedelta(minutes=1))
    assert (again.begun_at, Scorecard.objects.count()) == (now, 1)
    assert actions().count("interview.begun") == 1


def test_a_cancelled_interview_is_not_begun_and_a_locked_one_not_cancelled(
    application: Application, planned: Interview, ivan: User, now: datetime
) -> None:
    cancel_interview(interview=planned, by=ivan, now=now)
    with pytest.raises(InterviewError, match="was cancelled"):
        begin_interview(interview=planned, by=ivan, now=now)
    with pytest.raises(InterviewError, match="cancelled already"):
        cancel_interview(interview=planned, by=ivan, now=now)
    locked = held(application, "peer", ivan, now)
    with pytest.raises(InterviewError, match="is locked"):
        cancel_interview(interview=locked, by=ivan, now=now)


def test_a_finished_card_is_locked_its_levels_are_rows_and_no_word_is_in_the_record(
    begun: Interview, ivan: User, now: datetime
) -> None:
    saved = save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    assert (saved.revision, saved.conflict) == (1, None)
    lock_card(interview=begun, by=ivan, now=now)
    assert begun.state == Interview.State.LOCKED
    kit = kit_for(begun)
    assert set(CardLevel.objects.values_list("dimension", "task", "level")) == {
        (name, task, 4.0)
        for name, task in (
            ("data_quality", "data_inherit"),
            ("cost_latency_ops", "cost_bill"),
            ("adversarial_thinking", "adv_fraud"),
        )
    }
    assert Stamp.objects.get().seconds == 47
    entry = LedgerEntry.objects.get(action="card.locked")
    assert entry.facts["stamps"] == [[kit.questions[0].task, kit.dimensions[0].strong[0].id, 47]]
    assert len(entry.facts["notes"]) == 1 + len(kit.questions)
    assert "said something" not in str(entry.facts)


def test_a_half_filled_card_is_not_locked_says_what_is_missing_and_loses_nothing(
    begun: Interview, ivan: User, now: datetime
) -> None:
    kit = kit_for(begun)
    body = body_of(begun)
    for about in kit.dimensions[:2]:
        del body["levels"][about.id]
    save_card(interview=begun, body=body, base_revision=0, now=now)
    names = ", ".join(about.name for about in kit.dimensions[:2])
    with pytest.raises(CardUnfinished) as refused:
        lock_card(interview=begun, by=ivan, now=now)
    assert str(refused.value).startswith(f"Still open: {names}. ")
    assert len(str(refused.value).splitlines()) == 1
    begun.refresh_from_db()
    assert begun.state == Interview.State.BEGUN
    assert begun.scorecard.body == body
    assert not CardLevel.objects.exists()
    assert "card.locked" not in actions()


def test_a_level_without_a_question_that_showed_it_is_not_locked(
    begun: Interview, ivan: User, now: datetime
) -> None:
    body = body_of(begun)
    kit = kit_for(begun)
    for question, row in zip(kit.questions, body["questions"], strict=True):
        row["asked"] = kit.dimensions[0].id not in question.dimensions
    save_card(interview=begun, body=body, base_revision=0, now=now)
    name = kit.dimensions[0].name
    with pytest.raises(CardUnfinished, match=f"marked as asked: {name}"):
        lock_card(interview=begun, by=ivan, now=now)
    body["levels"][kit_for(begun).dimensions[0].id] = "not_seen"
    save_card(interview=begun, body=body, base_revision=1, now=now)
    lock_card(interview=begun, by=ivan, now=now)
    assert CardLevel.objects.count() == len(kit_for(begun).dimensions) - 1


def test_of_two_locks_at_once_one_counts(begun: Interview, ivan: User, now: datetime) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    other_tab = Interview.objects.get(pk=begun.pk)
    lock_card(interview=begun, by=ivan, now=now)
    with pytest.raises(CardLocked):
        lock_card(interview=other_tab, by=ivan, now=now)
    assert actions().count("card.locked") == 1
    assert CardLevel.objects.count() == len(kit_for(begun).dimensions)


def test_nobody_locks_or_corrects_anothers_card(
    begun: Interview, ivan: User, alice: User, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    with pytest.raises(InterviewError, match="another person's"):
        lock_card(interview=begun, by=alice, now=now)
    lock_card(interview=begun, by=ivan, now=now)
    with pytest.raises(InterviewError, match="another person's"):
        correct_level(
            interview=begun, dimension="data_quality", task="data_inherit", level=2,
            reason="r", by=alice, now=now,
        )  # fmt: skip


def test_of_two_devices_both_versions_are_kept_whichever_is_gone_on_with(
    begun: Interview, now: datetime
) -> None:
    first, second = body_of(begun, 3.0), body_of(begun, 5.0)
    save_card(interview=begun, body=first, base_revision=0, now=now, device="phone")
    saved = save_card(interview=begun, body=second, base_revision=0, now=now, device="desk")
    assert (saved.revision, saved.conflict) == (1, first)
    later = body_of(begun, 4.5)
    save_card(interview=begun, body=later, base_revision=0, now=now, device="desk")
    kept = {(one.why, one.body["levels"]["data_quality"]) for one in KeptCard.objects.all()}
    assert kept == {("conflict", 4.5), ("stood", 3.0)}
    again = save_card(interview=begun, body=later, base_revision=1, now=now, device="desk")
    assert (again.revision, again.conflict) == (2, None)
    assert ("stood", 3.0) in {
        (one.why, one.body["levels"]["data_quality"]) for one in KeptCard.objects.all()
    }


def test_a_save_that_is_sent_again_changes_nothing(begun: Interview, now: datetime) -> None:
    for _ in range(2):
        saved = save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
        assert (saved.revision, saved.conflict) == (1, None)
    assert not KeptCard.objects.exists()


def test_what_was_written_offline_is_taken_long_after(begun: Interview, now: datetime) -> None:
    late = now + timedelta(days=3)
    saved = save_card(interview=begun, body=body_of(begun), base_revision=0, now=late)
    assert saved.conflict is None


def test_what_comes_after_the_lock_is_kept_beside_the_card(
    begun: Interview, ivan: User, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    lock_card(interview=begun, by=ivan, now=now)
    with pytest.raises(CardLocked):
        save_card(interview=begun, body=body_of(begun, 1.0), base_revision=1, now=now)
    assert KeptCard.objects.get().why == KeptCard.Why.LATE
    begun.scorecard.refresh_from_db()
    assert begun.scorecard.body == body_of(begun)


def test_nothing_is_saved_before_the_beginning_or_outside_the_kit(
    planned: Interview, ivan: User, now: datetime
) -> None:
    with pytest.raises(InterviewError, match="Begin the interview first"):
        save_card(interview=planned, body=body_of(planned), base_revision=0, now=now)
    with pytest.raises(InterviewError, match="Begin the interview first"):
        lock_card(interview=planned, by=ivan, now=now)
    begun = begin_interview(interview=planned, by=ivan, now=now)
    for place, value, said in (
        ("levels", {"charm": 5}, 'levels: "charm" is no dimension of this kit'),
        ("stamps", [{"task": "data_inherit", "indicator": "x.y", "seconds": 1}], 'stamps: "x.y"'),
        ("stamps", [{"task": "x", "indicator": "x.y", "seconds": 1}], 'stamps: "x" is not in'),
    ):
        with pytest.raises(CardError) as refused:
            save_card(
                interview=begun, body={**body_of(begun), place: value}, base_revision=0, now=now
            )
        assert str(refused.value).startswith(said)


def test_a_correction_stands_beside_what_it_corrects(
    application: Application, ivan: User, now: datetime
) -> None:
    done = held(application, "final", ivan, now, levels={"cost_latency_ops": "not_seen"})
    about = {"interview": done, "by": ivan, "now": now}
    one = {**about, "dimension": "data_quality", "task": "data_inherit"}
    correct_level(**one, level=2.5, reason="I had mixed up two answers.")
    rows = CardLevel.objects.filter(dimension="data_quality").order_by("pk")
    assert [(row.level, row.replaced_at is None) for row in rows] == [(4.0, False), (2.5, True)]
    facts = LedgerEntry.objects.get(action="card.corrected").facts
    assert facts["before"] == ["data_quality", "data_inherit", 4.0]
    assert facts["after"] == ["data_quality", "data_inherit", 2.5]
    assert "mixed up" not in str(facts)
    correct_level(
        **about, dimension="cost_latency_ops", task="cost_bill", level=3, reason="I did see it."
    )
    for given, said in (
        ({"level": 2.5, "reason": "again"}, "counts already"),
        ({"level": 3, "reason": " "}, "Say why"),
        ({"level": 3.2, "reason": "r"}, "in halves"),
        ({"level": 3, "reason": "r", "task": "cost_bill"}, "No question “cost_bill”"),
        ({"level": 3, "reason": "r", "dimension": "communication"}, "No question"),
    ):
        with pytest.raises(InterviewError, match=said):
            correct_level(**{**one, **given})


def test_an_open_card_is_edited_and_not_corrected(
    begun: Interview, ivan: User, now: datetime
) -> None:
    with pytest.raises(InterviewError, match="Only a locked scorecard"):
        correct_level(
            interview=begun, dimension="data_quality", task="data_inherit", level=2,
            reason="r", by=ivan, now=now,
        )  # fmt: skip


def test_two_interviewers_may_hold_one_round(
    opening: Opening, application: Application, ivan: User, now: datetime
) -> None:
    nina = interviewer(opening, "Nina", now)
    one, two = (held(application, "final", who, now) for who in (ivan, nina))
    assert [q.task for q in kit_for(one).questions if q.core] == [
        q.task for q in kit_for(two).questions if q.core
    ]


def test_a_beginning_is_taken_back_while_the_card_is_empty_and_can_be_made_again(
    begun: Interview, ivan: User, mallory: User, now: datetime
) -> None:
    blank = body_of(begun) | {"levels": {}, "stamps": [], "notes": ""}
    for one in blank["questions"]:
        one.update(started_at=None, seconds=0, asked=False, notes="")
    save_card(interview=begun, body=blank, base_revision=0, now=now)
    with pytest.raises(InterviewError, match="planned for somebody else"):
        take_back_beginning(interview=begun, by=mallory, now=now)
    take_back_beginning(interview=begun, by=ivan, now=now)
    assert (begun.state, begun.begun_at, begun.kit) == (Interview.State.PLANNED, None, None)
    assert not Scorecard.objects.exists()
    entry = LedgerEntry.objects.get(action="interview.beginning_taken_back")
    assert (entry.actor, entry.facts) == (
        f"user:{ivan.pk}", {"application": str(begun.application_id)},
    )  # fmt: skip
    with pytest.raises(InterviewError, match="not going on"):
        take_back_beginning(interview=begun, by=ivan, now=now)
    assert begin_interview(interview=begun, by=ivan, now=now).kit is not None


@pytest.mark.parametrize(
    "change",
    [
        {"notes": "x"},
        {"levels": {"data_quality": 3.0}},
        {"started_at": "2026-03-02T09:00:00+00:00"},
        {"asked": True},
        {"seconds": 1},
    ],
    ids=str,
)
def test_a_beginning_stays_once_anything_is_on_the_card(
    begun: Interview, ivan: User, now: datetime, change: dict[str, object]
) -> None:
    body = begun.scorecard.body
    task = kit_for(begun).questions[0].task
    question = {"task": task, "started_at": None, "seconds": 0, "asked": False, "notes": ""}
    if set(change) & {"notes", "levels"}:
        body |= change
    else:
        body["questions"] = [question | change]
    save_card(interview=begun, body=body, base_revision=0, now=now)
    with pytest.raises(InterviewError, match="Something is written"):
        take_back_beginning(interview=begun, by=ivan, now=now)
    assert Scorecard.objects.get().body == body
    begun.refresh_from_db()
    assert begun.state == Interview.State.BEGUN


def test_a_beginning_stays_while_a_version_is_kept_beside_an_empty_card(
    begun: Interview, ivan: User, now: datetime
) -> None:
    empty = begun.scorecard.body
    save_card(interview=begun, body=empty | {"notes": "x"}, base_revision=0, now=now)
    save_card(interview=begun, body=empty | {"notes": "y"}, base_revision=0, now=now)
    save_card(interview=begun, body=empty, base_revision=1, now=now)
    with pytest.raises(InterviewError, match="Something is written"):
        take_back_beginning(interview=begun, by=ivan, now=now)

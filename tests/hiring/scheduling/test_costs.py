"""What a loop costs in interviewers' minutes, computed by hand beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.hiring.scheduling.conftest import Plan

from evenhand.hiring.models import Application, Interview, Opening, User
from evenhand.hiring.scheduling.costs import (
    PLANNED,
    coming,
    held_in,
    plans_of,
    spent,
    whole_loops,
)
from evenhand.hiring.scheduling.costs import (
    Plan as Minutes,
)


def hold(one: Interview, begun_at: datetime, took: int | None) -> None:
    locked_at = None if took is None else begun_at + timedelta(minutes=took)
    state = "begun" if took is None else "locked"
    Interview.objects.filter(pk=one.pk).update(state=state, begun_at=begun_at, locked_at=locked_at)


@pytest.fixture
def loop(
    application: Application, dora: Application, ivan: User, petra: User, plan: Plan, now: datetime
) -> None:
    """Charlie had both rounds, of 70 and 50 minutes; Dora the final one, never locked."""
    hold(plan(application, ivan), now, 70)
    hold(plan(application, petra, "peer"), now, 50)
    hold(plan(dora, ivan), now + timedelta(days=31), None)


@pytest.mark.usefixtures("loop")
def test_minutes_are_added_up_by_hand(opening: Opening) -> None:
    total = spent(held_in([opening]), hires=1)
    assert (total.interviews, total.candidates, total.known) == (3, 2, 2)
    assert total.set_aside == 60 + 45 + 60
    # What is not known is counted as it was planned.
    assert total.taken == 70 + 50 + 60
    assert total.per_candidate == 165 / 2
    assert total.taken_per_candidate == 180 / 2
    assert total.per_hire == 180


@pytest.mark.usefixtures("loop")
def test_the_plan_is_compared_with_who_had_every_live_round(opening: Opening) -> None:
    whole = whole_loops(held_in([opening]))
    assert (whole.candidates, whole.taken_per_candidate) == (1, 120)


@pytest.mark.usefixtures("loop")
def test_an_interview_counts_in_the_month_in_which_it_began(opening: Opening) -> None:
    months = sorted(one.month for one in held_in([opening]))
    assert months == [date(2026, 3, 1), date(2026, 3, 1), date(2026, 4, 1)]


def test_a_card_that_lay_open_for_long_says_nothing_of_minutes(
    opening: Opening, interview: Interview, now: datetime
) -> None:
    hold(interview, now, 4 * 60)
    assert [one.taken for one in held_in([opening])] == [240]
    hold(interview, now, 4 * 60 + 1)
    assert [one.taken for one in held_in([opening])] == [None]


def test_an_interview_that_was_called_off_after_it_began_has_cost_its_time(
    opening: Opening, interview: Interview, now: datetime
) -> None:
    Interview.objects.update(state="cancelled", begun_at=now, cancelled_at=now)
    assert spent(held_in([opening])).set_aside == 60


def test_where_nobody_was_met_there_is_no_figure(opening: Opening, interview: Interview) -> None:
    total = spent(held_in([opening]))
    assert (total.per_candidate, total.taken_per_candidate, total.per_hire) == (None, None, None)
    assert coming([opening]) == 60


def test_the_two_and_a_half_hours_are_the_three_rounds_on_the_clock(opening: Opening) -> None:
    (plan,) = plans_of([opening, opening])
    assert plan == Minutes(45, (("Hiring manager's round", 60), ("Peer interview", 45)))
    assert plan.clock == PLANNED == 150
    assert plan.interviewers == 105


def test_a_month_is_one_of_the_time_zone_of_the_pages(
    opening: Opening, interview: Interview, settings: object
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"  # type: ignore[attr-defined]
    from django.utils import timezone

    with timezone.override("Asia/Tokyo"):
        hold(interview, datetime(2026, 3, 31, 16, 0, tzinfo=UTC), 60)
        assert [one.month for one in held_in([opening])] == [date(2026, 4, 1)]

"""Two blind ratings settle a contest: estimates are made anew, and what moved is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core import mail
from hypothesis import given as over
from hypothesis import strategies as st
from tests.contested import anchors_of, first_part, lock_rating
from tests.panels import PlainPanel

from evenhand.hiring.calibration.services import refit
from evenhand.hiring.feedback.contests import contestable, open_contest
from evenhand.hiring.feedback.queries import to_look_again
from evenhand.hiring.feedback.settling import beyond_chance
from evenhand.hiring.models import (
    Anchor,
    Contest,
    EstimateRow,
    Feedback,
    LedgerEntry,
    Move,
    StoredFit,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.judges import Panel
from evenhand.measure.values import Estimate

pytestmark = pytest.mark.django_db

Capture = Callable[..., Any]


@pytest.fixture
def contest(released: Feedback, now: datetime) -> Contest:
    application = released.application
    return open_contest(
        application=application, parts=[first_part(application)], reason="", now=now
    )


def state_of(contest: Contest) -> str:
    return Contest.objects.values_list("state", flat=True).get(pk=contest.pk)


def shown() -> dict[str, float]:
    rows = EstimateRow.objects.filter(superseded_at=None)
    return dict(rows.values_list("dimension", "mean"))


def test_it_goes_from_open_to_rating_to_settled_with_the_ratings(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    (anchor,) = anchors_of(contest)
    assert state_of(contest) == "open"
    lock_rating(anchor, raters[0], now)
    assert state_of(contest) == "rating"
    assert not Move.objects.exists()
    lock_rating(anchor, raters[1], now + timedelta(hours=1))
    contest.refresh_from_db()
    assert (contest.state, contest.settled_at) == ("settled", now + timedelta(hours=1))


def test_what_it_came_to_is_each_estimate_without_and_with_the_two_ratings(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    before = shown()
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now, level=5.0)
    after = shown()
    moves = {one.dimension: one for one in Move.objects.all()}
    assert set(moves) == set(after)
    for dimension, move in moves.items():
        assert move.before == pytest.approx(before[dimension], abs=1e-9)
        assert move.after == pytest.approx(after[dimension], abs=1e-9)
    assert moves["eval_discipline"].after > moves["eval_discipline"].before
    humans = [one for one in ratings_of(contest.application) if one.rater_kind == "human"]
    assert len(humans) == 2


def test_the_record_says_what_moved_and_holds_no_word(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now, level=5.0)
    entry = LedgerEntry.objects.get(action="contest.settled")
    assert entry.facts["contest"] == str(contest.pk)
    assert {one[0] for one in entry.facts["moves"]} == set(shown())


def test_a_contest_of_several_answers_waits_for_all_of_them(
    released: Feedback, raters: tuple[User, User], now: datetime
) -> None:
    application = released.application
    everything = contestable(application)
    contest = open_contest(application=application, parts=everything, reason="", now=now)
    anchors = anchors_of(contest)
    assert len(anchors) == len(application.sitting.prompts)
    for anchor in anchors[:-1]:
        for user in raters:
            lock_rating(anchor, user, now)
    assert state_of(contest) == "rating"
    before = shown()
    for user in raters:
        lock_rating(anchors[-1], user, now)
    assert state_of(contest) == "settled"
    # All ratings of the contest are taken out of what it is compared with, not the last two alone.
    assert Move.objects.get(dimension="overall").before != pytest.approx(
        before["overall"], abs=0.01
    )


def test_ratings_as_they_were_move_nothing_and_top_ones_ask_to_look_again(
    released: Feedback, raters: tuple[User, User], now: datetime
) -> None:
    application = released.application
    first, second = contestable(application)[:2]
    for part, level in ((first, None), (second, 5.0)):
        contest = open_contest(application=application, parts=[part], reason="", now=now)
        for user in raters:
            anchor = anchors_of(contest)[0]
            lock_rating(anchor, user, now, level=level or shown()[part.dimension])
        moved = Move.objects.get(contest=contest, dimension=part.dimension)
        assert moved.beyond_chance is (level is not None)
    assert to_look_again(application) == [contest]


def test_the_candidate_is_told_that_it_is_settled_and_not_how(
    contest: Contest, raters: tuple[User, User], now: datetime,
    django_capture_on_commit_callbacks: Capture,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        for user in raters:
            lock_rating(anchors_of(contest)[0], user, now)
    (letter,) = mail.outbox
    assert letter.to == ["charlie@example.org"]
    assert not any(f"{mean:.1f}" in letter.body for mean in shown().values())


def test_where_estimates_cannot_be_made_anew_it_is_settled_without_figures(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    StoredFit.objects.all().delete()
    before = shown()
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now)
    assert state_of(contest) == "settled"
    assert not Move.objects.exists()
    assert shown() == before


def test_a_fit_learns_from_no_contested_answer(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    opening = contest.application.opening
    panel = PlainPanel(pack_of(opening.pack_id))
    panel.version = "f" * 64
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now)
    everything = ratings_of(contest.application)
    made = refit(opening.pack_id, cast(Panel, panel), opening.organisation_id, now)
    assert made.ratings == len(everything) - 2


def test_a_drawn_answer_that_is_rated_settles_no_contest(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    other = contest.application.sitting.answers.exclude(anchors__contested_in__contest=contest)[0]
    drawn = Anchor.objects.create(answer=other, drawn_at=now)
    for user in raters:
        lock_rating(drawn, user, now)
    assert state_of(contest) == "open"


def estimate(mean: float, sd: float) -> Estimate:
    return cast(Estimate, SimpleNamespace(mean=mean, sd=sd))


@over(st.floats(1, 5), st.floats(0.05, 1), st.floats(0.05, 1), st.floats(-4, 4))
def test_a_longer_move_is_never_less_beyond_chance(
    mean: float, before: float, after: float, move: float
) -> None:
    start = estimate(mean, before)
    near = beyond_chance(start, estimate(mean + move / 2, after), 0.9)
    far = beyond_chance(start, estimate(mean + move, after), 0.9)
    assert far or not near
    assert not beyond_chance(start, estimate(mean, after), 0.9)

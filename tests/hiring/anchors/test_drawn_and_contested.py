"""An answer that was drawn and is doubted later is rated once by each of two, for both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from tests.contested import anchors_of, first_part, keep_components, lock_rating, member
from tests.web.scored import score

from evenhand.hiring.anchors.queries import waiting_for
from evenhand.hiring.compliance.card import _anchors as drawn_on_the_card
from evenhand.hiring.errors import AnchorError
from evenhand.hiring.feedback.contests import open_contest
from evenhand.hiring.feedback.queries import lack_of
from evenhand.hiring.feedback.services import release
from evenhand.hiring.models import (
    Anchor,
    AnchorRating,
    Answer,
    Application,
    Contest,
    ContestedReading,
    LedgerEntry,
    Opening,
    Role,
    User,
)
from evenhand.hiring.scoring.estimates import ratings_of_all
from evenhand.hiring.scoring.left_to_people import ask_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(application: Application, opening: Opening, alice: User, now: datetime) -> Application:
    keep_components(opening, now)
    one = score(application, now=now)
    release(application=one, by=alice, now=now)
    return one


@pytest.fixture
def answer(scored: Application) -> Answer:
    return scored.sitting.answers.get(prompt=first_part(scored).prompt)


@pytest.fixture
def drawn(answer: Answer, now: datetime) -> Anchor:
    return Anchor.objects.create(answer=answer, drawn_at=now)


@pytest.fixture
def two(opening: Opening, now: datetime) -> tuple[User, User]:
    """All of a small team who may rate."""
    return member(opening, "ivan", Role.INTERVIEWER, now), member(opening, "oda", Role.AUDITOR, now)


def contest_it(application: Application, now: datetime) -> Contest:
    return open_contest(
        application=application, parts=[first_part(application)], reason="", now=now
    )


def of_people(application: Application, *, in_fits: bool) -> int:
    rows = ratings_of_all(Application.objects.filter(pk=application.pk), contested=not in_fits)
    return sum(one.rater_kind == "human" for one in rows)


def test_a_drawn_answer_that_the_panel_leaves_to_people_reaches_the_fits_in_a_team_with_two_raters(
    scored: Application, drawn: Anchor, two: Sequence[User], now: datetime
) -> None:
    ask_people(drawn.answer, now)
    assert Anchor.objects.get() == drawn
    assert not Anchor.objects.get().contested
    asked = LedgerEntry.objects.get(action="anchor.asked")
    assert asked.subject == f"anchor:{drawn.pk}"
    for user in two:
        assert list(waiting_for(user)) == [drawn]
        lock_rating(drawn, user, now)
        assert not waiting_for(user)
    assert of_people(scored, in_fits=True) == of_people(scored, in_fits=False) == 2
    assert drawn_on_the_card(scored.pack, scored.opening.organisation) == 1


def test_two_who_have_rated_it_are_not_asked_again_because_the_panel_doubts_it(
    drawn: Anchor, two: Sequence[User], now: datetime
) -> None:
    for user in two:
        lock_rating(drawn, user, now)
    ask_people(drawn.answer, now)
    assert Anchor.objects.get() == drawn
    assert not LedgerEntry.objects.filter(action="anchor.asked").exists()


def test_what_was_not_drawn_and_is_left_to_people_goes_into_no_fit(
    scored: Application, answer: Answer, two: Sequence[User], now: datetime
) -> None:
    ask_people(answer, now)
    ask_people(answer, now)
    for user in two:
        lock_rating(Anchor.objects.get(), user, now)
    assert of_people(scored, in_fits=True) == 0
    assert of_people(scored, in_fits=False) == 2
    assert drawn_on_the_card(scored.pack, scored.opening.organisation) == 0


def test_the_two_ratings_of_a_drawn_answer_settle_its_contest_and_go_into_fits(
    scored: Application, drawn: Anchor, two: Sequence[User], now: datetime
) -> None:
    contest = contest_it(scored, now)
    assert anchors_of(contest) == [drawn]
    assert lack_of(contest).missing == 0
    for user in two:
        lock_rating(drawn, user, now)
    contest.refresh_from_db()
    assert contest.state == "settled"
    assert contest.moves.exists()
    assert of_people(scored, in_fits=True) == 2


def test_a_rating_that_was_locked_before_the_contest_and_counts_for_nobody_yet_is_one_of_the_two(
    scored: Application, drawn: Anchor, two: Sequence[User], now: datetime
) -> None:
    lock_rating(drawn, two[0], now)
    contest = contest_it(scored, now)
    assert lack_of(contest).given == 1
    assert lack_of(contest).missing == 0
    lock_rating(drawn, two[1], now)
    contest.refresh_from_db()
    assert contest.state == "settled"
    assert AnchorRating.objects.values("anchor").distinct().count() == 1


def test_of_drawn_answers_one_that_a_candidate_waits_for_comes_first_one_that_the_panel_doubts_not(
    scored: Application, two: Sequence[User], now: datetime
) -> None:
    answers = scored.sitting.answers.order_by("prompt")
    anchors = [Anchor.objects.create(answer=one, drawn_at=now) for one in answers]
    in_order = sorted(anchors, key=lambda one: one.pk)
    assert list(waiting_for(two[0])) == in_order
    ask_people(in_order[-1].answer, now)
    assert list(waiting_for(two[0])) == in_order
    (contested,) = anchors_of(contest_it(scored, now))
    assert waiting_for(two[0])[0] == contested
    assert waiting_for(two[0]).count() == len(anchors)


def test_erasing_the_person_takes_the_one_anchor_and_its_contest_along(
    scored: Application, drawn: Anchor, two: Sequence[User], now: datetime
) -> None:
    contest_it(scored, now)
    lock_rating(drawn, two[0], now)
    scored.delete()
    for model in (Anchor, AnchorRating, Contest, ContestedReading):
        assert not model.objects.exists()


def merge() -> None:
    """Do what the migration does for pairs that were made before."""
    migration = import_module("evenhand.hiring.migrations.0041_one_anchor_for_both")
    migration._one_for_both(apps, SimpleNamespace(connection=connection))


@pytest.fixture
def twin(scored: Application, now: datetime) -> Anchor:
    """A contested anchor with a contest, as they were made beside the drawn one."""
    (one,) = anchors_of(contest_it(scored, now + timedelta(days=1)))
    assert one.contested
    return one


@pytest.mark.parametrize("rated", [0, 1, 2])
def test_of_an_earlier_pair_the_contested_one_stays_where_the_drawn_one_has_no_rating(
    scored: Application,
    answer: Answer,
    twin: Anchor,
    two: Sequence[User],
    now: datetime,
    rated: int,
) -> None:  # fmt: skip
    for user in two[:rated]:
        lock_rating(twin, user, now)
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    merge()
    assert not Anchor.objects.filter(pk=drawn.pk).exists()
    twin.refresh_from_db()
    assert (twin.contested, twin.drawn_at, twin.locked) == (False, now, rated)
    assert ContestedReading.objects.get().anchor == twin
    for user in two[rated:]:
        lock_rating(twin, user, now)
    assert of_people(scored, in_fits=True) == 2


def test_of_an_earlier_pair_the_drawn_one_stays_where_it_alone_has_a_rating(
    scored: Application, answer: Answer, twin: Anchor, two: Sequence[User], now: datetime
) -> None:
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    lock_rating(drawn, two[0], now)
    merge()
    assert Anchor.objects.get() == drawn
    assert ContestedReading.objects.get().anchor == drawn
    lock_rating(drawn, two[1], now)
    assert Contest.objects.get().state == "settled"


def test_an_earlier_pair_of_which_both_have_ratings_stays_and_so_does_what_is_no_pair(
    scored: Application, answer: Answer, twin: Anchor, two: Sequence[User], now: datetime
) -> None:
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    other = scored.sitting.answers.exclude(pk=answer.pk)[0]
    alone = Anchor.objects.create(answer=other, contested=True, drawn_at=now)
    lock_rating(drawn, two[0], now)
    lock_rating(twin, two[1], now)
    merge()
    assert set(Anchor.objects.values_list("pk", "contested")) == {
        (drawn.pk, False), (twin.pk, True), (alone.pk, True)
    }  # fmt: skip
    with pytest.raises(AnchorError, match="already"):
        lock_rating(twin, two[0], now)

"""Contesting: within its time, once for each answer and dimension, and rated by the blind."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings
from tests.contested import anchors_of, first_part, lock_rating, member

from evenhand.hiring.anchors.blind import has_met, raters_for
from evenhand.hiring.anchors.queries import open_to, waiting_for
from evenhand.hiring.errors import AnchorError, ContestError
from evenhand.hiring.feedback.contests import Contestable, contestable, open_contest
from evenhand.hiring.feedback.queries import lack_of
from evenhand.hiring.models import (
    Anchor,
    Application,
    Contest,
    ContestedReading,
    Feedback,
    Interview,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.record.viewing import note_view

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(released: Feedback, now: datetime) -> Contest:
    application = released.application
    return open_contest(
        application=application, parts=[first_part(application)], reason="I said it.", now=now
    )


def test_every_answer_with_a_word_can_be_contested_on_each_of_its_dimensions(
    scored: Application,
) -> None:
    first, *others = scored.sitting.prompts
    answer = scored.sitting.answers.get(prompt=first)
    answer.text = " \n"
    answer.save()
    assert {one.prompt for one in contestable(scored)} == set(others)
    assert len({one.dimension for one in contestable(scored) if one.prompt == others[-1]}) == 2


def test_a_contest_is_an_entry_without_a_word_and_an_anchor_for_its_answer(
    released: Feedback, contest: Contest
) -> None:
    (anchor,) = anchors_of(contest)
    assert anchor.contested
    entry = LedgerEntry.objects.get(action="contest.opened")
    assert entry.actor == f"candidate:{released.application_id}"
    assert entry.facts["readings"] == [[str(anchor.answer_id), "eval_discipline"]]
    assert "I said it" not in str(entry.facts)


def test_before_the_release_there_is_nothing_to_contest(scored: Application, now: datetime) -> None:
    with pytest.raises(ContestError, match="no feedback"):
        open_contest(application=scored, parts=[first_part(scored)], reason="", now=now)


def test_the_day_on_which_the_time_ended_is_that_of_the_pages(
    released: Feedback, settings: Settings
) -> None:
    Feedback.objects.update(released_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    later = datetime(2026, 5, 1, tzinfo=UTC)
    application = released.application
    settings.TIME_ZONE = "Europe/Berlin"
    with pytest.raises(ContestError, match="ended on 1 April 2026"):
        open_contest(application=application, parts=[first_part(application)], reason="", now=later)


@pytest.mark.parametrize(("late", "allowed"), [(-1, True), (0, False)])
def test_the_time_ends_after_thirty_days(
    released: Feedback, now: datetime, late: int, allowed: bool
) -> None:
    application = released.application
    moment = now + timedelta(days=30, seconds=late)
    parts = [first_part(application)]
    if allowed:
        open_contest(application=application, parts=parts, reason="", now=moment)
    else:
        with pytest.raises(ContestError, match="ended on 1 April 2026"):
            open_contest(application=application, parts=parts, reason="", now=moment)


def test_an_answer_is_contested_once_on_a_dimension(contest: Contest, now: datetime) -> None:
    application = contest.application
    taken = ContestedReading.objects.get()
    parts = [Contestable(taken.answer.prompt, taken.dimension)]
    with pytest.raises(ContestError, match="before"):
        open_contest(application=application, parts=parts, reason="", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContestedReading.objects.create(
            contest=contest, answer=taken.answer, dimension=taken.dimension, anchor=taken.anchor
        )
    assert Contest.objects.count() == 1


def test_nothing_and_what_is_not_theirs_cannot_be_contested(
    released: Feedback, now: datetime
) -> None:
    application = released.application
    for parts in ([], [Contestable("no_such_question", "eval_discipline")]):
        with pytest.raises(ContestError):
            open_contest(application=application, parts=parts, reason="", now=now)
    assert not Anchor.objects.exists()


def test_two_dimensions_of_one_answer_are_rated_by_the_same_two(
    released: Feedback, now: datetime
) -> None:
    application = released.application
    prompt = application.sitting.prompts[-1]
    parts = [one for one in contestable(application) if one.prompt == prompt]
    first = open_contest(application=application, parts=parts[:1], reason="", now=now)
    second = open_contest(application=application, parts=parts[1:], reason="", now=now)
    assert anchors_of(first) == anchors_of(second)


def test_who_rated_it_before_does_not_rate_it_again(
    released: Feedback, raters: tuple[User, User], now: datetime
) -> None:
    application = released.application
    answer = application.sitting.answers.get(prompt=first_part(application).prompt)
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    for user in raters:
        lock_rating(drawn, user, now)
    contest = open_contest(
        application=application, parts=[first_part(application)], reason="", now=now
    )
    (anchor,) = anchors_of(contest)
    assert anchor != drawn
    assert all(anchor not in waiting_for(user) for user in raters)
    with pytest.raises(AnchorError, match="already"):
        lock_rating(anchor, raters[0], now)
    assert lack_of(contest).missing == 2


def test_of_an_answer_that_was_drawn_and_is_contested_the_queue_holds_one(
    released: Feedback, raters: tuple[User, User], now: datetime
) -> None:
    application = released.application
    answer = application.sitting.answers.get(prompt=first_part(application).prompt)
    drawn = Anchor.objects.create(answer=answer, drawn_at=now)
    contest = open_contest(
        application=application, parts=[first_part(application)], reason="", now=now
    )
    assert list(waiting_for(raters[0])) == anchors_of(contest) == [drawn]


def test_the_contested_comes_before_what_nobody_waits_for(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    for answer in contest.application.sitting.answers.order_by("-prompt")[:2]:
        Anchor.objects.get_or_create(answer=answer, contested=False, drawn_at=now)
    assert waiting_for(raters[0])[0] == anchors_of(contest)[0]


def opens(user: User, contest: Contest) -> bool:
    (anchor,) = anchors_of(contest)
    return anchor in waiting_for(user) and anchor in open_to(user)


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.DECIDER])
def test_who_sees_everybodys_levels_by_role_rates_no_contested_answer(
    opening: Opening, contest: Contest, now: datetime, role: Role
) -> None:
    user = member(opening, "rae", Role.INTERVIEWER, now)
    assert opens(user, contest)
    Membership.objects.create(opening=opening, user=user, role=role, since=now)
    assert not opens(user, contest)
    with pytest.raises(AnchorError, match="somebody else"):
        lock_rating(anchors_of(contest)[0], user, now)


@pytest.mark.parametrize("what", ["report", "report.pdf", "feedback", "contest"])
def test_who_has_looked_at_the_person_rates_no_contested_answer(
    contest: Contest, raters: tuple[User, User], now: datetime, what: str
) -> None:
    user = raters[1]
    note_view(contest.application, what=what, by=f"user:{user.pk}", now=now)
    assert not opens(user, contest)
    assert has_met(user, contest.application)
    assert raters_for(anchors_of(contest)[0]) == [raters[0]]


def test_looking_at_the_answer_that_is_to_be_rated_is_no_such_look(
    contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    for user in raters:
        note_view(contest.application, what="answer", by=f"user:{user.pk}", now=now, answer="1")
        assert opens(user, contest)


def test_who_saw_them_in_a_list_of_levels_rates_no_contested_answer(
    opening: Opening, contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    user, application = raters[1], contest.application
    note_view(opening, what="cohort", by=f"user:{user.pk}", now=now, applications=[application])
    assert not opens(user, contest)


def test_who_interviews_them_rates_no_contested_answer(
    contest: Contest, alice: User, raters: tuple[User, User], now: datetime
) -> None:
    interview = Interview.objects.create(
        application=contest.application, round="final", interviewer=raters[0], minutes=60,
        planned_by=alice, planned_at=now,
    )  # fmt: skip
    assert interview.pk
    assert not opens(raters[0], contest)


def test_without_two_who_could_rate_it_the_lack_is_counted(
    opening: Opening, contest: Contest, now: datetime
) -> None:
    assert lack_of(contest).missing == 2
    first = member(opening, "ivan", Role.INTERVIEWER, now)
    assert lack_of(contest).missing == 1
    lock_rating(anchors_of(contest)[0], first, now)
    assert lack_of(contest).missing == 1
    member(opening, "oda", Role.AUDITOR, now)
    assert lack_of(contest).missing == 0


def test_a_contest_that_is_settled_says_when(contest: Contest) -> None:
    contest.state = Contest.State.SETTLED
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        contest.save()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_contest_the_same_at_once_one_does(released: Feedback, now: datetime) -> None:
    results: list[str] = []
    part = first_part(released.application)

    def contest() -> None:
        try:
            mine = Application.objects.select_related("opening", "sitting").get()
            open_contest(application=mine, parts=[part], reason="", now=now)
            results.append("contested")
        except ContestError:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=contest) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["contested", "refused", "refused", "refused"]
    assert Contest.objects.count() == Anchor.objects.count() == 1
    assert LedgerEntry.objects.filter(action="contest.opened").count() == 1

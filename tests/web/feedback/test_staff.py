"""What the recruiter and the auditor do and see about feedback and contests."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.contested import anchors_of, first_part, lock_rating

from evenhand.hiring.feedback.contests import open_contest
from evenhand.hiring.feedback.queries import feedback_of
from evenhand.hiring.models import Application, Contest, LedgerEntry, Opening, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(released: Application, now: datetime) -> Contest:
    return open_contest(
        application=released, parts=[first_part(released)], reason="I said it.", now=now
    )


def text(client: Client, name: str, *ids: object) -> str:
    answer = client.get(reverse(name, args=ids))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def alice_in(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_the_list_leads_to_the_feedback_of_each_who_is_scored_and_says_what_is_released(
    alice_in: Client, scored: Application, django_capture_on_commit_callbacks: object
) -> None:
    preview = reverse("feedback-preview", args=[scored.pk])
    assert preview in text(alice_in, "opening", scored.opening_id)
    assert "Release it" in text(alice_in, "feedback-preview", scored.pk)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        alice_in.post(reverse("feedback-release", args=[scored.pk]))
    assert feedback_of(scored) is not None
    assert len(mail.outbox) == 1
    assert "Feedback, released" in text(alice_in, "opening", scored.opening_id)


def test_a_preview_shows_what_the_candidate_will_see_and_releases_nothing(
    alice_in: Client, scored: Application
) -> None:
    body = text(alice_in, "feedback-preview", scored.pk)
    assert "Not released" in body
    assert "What your answers showed" in body
    assert feedback_of(scored) is None


def test_before_the_scoring_a_preview_says_so(alice_in: Client, application: Application) -> None:
    assert "not scored" in text(alice_in, "feedback-preview", application.pk)


def test_everybody_is_released_at_once_unless_it_is_one_by_one(
    alice_in: Client, scored: Application
) -> None:
    address = reverse("feedbacks", args=[scored.opening_id])
    alice_in.post(address, {"rule": "", "whom": "chosen"})
    assert "Release to everybody" not in text(alice_in, "feedbacks", scored.opening_id)
    alice_in.post(address, {"everybody": ""})
    assert feedback_of(scored) is None
    alice_in.post(address, {"rule": "", "whom": "everybody"})
    asked = alice_in.get(address, {"everybody": ""}).content.decode()
    assert "1 person gets their feedback and an e-mail" in asked
    assert 'name="everybody"' in asked
    assert 'name="everybody"' not in alice_in.get(address).content.decode().replace("radio", "")
    alice_in.post(address, {"everybody": ""})
    assert feedback_of(scored) is not None
    assert alice_in.post(address, {"rule": "", "whom": "no such"}).status_code == 422


def test_a_release_twice_says_that_it_was_done(alice_in: Client, released: Application) -> None:
    answer = alice_in.post(reverse("feedback-release", args=[released.pk]), follow=True)
    assert "released already" in answer.content.decode()


def test_a_contest_that_waits_stands_on_the_opening_and_says_whom_the_team_lacks(
    alice_in: Client, opening: Opening, contest: Contest
) -> None:
    assert "One contest waits" in text(alice_in, "opening", opening.pk)
    body = text(alice_in, "contests", opening.pk)
    assert "I said it." in body
    assert "lacks 2 people" in body
    assert "Add interviewers or auditors" in body


def test_with_two_raters_in_the_team_nothing_is_lacking(
    alice_in: Client, opening: Opening, contest: Contest, raters: tuple[User, User]
) -> None:
    assert "lacks" not in text(alice_in, "contests", opening.pk)


def test_an_auditor_who_may_still_rate_is_told_nothing_of_it_and_stays_blind(
    client: Client, opening: Opening, contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    client.force_login(raters[1])
    body = text(client, "contests", opening.pk)
    assert "you may be one of its raters" in body
    for hidden in ("I said it.", "Candidate 1", "Question 1"):
        assert hidden not in body
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now)
    body = text(client, "contests", opening.pk)
    assert "I said it." in body
    assert "more than chance explains" in body


def test_the_queue_of_a_rater_does_not_tell_the_contested_answer_from_others(
    client: Client, contest: Contest, raters: tuple[User, User]
) -> None:
    client.force_login(raters[0])
    body = text(client, "anchors")
    assert "1 waits for you" in body
    assert "one of two" not in body
    (anchor,) = anchors_of(contest)
    page = text(client, "anchor", anchor.pk)
    for hidden in ("contest", "I said it.", "Charlie", "Candidate 1"):
        assert hidden not in page


def test_a_rater_finds_from_the_first_page_that_an_answer_waits(
    client: Client, contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    for user in raters:
        client.force_login(user)
        assert "One answer waits for your rating" in text(client, "home")
    lock_rating(anchors_of(contest)[0], raters[1], now)
    body = text(client, "home")
    assert "waits for your rating" not in body
    assert reverse("contests", args=[contest.application.opening_id]) in body


def test_who_handles_the_contest_cannot_open_its_answer_to_rate(
    alice_in: Client, contest: Contest
) -> None:
    (anchor,) = anchors_of(contest)
    assert alice_in.get(reverse("anchor", args=[anchor.pk])).status_code == 404


def test_the_report_asks_to_look_again_where_a_contest_moved_it(
    alice_in: Client, contest: Contest, raters: tuple[User, User], now: datetime
) -> None:
    assert "look at it again" not in text(alice_in, "report", contest.application_id)
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now, level=5.0)
    assert "look at it again" in text(alice_in, "report", contest.application_id)


def test_looks_are_recorded_by_what_was_shown(
    alice_in: Client, opening: Opening, contest: Contest
) -> None:
    for name, ids in (
        ("feedback-preview", [contest.application_id]),
        ("contests", [opening.pk]),
        ("feedbacks", [opening.pk]),
    ):
        text(alice_in, name, *ids)
    looks = LedgerEntry.objects.filter(action__endswith=".viewed").values_list("facts", flat=True)
    assert [one["what"] for one in looks] == ["feedback", "contest", "feedback list"]

"""The list, the kit and the calibration page: one's own, and no score on them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.interviews.conftest import text
from tests.web.scored import score

from evenhand.hiring.interviews.services import cancel_interview, plan_interview
from evenhand.hiring.models import Application, EstimateRow, Interview, User


def test_the_list_shows_ones_own_interviews_by_number_and_state(
    as_ivan: Client, planned: Interview, peer: Interview
) -> None:
    page = text(as_ivan.get(reverse("interviews")))
    assert "Candidate 1, Hiring manager&#x27;s round" in page
    assert "60 minutes · no time agreed yet" in page
    assert "Peer interview" not in page
    assert "Charlie" not in page


def test_who_has_no_interview_is_told_how_one_comes_about(client: Client, pia: User) -> None:
    client.force_login(pia)
    assert "Nothing is planned for you." in text(client.get(reverse("interviews")))


def test_the_home_page_leads_an_interviewer_to_their_interviews(
    as_ivan: Client, planned: Interview
) -> None:
    page = text(as_ivan.get(reverse("home")))
    assert page.count(f'href="{reverse("interviews")}"') == 2


def test_the_kit_names_the_person_and_says_why_each_question_is_asked(
    as_ivan: Client, planned: Interview
) -> None:
    page = text(as_ivan.get(reverse("interview", args=[planned.pk])))
    assert "Interview with Charlie Cole" in page
    assert "asked of everyone" in page
    assert "Strong answers" in page
    assert "Weak answers" in page
    assert "charlie@example.org" not in page


def test_no_score_stands_on_any_page_before_the_card_is_locked(
    as_ivan: Client, begun: Interview, application: Application
) -> None:
    score(application)
    EstimateRow.objects.update(mean=4.7654321, low=4.1234567, high=4.9876543)
    for name in ("interview", "interview-card", "interview-lock"):
        page = text(as_ivan.get(reverse(name, args=[begun.pk])))
        assert not any(figure in page for figure in ("4.76", "4.8", "4.12", "4.98", "bar"))


def test_beginning_opens_the_card_and_a_second_click_changes_nothing(
    as_ivan: Client, planned: Interview
) -> None:
    for _ in range(2):
        answer = as_ivan.post(reverse("interview-begin", args=[planned.pk]))
        assert answer.url == reverse("interview-card", args=[planned.pk])  # type: ignore[attr-defined]
    planned.refresh_from_db()
    assert planned.state == "begun"
    assert planned.kit is not None


def test_a_card_is_not_there_before_the_interview_has_begun(
    as_ivan: Client, planned: Interview
) -> None:
    for name in ("interview-card", "interview-lock", "interview-locked"):
        answer = as_ivan.get(reverse(name, args=[planned.pk]))
        assert answer.url == reverse("interview", args=[planned.pk])  # type: ignore[attr-defined]


def test_a_cancelled_interview_says_so_and_shows_nobody(
    as_ivan: Client, planned: Interview, alice: User, now: datetime
) -> None:
    cancel_interview(interview=planned, by=alice, now=now)
    page = text(as_ivan.get(reverse("interview", args=[planned.pk])))
    assert "This interview was cancelled" in page
    assert "Charlie" not in page
    assert "Candidate 1" not in text(as_ivan.get(reverse("interviews")))
    begun = as_ivan.post(reverse("interview-begin", args=[planned.pk]), follow=True)
    assert "cancelled" in text(begun)


@pytest.mark.parametrize("name", ["interview", "interview-card", "interview-lock"])
def test_another_interviewers_interview_is_not_there(
    client: Client, pia: User, begun: Interview, name: str
) -> None:
    client.force_login(pia)
    assert client.get(reverse(name, args=[begun.pk])).status_code == 404


def test_a_recruiter_reads_neither_kit_nor_draft(
    client: Client, alice: User, begun: Interview
) -> None:
    client.force_login(alice)
    for name in ("interview", "interview-card", "interview-lock", "interview-locked"):
        assert client.get(reverse(name, args=[begun.pk])).status_code == 404


def test_the_calibration_page_tells_ones_own_figures_kindly(
    as_ivan: Client, locked: Interview
) -> None:
    page = text(as_ivan.get(reverse("interview-calibration")))
    assert "From 1 person whose scorecard you locked." in page
    assert "nobody is better for it" in page
    assert "Petrova" not in page


def test_a_round_is_planned_by_the_recruiter_and_called_off_again(
    client: Client, alice: User, application: Application, ivan: User
) -> None:
    client.force_login(alice)
    to = reverse("interview-plan", args=[application.pk])
    done = client.post(to, {"round": "final", "interviewer": ivan.pk, "minutes": ""}, follow=True)
    assert "Planned. The interviewer sees it" in text(done)
    made = Interview.objects.get()
    assert (made.round, made.interviewer, made.minutes) == ("final", ivan, 60)
    done = client.post(reverse("interview-cancel", args=[made.pk]), follow=True)
    assert "cancelled" in text(done)
    again = client.post(reverse("interview-cancel", args=[made.pk]), follow=True)
    assert "This interview was cancelled already." in text(again)


def test_the_same_round_with_the_same_person_twice_is_refused_in_words(
    client: Client, alice: User, planned: Interview, ivan: User
) -> None:
    client.force_login(alice)
    to = reverse("interview-plan", args=[planned.application_id])
    answer = client.post(to, {"round": "final", "interviewer": ivan.pk})
    assert answer.status_code == 422
    assert "has this round with this candidate already" in text(answer)


def test_nobody_from_outside_the_team_can_be_chosen(
    client: Client, alice: User, application: Application, ivan: User, mallory: User
) -> None:
    client.force_login(alice)
    to = reverse("interview-plan", args=[application.pk])
    answer = client.post(to, {"round": "final", "interviewer": mallory.pk})
    assert answer.status_code == 422
    assert not Interview.objects.exists()


def test_where_nobody_may_interview_yet_the_page_leads_to_the_team(
    client: Client, alice: User, application: Application
) -> None:
    client.force_login(alice)
    page = text(client.get(reverse("interview-plan", args=[application.pk])))
    assert reverse("team", args=[application.opening_id]) in page


def test_the_recruiter_sees_the_state_and_not_a_word_of_the_card(
    client: Client, alice: User, locked: Interview
) -> None:
    client.force_login(alice)
    page = text(client.get(reverse("interview-plan", args=[locked.application_id])))
    assert "scorecard locked" in page
    assert "Calm, and to the point" not in page
    plan_again = reverse("interview-cancel", args=[locked.pk])
    assert plan_again not in page


def test_planning_for_a_recruiter_of_another_opening_is_not_there(
    client: Client, mallory: User, planned: Interview
) -> None:
    client.force_login(mallory)
    assert client.get(reverse("interview-plan", args=[planned.application_id])).status_code == 404
    assert client.post(reverse("interview-cancel", args=[planned.pk])).status_code == 404
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_the_list_takes_the_same_queries_for_one_interview_and_for_many(
    as_ivan: Client,
    planned: Interview,
    alice: User,
    ivan: User,
    now: datetime,
    django_assert_max_num_queries: object,
) -> None:
    plan_interview(
        application=planned.application, round="peer", interviewer=ivan, by=alice, now=now
    )
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        as_ivan.get(reverse("interviews"))

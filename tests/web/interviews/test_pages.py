"""The list, the kit and the calibration page: one's own, and no score on them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.interviews.conftest import text
from tests.web.interviews.filling import body_of
from tests.web.scored import score

from evenhand.hiring.interviews.services import cancel_interview, plan_interview, save_card
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


def test_a_begun_interview_is_cancelled_after_a_question_and_its_writer_reads_the_card(
    client: Client, alice: User, ivan: User, begun: Interview, now: datetime
) -> None:
    save_card(interview=begun, body=body_of(begun, 4.5), base_revision=0, now=now)
    client.force_login(alice)
    to = reverse("interview-cancel", args=[begun.pk])
    asked = text(client.post(to))
    assert "Cancel Hiring manager&#x27;s round with Ivan?" in asked
    assert "Ivan has begun it." in asked
    assert "can no more be locked: it counts nowhere" in asked
    assert "Calm, and to the point." not in asked
    begun.refresh_from_db()
    assert begun.state == "begun"
    assert "Cancelled." in text(client.post(to, {"sure": "1"}, follow=True))
    client.force_login(ivan)
    assert "Begun, then called off" in text(client.get(reverse("interviews")))
    page = text(client.get(reverse("interview", args=[begun.pk])))
    for written in ("It counts nowhere", "Calm, and to the point.", "what the labels mean", "4.5"):
        assert written in page
    assert "Charlie" not in page


def test_of_a_begun_interview_whose_card_is_empty_no_words_are_said_to_be_lost(
    client: Client, alice: User, begun: Interview
) -> None:
    client.force_login(alice)
    asked = text(client.post(reverse("interview-cancel", args=[begun.pk])))
    assert "Ivan has begun it." in asked
    assert "counts nowhere" not in asked


def test_an_interview_with_a_time_to_come_is_cancelled_after_a_question(
    client: Client, alice: User, planned: Interview
) -> None:
    client.force_login(alice)
    Interview.objects.update(starts_at=timezone.now() + timedelta(days=1))
    asked = text(client.post(reverse("interview-cancel", args=[planned.pk])))
    assert "Both people get a cancellation by e-mail" in asked
    assert "has begun it" not in asked
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_an_interview_is_begun_long_before_its_time_after_a_question_alone(
    as_ivan: Client, planned: Interview
) -> None:
    to = reverse("interview-begin", args=[planned.pk])
    Interview.objects.update(starts_at=timezone.now() + timedelta(hours=3))
    assert "Begin the interview before its time?" in text(as_ivan.post(to))
    planned.refresh_from_db()
    assert planned.state == "planned"
    as_ivan.post(to, {"sure": "1"})
    planned.refresh_from_db()
    assert planned.state == "begun"


@pytest.mark.parametrize("minutes", [-90, 50], ids=["late", "soon"])
def test_an_interview_is_begun_about_its_time_at_one_click(
    as_ivan: Client, planned: Interview, minutes: int
) -> None:
    Interview.objects.update(starts_at=timezone.now() + timedelta(minutes=minutes))
    as_ivan.post(reverse("interview-begin", args=[planned.pk]))
    planned.refresh_from_db()
    assert planned.state == "begun"


def test_a_beginning_is_taken_back_on_the_kit_until_something_is_written(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    kit, back = (reverse(name, args=[begun.pk]) for name in ("interview", "interview-unbegin"))
    assert f'action="{back}"' in text(as_ivan.get(kit))
    assert "Taken back: the interview is planned" in text(as_ivan.post(back, follow=True))
    as_ivan.post(reverse("interview-begin", args=[begun.pk]))
    begun.refresh_from_db()
    save_card(interview=begun, body=body_of(begun), base_revision=0, now=now)
    assert back not in text(as_ivan.get(kit))
    assert "Something is written on its scorecard" in text(as_ivan.post(back, follow=True))

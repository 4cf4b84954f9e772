"""A candidate withdraws behind their link, before and after handing in, and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.interviewing import interviewer

from evenhand.hiring.anchors.queries import waiting_for
from evenhand.hiring.errors import Withdrawn
from evenhand.hiring.feedback.queries import releasable
from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import (
    Anchor,
    Answer,
    Application,
    Interview,
    LedgerEntry,
    Sitting,
    User,
)
from evenhand.hiring.openings.erasing import goes_at, leaving
from evenhand.hiring.scheduling.due import due
from evenhand.hiring.scheduling.models import Letter
from evenhand.hiring.scheduling.services import schedule
from evenhand.hiring.sittings.services import submit_overdue
from evenhand.work import worker

from .conftest import Clock, Save

pytestmark = pytest.mark.django_db


def withdraw(client: Client, link: str) -> str:
    return client.post(f"{link}withdraw/", {"withdraw": "1"}, follow=True).content.decode()


def take_back(client: Client, link: str) -> str:
    return client.post(f"{link}withdraw/", {"take_back": "1"}, follow=True).content.decode()


def actions() -> list[str]:
    return list(LedgerEntry.objects.order_by("seq").values_list("action", flat=True))


def test_a_look_at_the_page_withdraws_nobody_and_it_says_what_follows(
    client: Client, link: str, application: Application
) -> None:
    assert f"{link}withdraw/" in client.get(link).content.decode()
    page = client.get(f"{link}withdraw/").content.decode()
    for said in ("Do you want to withdraw?", "you need not say why", "erased", "take it back"):
        assert said in page
    client.post(f"{link}withdraw/")
    application.refresh_from_db()
    assert application.withdrawn_at is None


def test_a_withdrawal_stands_in_the_record_once_and_says_who(
    client: Client, link: str, application: Application, clock: Clock
) -> None:
    page = withdraw(client, link)
    withdraw(client, link)
    assert "You have withdrawn" in page
    application.refresh_from_db()
    assert application.withdrawn_at == clock.now
    entry = LedgerEntry.objects.get(action="application.withdrawn")
    assert entry.actor == f"candidate:{application.pk}"
    assert entry.facts == {"sitting_state": "ready"}


def test_who_withdrew_is_told_by_mail_and_the_contact_without_a_name(
    client: Client,
    link: str,
    application: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(client, link)
    own, contact = mail.outbox
    assert own.to == [application.candidate.email]
    assert link in str(own.body)
    assert contact.to == ["alice@example.org"]
    assert application.code in str(contact.body)
    assert application.candidate.name not in str(contact.body) + contact.subject


@pytest.mark.parametrize("page", ["", "1/", "review/", "done/", "ask/", "notice/again/"])
def test_no_page_of_the_assessment_goes_on_and_each_leads_to_what_is_kept(
    client: Client, started: str, page: str
) -> None:
    withdraw(client, started)
    assert client.get(f"{started}{page}").headers["Location"] == f"{started}withdraw/"


def test_nothing_more_is_saved_and_the_browser_is_told_that_it_was_not(
    client: Client, started: str, save: Save
) -> None:
    save("kept until here")
    withdraw(client, started)
    status, said = save("typed in another window", base=1)
    assert (status, said["code"]) == (410, "link")
    assert "withdrawn" in str(said["message"])
    assert Answer.objects.get().text == "kept until here"


def test_what_was_written_is_never_handed_in_but_stays_to_be_read_and_is_erased_in_time(
    client: Client, started: str, save: Save, application: Application, clock: Clock
) -> None:
    save("half a thought")
    withdraw(client, started)
    application.refresh_from_db()
    assert "half a thought" in client.get(f"{started}copy.txt").content.decode()
    assert client.get(f"{started}data/").status_code == 200
    gone_at = goes_at(application)
    assert gone_at == clock.now + timedelta(days=application.opening.keep_days)
    clock.forward(days=1)
    assert submit_overdue(clock.now) == []
    client.post(f"{started}submit")
    assert Sitting.objects.get().state == Sitting.State.STARTED
    at_last = gone_at + timedelta(seconds=1)
    assert [one.application for one in leaving(application.opening, at_last)] == [application]


def test_whoever_takes_it_back_in_time_goes_on_writing(
    client: Client, started: str, save: Save, clock: Clock
) -> None:
    save("one")
    withdraw(client, started)
    clock.forward(minutes=1)
    assert "goes on" in take_back(client, started)
    assert save("one and two", base=1)[0] == 200
    assert actions()[-2:] == ["application.withdrawal_taken_back", "answer.saved"]


def test_answers_of_who_withdrew_are_read_by_nobody_until_they_take_it_back(
    client: Client,
    started: str,
    application: Application,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    asked: list[str] = []
    again: list[str] = []
    monkeypatch.setattr("evenhand.web.sitting.withdrawing.enqueue_scoring", asked.append)
    monkeypatch.setattr(worker, "enqueue_again", lambda one, now: again.append(one))
    client.post(f"{started}submit")
    rater = interviewer(application.opening, "ivan", clock.now)
    Anchor.objects.all().delete()
    Anchor.objects.create(answer=Answer.objects.all()[0], drawn_at=clock.now)
    assert waiting_for(rater).exists()
    withdraw(client, started)
    assert not waiting_for(rater).exists()
    worker.ask_for_missed(clock.forward(hours=1))
    assert again == []
    with django_capture_on_commit_callbacks(execute=True):
        take_back(client, started)
    assert asked == [str(application.sitting.pk)]
    assert waiting_for(rater).exists()


def test_an_interview_that_is_booked_is_called_off_and_both_are_told(
    client: Client, link: str, application: Application, alice: User, clock: Clock
) -> None:
    ivan = interviewer(application.opening, "ivan", clock.now)
    planned = plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=clock.now
    )
    starts_at = clock.now + timedelta(days=3)
    schedule(interview=planned, starts_at=starts_at, place="", by=alice, now=clock.now)
    for letter in due(clock.now):
        letter.sent_at = letter.claimed_at = clock.now
        letter.save()
    assert "is called off" in client.get(f"{link}withdraw/").content.decode()
    withdraw(client, link)
    planned.refresh_from_db()
    assert planned.state == Interview.State.CANCELLED
    assert actions()[-2:] == ["interview.cancelled", "application.withdrawn"]
    kinds = {(letter.kind, letter.to) for letter in due(clock.now)}
    assert kinds == {(Letter.Kind.CANCELLATION, to) for to in Letter.To.values}
    with pytest.raises(Withdrawn, match="has withdrawn"):
        plan_interview(
            application=application, round="peer", interviewer=ivan, by=alice, now=clock.now
        )


def test_the_recruiter_sees_it_and_is_asked_to_do_nothing_for_them(
    client: Client, link: str, application: Application, alice: User
) -> None:
    client.force_login(alice)
    page = reverse("opening", args=[application.opening_id])
    assert "has not begun" in client.get(page).content.decode()
    withdraw(client, link)
    said = client.get(page).content.decode()
    assert "withdrew" in said
    assert "has not begun" not in said
    plan = client.get(reverse("interview-plan", args=[application.pk])).content.decode()
    assert f"{application.code} withdrew on" in plan
    assert "Plan it" not in plan


def test_the_report_says_it_in_a_neutral_sentence(
    client: Client, started: str, application: Application, alice: User
) -> None:
    client.post(f"{started}submit")
    withdraw(client, started)
    client.force_login(alice)
    page = client.get(reverse("report", args=[application.pk])).content.decode()
    assert "withdrew on" in page
    assert "refreshes by itself" not in page
    given = client.get(reverse("report-json", args=[application.pk]))
    assert given.status_code == 200
    assert given.json()["withdrew"]


def test_a_rule_sends_no_feedback_to_who_withdrew(
    client: Client, started: str, application: Application
) -> None:
    client.post(f"{started}submit")
    Sitting.objects.update(state=Sitting.State.SCORED)
    assert list(releasable(application.opening)) == [application]
    withdraw(client, started)
    assert list(releasable(application.opening)) == []


def test_who_lost_their_link_after_handing_in_can_be_sent_it_again(
    client: Client, started: str, application: Application, alice: User
) -> None:
    client.post(f"{started}submit")
    client.force_login(alice)
    page = client.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert reverse("link-send", args=[application.pk]) in page
    assert reverse("link-renew", args=[application.pk]) in page
    assert started not in page

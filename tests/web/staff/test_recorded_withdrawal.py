"""A recruiter records that a candidate told them that they withdraw; the candidate is told so."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.interviewing import interviewer

from evenhand.hiring.errors import FieldError, MailNotSent
from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import Application, Interview, Invitation, LedgerEntry, User
from evenhand.hiring.openings.links import link_of, revoke_link
from evenhand.hiring.openings.withdrawing import record_withdrawal, take_back, told_by, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiting(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def page_of(application: Application) -> str:
    return reverse("application-withdraw", args=[application.pk])


def recorded(client: Client, application: Application, told: str = "phone") -> str:
    answer = client.post(page_of(application), {"told": told}, follow=True)
    application.refresh_from_db()
    return answer.content.decode()


def test_a_look_at_the_page_records_nothing_and_it_says_what_follows(
    recruiting: Client, application: Application
) -> None:
    opening = recruiting.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert page_of(application) in opening
    page = recruiting.get(page_of(application)).content.decode()
    for said in ("Nothing more of theirs is read", "They alone can take it back", "Charlie"):
        assert said in page
    assert recruiting.post(page_of(application)).status_code == 422
    assert recruiting.post(page_of(application), {"told": "a dream"}).status_code == 422
    application.refresh_from_db()
    assert application.withdrawn_at is None


def test_it_stands_in_the_record_once_with_who_recorded_it_and_how_it_was_told(
    recruiting: Client, application: Application, alice: User
) -> None:
    assert "It is recorded" in recorded(recruiting, application)
    assert "withdrawn already" in recorded(recruiting, application, "writing")
    entry = LedgerEntry.objects.get(action="application.withdrawn")
    assert entry.actor == f"user:{alice.pk}"
    assert entry.facts == {"sitting_state": "ready", "told": "phone"}
    assert application.withdrawn_at is not None
    opening = recruiting.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert page_of(application) not in opening


def test_the_candidate_is_told_by_mail_and_on_their_page_and_takes_it_back(
    recruiting: Client,
    application: Application,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        recorded(recruiting, application)
    (letter,) = mail.outbox  # none to the contact person, who did it
    link = link_of(application.invitations.get(revoked_at__isnull=True))
    assert letter.to == [application.candidate.email]
    assert "recorded" in letter.subject
    assert link in str(letter.body)
    assert "take it back" in str(letter.body)
    candidate = Client()
    path = link.removeprefix("http://localhost:8000")
    page = candidate.get(path, follow=True).content.decode()
    assert "The hiring team recorded this for you" in page
    candidate.post(f"{path}withdraw/", {"take_back": "1"})
    application.refresh_from_db()
    assert application.withdrawn_at is None
    assert told_by(application) == ""


def test_their_own_withdrawal_is_not_said_to_be_recorded_by_others(
    application: Application, alice: User, now: datetime
) -> None:
    record_withdrawal(application=application, told="person", by=alice, now=now)
    assert told_by(application) == "person"
    take_back(application=application, now=now)
    withdraw(application=application, by_link=application.invitations.get(), now=now)
    assert told_by(application) == ""


@pytest.mark.parametrize("ended", [True, False])
def test_where_no_link_would_open_they_get_a_new_one(
    application: Application,
    alice: User,
    now: datetime,
    ended: bool,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = application.invitations.get()
    if ended:
        now = before.expires_at + timedelta(days=1)
    else:
        revoke_link(invitation=before, by=alice, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        record_withdrawal(application=application, told="phone", by=alice, now=now)
    live = Invitation.objects.get(application=application, revoked_at__isnull=True)
    assert live != before
    assert link_of(live) in str(mail.outbox[0].body)


def test_a_mail_server_that_is_down_undoes_nothing_and_the_recruiter_hears_of_it(
    application: Application,
    alice: User,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    down = mock.patch.object(EmailBackend, "send_messages", side_effect=OSError("secret@x"))
    told = pytest.raises(MailNotSent, match="Tell them yourself")
    with down, told, django_capture_on_commit_callbacks(execute=True):
        record_withdrawal(application=application, told="phone", by=alice, now=now)
    application.refresh_from_db()
    assert application.withdrawn_at is not None


def test_interviews_are_called_off_and_only_known_ways_are_kept(
    application: Application, alice: User, now: datetime
) -> None:
    ivan = interviewer(application.opening, "ivan", now)
    planned = plan_interview(
        application=application, round="final", interviewer=ivan, by=alice, now=now
    )
    with pytest.raises(FieldError):
        record_withdrawal(application=application, told="", by=alice, now=now)
    assert record_withdrawal(application=application, told="writing", by=alice, now=now)
    planned.refresh_from_db()
    assert planned.state == Interview.State.CANCELLED
    last = list(LedgerEntry.objects.order_by("seq").values_list("action", "actor"))[-2:]
    actor = f"user:{alice.pk}"
    assert last == [("interview.cancelled", actor), ("application.withdrawn", actor)]


def test_nobody_else_records_it(
    client: Client, application: Application, mallory: User, now: datetime
) -> None:
    ivan = interviewer(application.opening, "ivan", now)
    for user in (mallory, ivan):
        client.force_login(user)
        assert client.post(page_of(application), {"told": "phone"}).status_code == 404
    application.refresh_from_db()
    assert application.withdrawn_at is None

"""A link that only its candidate knows, taken in place of the one that the hiring side had."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.hiring.models import Answer, Invitation, LedgerEntry, Sitting, User
from evenhand.hiring.openings import links
from evenhand.hiring.openings.links import link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(client: Client, link: str) -> Sitting:
    client.post(f"{link}begin", {"consent": "on"})
    return Sitting.objects.select_related("application__opening", "application__candidate").get()


def live() -> str:
    found = Invitation.objects.get(revoked_at__isnull=True)
    return "/" + link_of(found).split("/", 3)[3]


def test_the_link_that_was_handed_over_stops_and_the_new_one_goes_on(
    client: Client, link: str, begun: Sitting
) -> None:
    text = client.post(f"{link}link/", follow=True).content.decode()
    new = live()
    assert new != link
    assert new in text
    assert "no longer works" in text
    assert client.get(f"{link}1/").status_code == 410
    body = {"text": "by whoever kept it", "base_revision": 0, "tab": "t"}
    saved = client.post(f"{link}save/{begun.prompts[0]}", body, content_type="application/json")
    assert saved.status_code == 410
    assert not Answer.objects.filter(revision__gt=0).exists()
    assert client.get(f"{new}1/").status_code == 200


def test_the_record_says_that_the_candidate_made_it(
    client: Client, link: str, begun: Sitting
) -> None:
    client.post(f"{link}link/")
    entry = LedgerEntry.objects.filter(action="link.made").latest("seq")
    assert entry.actor == f"candidate:{begun.application_id}"
    assert LedgerEntry.objects.filter(action="link.revoked", actor=entry.actor).count() == 1


def test_nobody_of_the_hiring_side_is_shown_it(
    client: Client, link: str, begun: Sitting, alice: User
) -> None:
    client.post(f"{link}link/")
    client.force_login(alice)
    page = client.get(reverse("opening", args=[begun.application.opening_id])).content.decode()
    assert live() not in page


def test_it_is_sent_to_its_candidate_and_to_nobody_else(
    client: Client, link: str, begun: Sitting, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{link}link/")
    (sent,) = mail.outbox
    assert sent.to == [begun.application.candidate.email]
    assert live() in sent.body


def test_where_no_mail_is_set_up_the_page_says_to_copy_it(
    client: Client, link: str, begun: Sitting, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    text = client.post(f"{link}link/", follow=True).content.decode()
    assert "so copy it" in text
    assert not LedgerEntry.objects.filter(action="link.sent").exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_takes_no_link_away(
    client: Client, link: str, begun: Sitting, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    text = client.post(f"{link}link/", follow=True).content.decode()
    assert "copy it now" in text
    assert client.get(f"{live()}1/").status_code == 200


def test_before_the_beginning_the_link_stays_the_one_that_was_handed_over(
    client: Client, link: str
) -> None:
    assert client.get(f"{link}link/").status_code == 302
    assert client.post(f"{link}link/").status_code == 302
    assert Invitation.objects.count() == 1


def test_looking_makes_nothing(client: Client, link: str, begun: Sitting) -> None:
    text = re.sub(r"\s+", " ", client.get(f"{link}link/").content.decode())
    assert link in text
    assert "Make a new link" in text
    assert Invitation.objects.count() == 1


def test_somebody_who_makes_link_after_link_is_told_whom_to_ask(
    client: Client, link: str, begun: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MOST_LINKS", 2)
    client.post(f"{link}link/")
    text = client.post(f"{live()}link/", follow=True).content.decode()
    assert "Too many links" in text
    assert begun.application.opening.contact_email in text
    assert Invitation.objects.count() == 2


def test_it_leads_back_after_handing_in_too(client: Client, link: str, begun: Sitting) -> None:
    client.post(f"{link}submit")
    client.post(f"{link}link/")
    assert client.get(f"{link}done/").status_code == 410
    assert client.get(f"{live()}done/").status_code == 200

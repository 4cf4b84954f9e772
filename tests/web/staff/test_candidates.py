"""Adding candidates, their links, and what they ask for."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evenhand.hiring.models import AccommodationRequest, Application, Opening
from evenhand.hiring.openings.services import link_of
from evenhand.hiring.privacy.exporting import personal_data
from evenhand.hiring.sittings.services import ask_accommodation, begin
from evenhand.web.api.showing import open_link

CSV = "name,email\nAda,ada@example.org\nBo,bo@example.org\n"


def address(opening: Opening) -> str:
    return reverse("candidates-add", args=[opening.pk])


def test_one_person_is_added(signed_in: Client, opening: Opening) -> None:
    given = {"one": "1", "one-name": "Ada", "one-email": "ada@example.org"}
    answer = signed_in.post(address(opening), given)
    assert answer["Location"] == reverse("opening", args=[opening.pk])
    assert Application.objects.get().candidate.email == "ada@example.org"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"one-name": "", "one-email": "ada@example.org"}, "#id_one-name"),
        ({"one-name": "Ada", "one-email": "ada"}, "#id_one-email"),
        ({"one-name": "C", "one-email": "charlie@example.org"}, "in this opening already"),
    ],
)
def test_a_person_who_cannot_be_added_is_explained(
    signed_in: Client, application: Application, given: dict[str, str], says: str
) -> None:
    answer = signed_in.post(address(application.opening), {"one": "1", **given})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Application.objects.count() == 1


def test_a_list_is_added_from_a_file(signed_in: Client, opening: Opening) -> None:
    file = SimpleUploadedFile("people.csv", CSV.encode("utf-8-sig"))
    answer = signed_in.post(address(opening), {"list": "1", "list-file": file}, follow=True)
    assert "2 candidates added." in answer.content.decode()
    assert Application.objects.count() == 2


def test_a_list_is_added_from_pasted_lines_and_who_is_there_is_left_alone(
    signed_in: Client, application: Application
) -> None:
    lines = CSV + "Charlie,charlie@example.org\n"
    given = {"list": "1", "list-text": lines}
    page = signed_in.post(address(application.opening), given, follow=True).content.decode()
    assert "2 candidates added. 1 was in this opening already." in page


def test_every_wrong_line_is_named_and_nobody_is_added(signed_in: Client, opening: Opening) -> None:
    given = {"list": "1", "list-text": CSV + ",c@example.org\nDi,di\n"}
    answer = signed_in.post(address(opening), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "line 4:" in page
    assert "line 5:" in page
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfen\x00a\x00", "line 1: must name the columns"),
        (b"\xff\xfen", "UTF-8"),
        (b"\x89PNG\x00", "UTF-8"),
        (b"name;mail\n", "name,email"),
        (b"name,email\n", "no candidates"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_no_list_is_explained(
    signed_in: Client, opening: Opening, content: bytes, says: str
) -> None:
    file = SimpleUploadedFile("people.csv", content)
    answer = signed_in.post(address(opening), {"list": "1", "list-file": file})
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_neither_a_file_nor_lines_is_an_error(signed_in: Client, opening: Opening) -> None:
    page = signed_in.post(address(opening), {"list": "1"}).content.decode()
    assert "Choose a file or paste the lines" in page


def test_a_new_link_replaces_the_old_one(signed_in: Client, application: Application) -> None:
    old = application.invitations.get()
    signed_in.post(reverse("link-renew", args=[application.pk]))
    old.refresh_from_db()
    assert old.revoked_at is not None
    live = application.invitations.get(revoked_at=None)
    page = signed_in.get("/").content.decode()
    assert link_of(live) in page
    assert link_of(old) not in page


def test_the_link_of_somebody_who_has_begun_is_shown_to_no_staff_and_by_no_key(
    signed_in: Client,
    application: Application,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    link = application.invitations.get()
    assert open_link(application, now) == link
    begin(sitting=application.sitting, notice_version="1", consent=True, now=now)
    assert open_link(application, now) is None
    page = signed_in.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert link_of(link) not in page
    assert reverse("link-send", args=[application.pk]) in page
    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(reverse("link-send", args=[application.pk]))
    assert link_of(link) in mail.outbox[-1].body


@pytest.mark.parametrize(("backend", "shown"), [("console", 1), ("locmem", 0)])
def test_a_new_link_of_somebody_who_has_begun_is_shown_once_where_there_is_no_mail(
    signed_in: Client, application: Application, now: datetime, settings: Any, backend: str,
    shown: int,
) -> None:  # fmt: skip
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    begin(sitting=application.sitting, notice_version="1", consent=True, now=now)
    answer = signed_in.post(reverse("link-renew", args=[application.pk]), follow=True)
    made = link_of(application.invitations.get(revoked_at__isnull=True))
    assert answer.content.decode().count(made) == shown
    again = signed_in.get(reverse("opening", args=[application.opening_id]))
    assert made not in again.content.decode()
    told = personal_data(application, now, own=True)["record"]
    by = [one["by"] for one in told if one["action"] == "link.shown"]
    assert by == ["a member of the hiring team"] * shown


@pytest.mark.parametrize(
    ("begun", "says"), [(False, "Copy the link instead"), (True, "make a new one: it is shown")]
)
def test_without_mail_it_is_said_how_a_link_gets_to_its_candidate(
    signed_in: Client, application: Application, settings: Any, begun: bool, says: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    signed_in.post(reverse("link-renew", args=[application.pk]))  # the first one ran out in March
    if begun:
        begin(sitting=application.sitting, notice_version="1", consent=True, now=timezone.now())
    answer = signed_in.post(reverse("link-send", args=[application.pk]), follow=True)
    page = answer.content.decode()
    assert says in page
    assert ("Copy the link" in page) is not begun


def test_a_revoked_link_is_gone_from_the_list(signed_in: Client, application: Application) -> None:
    answer = signed_in.post(reverse("link-revoke", args=[application.pk]), follow=True)
    page = answer.content.decode()
    assert "<copy-link>" not in page
    assert "revoked" in page
    again = signed_in.post(reverse("link-revoke", args=[application.pk]), follow=True)
    assert "There is no link to revoke." in again.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_link_is_sent_by_e_mail(signed_in: Client, application: Application) -> None:
    signed_in.post(reverse("link-renew", args=[application.pk]))  # the first one ran out in March
    signed_in.post(reverse("link-send", args=[application.pk]))
    (message,) = mail.outbox
    assert message.to == ["charlie@example.org"]
    assert "/s/" in message.body


def test_a_link_that_is_not_there_cannot_be_sent(
    signed_in: Client, application: Application
) -> None:
    signed_in.post(reverse("link-revoke", args=[application.pk]))
    answer = signed_in.post(reverse("link-send", args=[application.pk]), follow=True)
    assert "There is no link to send. Make a new one." in answer.content.decode()
    assert mail.outbox == []


def test_a_link_that_ran_out_says_when(
    signed_in: Client, application: Application, now: datetime
) -> None:
    application.invitations.update(expires_at=now - timedelta(days=1))
    page = signed_in.get("/").content.decode()
    assert "ended on 1 March" in page
    assert "<copy-link>" not in page


@pytest.fixture
def request_for_time(application: Application, now: datetime) -> AccommodationRequest:
    return ask_accommodation(
        sitting=application.sitting, kind="more_time", message="Half as much again.", now=now
    )


def test_a_request_waits_on_the_list_and_is_granted(
    signed_in: Client, request_for_time: AccommodationRequest
) -> None:
    assert "Half as much again." in signed_in.get("/").content.decode()
    there = reverse("accommodation-settle", args=[request_for_time.pk])
    signed_in.post(there, {"factor": "1.50", "reply": "Gladly."})
    request_for_time.refresh_from_db()
    request_for_time.sitting.refresh_from_db()
    assert request_for_time.granted_factor == Decimal("1.5")
    assert request_for_time.sitting.time_factor == Decimal("1.5")
    assert "Half as much again." not in signed_in.get("/").content.decode()


def test_a_refusal_needs_a_reply(signed_in: Client, request_for_time: AccommodationRequest) -> None:
    there = reverse("accommodation-settle", args=[request_for_time.pk])
    assert signed_in.post(there, {"factor": "same", "reply": " "}).status_code == 422
    assert signed_in.post(there, {"factor": "same", "reply": "Let us talk."}).status_code == 302
    request_for_time.refresh_from_db()
    assert request_for_time.granted_factor is None
    assert request_for_time.settled_at is not None


@pytest.mark.parametrize("factor", ["3.00", "lots", ""])
def test_a_factor_that_is_not_offered_is_refused(
    signed_in: Client, request_for_time: AccommodationRequest, factor: str
) -> None:
    there = reverse("accommodation-settle", args=[request_for_time.pk])
    assert signed_in.post(there, {"factor": factor, "reply": "x"}).status_code == 422


def test_a_request_is_answered_once(
    signed_in: Client, request_for_time: AccommodationRequest
) -> None:
    there = reverse("accommodation-settle", args=[request_for_time.pk])
    given = {"factor": "1.25", "reply": ""}
    assert signed_in.post(there, given).status_code == 302
    answer = signed_in.post(there, given)
    assert answer.status_code == 422
    assert "answered already" in answer.content.decode()

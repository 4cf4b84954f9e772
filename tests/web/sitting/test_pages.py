"""The candidate's pages, asked for without a browser."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from evenhand.hiring.models import Answer, Application, KeptAside, Opening, Sitting, User
from evenhand.hiring.openings import services as openings
from evenhand.hiring.sittings import services as sittings
from evenhand.web.sitting.notice import CURRENT, version_of

from .conftest import Clock, Save


class Page(Protocol):
    """A reply of the test client."""

    content: bytes


def hidden_fields(page: Page) -> dict[str, str]:
    """Return what the page's form sends by itself."""
    inputs = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode()
    )
    return {name: html.unescape(value) for name, value in inputs}


def test_the_first_page_says_what_is_asked_and_starts_no_clock(
    client: Client, link: str, opening: Opening, application: Application
) -> None:
    page = client.get(link).content.decode()
    for said in ("Eval discipline", "45", "7 dimensions", "180 days", "alice@example.org"):
        assert said in page
    assert Sitting.objects.get().started_at is None


def test_while_the_clock_runs_the_first_page_says_so(client: Client, started: str) -> None:
    page = client.get(started).content.decode()
    assert "the clock is running" in page
    assert "no clock is running" not in page


def test_the_first_page_does_not_give_the_questions_away(client: Client, link: str) -> None:
    assert "internal search tool" not in client.get(link).content.decode()


def test_the_first_page_shows_an_agreed_extension(
    client: Client, link: str, application: Application, alice: User, now: datetime
) -> None:
    request = sittings.ask_accommodation(
        sitting=application.sitting, kind="more_time", message="", now=now
    )
    sittings.settle_accommodation(
        request=request, factor=Decimal("1.5"), reply="", by=alice, now=now
    )
    page = client.get(link).content.decode()
    assert "<strong>68</strong>" in page
    assert "1.5 times the usual 45" in page
    # The minutes of a question grow with the whole: 8 of them are 12 at one and a half times.
    assert "about 12 minutes" in page
    assert "68 minutes" in client.get(f"{link}ask/").content.decode()
    client.post(f"{link}begin", {"consent": "on"})
    assert "about 12 minutes" in client.get(f"{link}1/").content.decode()


def test_beginning_needs_consent(client: Client, link: str) -> None:
    response = client.post(f"{link}begin", {})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Please tick this box" in page
    assert "<title>Error: " in page
    # The box is far below the head of the page: the browser goes there by itself.
    assert re.search(r'name="consent"[^>]* autofocus>', page)
    assert Sitting.objects.get().state == "ready"


def test_who_comes_back_to_the_address_of_begin_is_led_to_the_first_page(
    client: Client, link: str
) -> None:
    assert client.get(f"{link}begin")["Location"] == link
    assert Sitting.objects.get().state == "ready"


def test_consent_is_kept_with_the_version_of_the_notice(
    client: Client, link: str, now: datetime
) -> None:
    response = client.post(f"{link}begin", {"consent": "on"})
    assert response["Location"] == f"{link}1/"
    begun = Sitting.objects.get()
    assert (begun.notice_version, begun.consented_at) == (version_of(CURRENT), now)


@pytest.mark.parametrize("page", ["1/", "review/", "done/", "copy.txt"])
def test_before_the_start_every_page_leads_to_the_first(
    client: Client, link: str, page: str
) -> None:
    assert client.get(link + page)["Location"] == link


@pytest.mark.parametrize("number", [0, 5, 99])
def test_a_question_that_is_not_there_is_not_found(
    client: Client, started: str, number: int
) -> None:
    assert client.get(f"{started}{number}/").status_code == 404


def test_a_plain_form_saves_and_goes_on(client: Client, started: str) -> None:
    sent = {"text": "One\r\ntwo", "base_revision": 0, "go": "2"}
    assert client.post(f"{started}1/", sent)["Location"] == f"{started}2/"
    assert Answer.objects.get().text == "One\ntwo"
    assert "One\ntwo</textarea>" in client.get(f"{started}1/").content.decode()


def test_a_plain_form_shows_both_texts_of_a_conflict(
    client: Client, started: str, save: Save
) -> None:
    save("from the other tab")
    response = client.post(f"{started}1/", {"text": "from the form", "base_revision": 0, "go": "2"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "from the other tab" in page
    assert "from the form" in page
    assert KeptAside.objects.get().text == "from the form"


@pytest.mark.parametrize(
    ("choice", "answer", "aside"),
    [
        ("mine", "from the form", ["from the other tab"]),
        ("other", "from the other tab", ["from the form"]),
        ("both", "from the other tab\n\nfrom the form", ["from the form", "from the other tab"]),
    ],
)
def test_a_plain_form_settles_a_conflict_without_dropping_text(
    client: Client, started: str, save: Save, choice: str, answer: str, aside: list[str]
) -> None:
    save("from the other tab")
    page = client.post(f"{started}1/", {"text": "from the form", "base_revision": 0})
    chosen = {"text": "from the form", "choice": choice} | hidden_fields(page)
    assert client.post(f"{started}1/", chosen).status_code == 302
    assert Answer.objects.get().text == answer
    assert sorted(kept.text for kept in KeptAside.objects.all()) == aside


def test_going_on_without_a_choice_overwrites_neither_text(
    client: Client, started: str, save: Save
) -> None:
    save("from the other tab")
    sent: dict[str, object] = {"text": "from the form", "base_revision": 0, "go": "2"}
    for _ in range(2):
        page = client.post(f"{started}1/", sent)
        assert page.status_code == 409
        assert Answer.objects.get().text == "from the other tab"
        sent |= hidden_fields(page)
    assert [kept.text for kept in KeptAside.objects.all()] == ["from the form"]


def test_both_texts_together_are_no_way_around_the_choice_when_they_are_too_long(
    client: Client, started: str, save: Save
) -> None:
    save("o" * 150_000)
    sent: dict[str, object] = {"text": "m" * 150_000, "base_revision": 0}
    sent |= hidden_fields(client.post(f"{started}1/", sent))
    page = client.post(f"{started}1/", sent | {"choice": "both"})
    assert page.status_code == 413
    shortened = {"text": "m" * 10} | hidden_fields(page)
    assert client.post(f"{started}1/", shortened).status_code == 409
    assert Answer.objects.get().text == "o" * 150_000


def test_conflicts_of_two_form_pages_keep_both_texts_aside(
    client: Client, started: str, save: Save
) -> None:
    pages = [hidden_fields(client.get(f"{started}1/")) for _ in range(2)]
    save("from the other tab")
    for number, fields in enumerate(pages):
        client.post(f"{started}1/", {"text": f"page {number}"} | fields)
    assert sorted(kept.text for kept in KeptAside.objects.all()) == ["page 0", "page 1"]


def test_a_form_page_that_is_sent_again_keeps_its_last_text_aside(
    client: Client, started: str, save: Save
) -> None:
    fields = hidden_fields(client.get(f"{started}1/"))
    save("from the other tab")
    for text in ("mine", "mine, longer"):
        fields = hidden_fields(client.post(f"{started}1/", {"text": text} | fields))
    assert [kept.text for kept in KeptAside.objects.all()] == ["mine, longer"]


def test_a_form_text_that_is_too_long_stays_in_the_field(client: Client, started: str) -> None:
    response = client.post(f"{started}1/", {"text": "y" * 200_001, "base_revision": 0})
    assert response.status_code == 413
    assert "1 character too long" in response.content.decode()
    assert "y" * 200_001 in response.content.decode()


def test_a_form_without_a_revision_keeps_its_text_on_the_page(client: Client, started: str) -> None:
    response = client.post(f"{started}1/", {"text": "hand-made"})
    assert response.status_code == 400
    assert "hand-made" in response.content.decode()


def test_html_in_an_answer_is_shown_as_text(client: Client, started: str, save: Save) -> None:
    save("</textarea><script>alert(1)</script>")
    page = client.get(f"{started}1/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_review_names_what_is_empty(client: Client, started: str, save: Save) -> None:
    save("An answer of five words.")
    page = client.get(f"{started}review/").content.decode()
    # True of the embedded panel: see `test_an_answer_that_says_nothing_is_level_one`.
    assert "3 questions have no answer yet. An empty answer gets the lowest level" in page
    assert "5 words" in page
    assert re.findall(r"<h2>(\d)\. ", page) == ["1", "2", "3", "4"]


def test_handing_in_is_scored_once(
    client: Client,
    started: str,
    sitting: Sitting,
    scored: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{started}submit")["Location"] == f"{started}done/"
        client.post(f"{started}submit")
    assert scored == [str(sitting.pk)]


@pytest.mark.parametrize("page", ["", "1/", "review/"])
def test_a_used_link_leads_to_the_thank_you(client: Client, started: str, page: str) -> None:
    client.post(f"{started}submit")
    assert client.get(started + page)["Location"] == f"{started}done/"
    assert "Thank you" in client.get(f"{started}done/").content.decode()


def test_a_used_link_cannot_be_begun_again(client: Client, started: str) -> None:
    client.post(f"{started}submit")
    assert client.post(f"{started}begin", {"consent": "on"})["Location"] == f"{started}done/"


def test_a_text_sent_after_handing_in_is_kept_and_said(
    client: Client, started: str, save: Save
) -> None:
    save("in time")
    client.post(f"{started}submit")
    sent = {"text": "in time, and more", "base_revision": 1}
    page = client.post(f"{started}1/", sent, follow=True).content.decode()
    assert "Your answers are handed in. What you wrote after that is kept" in page
    assert "in time, and more" in page


@pytest.mark.parametrize("at", ["1/", ""])
def test_when_the_time_is_over_it_is_handed_in_as_it_stands(
    client: Client, started: str, save: Save, clock: Clock, sitting: Sitting, at: str
) -> None:
    save("as it stands")
    clock.forward(minutes=sitting.minutes + 5)
    page = client.get(f"{started}{at}", follow=True).content.decode()
    assert "Thank you" in page
    assert "as it stands" in page
    sitting.refresh_from_db()
    assert sitting.state == "submitted"


def test_in_the_grace_after_the_time_writing_goes_on(
    client: Client, started: str, save: Save, clock: Clock, sitting: Sitting
) -> None:
    clock.forward(minutes=sitting.minutes + 4)
    assert "Time is up." in client.get(f"{started}1/").content.decode()
    first = client.get(started).content.decode()
    assert "Your time is up." in first
    assert "the clock is running" not in first
    assert save("last sentence")[0] == 200


def test_the_own_copy_holds_answers_and_what_was_kept_aside(
    client: Client, started: str, save: Save
) -> None:
    save("kept as the answer")
    save("kept aside", tab="tab-2")
    client.post(f"{started}submit")
    response = client.get(f"{started}copy.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    text = response.content.decode()
    for part in ("internal search tool", "kept as the answer", "kept aside", "(no answer)"):
        assert part in text


@pytest.mark.parametrize("page", ["", "1/", "review/", "done/", "ask/", "copy.txt"])
def test_an_unknown_link_gets_a_page_that_says_what_to_do(
    client: Client, db: None, page: str
) -> None:
    response = client.get(f"/s/no-such-link/{page}")
    assert response.status_code == 404
    assert "Copy all of it from the e-mail" in response.content.decode()


def test_an_unknown_link_promises_nothing_and_says_whom_to_write_to(
    client: Client, link: str
) -> None:
    page = client.get(f"{link[:-2]}x/").content.decode()
    assert "write to the person who sent it to you" in page
    assert "is lost" not in page


def test_an_expired_link_says_whom_to_ask(client: Client, link: str, clock: Clock) -> None:
    clock.forward(days=14)
    response = client.get(link)
    assert response.status_code == 410
    assert "mailto:alice@example.org" in response.content.decode()


def test_a_revoked_link_is_gone(
    client: Client, started: str, application: Application, alice: User, now: datetime
) -> None:
    openings.revoke_link(invitation=application.invitations.get(), by=alice, now=now)
    for page in ("", "1/", "review/", "ask/"):
        response = client.get(started + page)
        assert response.status_code == 410
        assert "no longer valid" in response.content.decode()


def test_a_request_for_more_time_is_sent_and_shown(
    client: Client, link: str, mailoutbox: list[object]
) -> None:
    sent = {"kind": "more_time", "message": "Twice, please."}
    page = client.post(f"{link}ask/", sent, follow=True).content.decode()
    assert "Your request was sent" in page
    assert "Waiting for an answer" in page
    assert "Twice, please." in page


def test_a_request_needs_no_reason_but_says_what_is_asked(client: Client, link: str) -> None:
    assert client.post(f"{link}ask/", {"kind": "other_form"}).status_code == 302
    response = client.post(f"{link}ask/", {"message": "?"})
    assert response.status_code == 422
    assert "Please choose one of these" in response.content.decode()


def test_no_page_may_be_stored_by_a_shared_computer(client: Client, started: str) -> None:
    for page in ("", "1/", "review/", "ask/"):
        assert "no-store" in client.get(started + page)["Cache-Control"]


def test_a_request_says_in_which_zone_it_was_made(
    client: Client, link: str, sitting: Sitting, now: datetime
) -> None:
    sittings.ask_accommodation(sitting=sitting, kind="more_time", message="", now=now)
    page = client.get(f"{link}ask/").content.decode()
    assert f"{now:%H:%M} UTC" in page


def test_the_last_page_says_on_which_day_all_is_erased(
    client: Client, started: str, opening: Opening, clock: Clock
) -> None:
    page = client.post(f"{started}submit", follow=True).content.decode()
    day = clock.now + timedelta(days=opening.keep_days)
    assert f"erased by itself from {day.day} {day:%B %Y}" in page


def test_the_page_of_all_that_is_kept_says_whom_to_tell_what_is_wrong(
    client: Client, link: str
) -> None:
    page = client.get(f"{link}data/").content.decode()
    assert "Is something here wrong" in page

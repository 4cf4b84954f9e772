"""The address that the browser saves to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.models import Answer, Application, KeptAside, Sitting, User
from evenhand.hiring.openings import services as openings
from evenhand.hiring.sittings.autosave import MAX_CHARACTERS
from evenhand.hiring.sittings.pace import Pace
from evenhand.web.sitting import saving, writing
from evenhand.web.sitting.payload import BadPayload, read_save

from .conftest import Clock, Save

ODD_TEXTS = {
    "empty": "",
    "right to left and zero width": "مرحبا \u202eabc\u200b",
    "html": "<script>alert(1)</script>",
    "binary": "\x00\x01\x02\udc80",
    "emoji": "👩‍💻 naïve",
}


def test_a_first_save_makes_revision_one(save: Save) -> None:
    status, reply = save("I would start from a golden set.")
    assert (status, reply["revision"]) == (200, 1)
    assert Answer.objects.get().text == "I would start from a golden set."


def test_the_reply_tells_how_much_time_is_left(save: Save, sitting: Sitting, clock: Clock) -> None:
    clock.forward(minutes=5)
    _, reply = save("Text.")
    assert reply["seconds_left"] == (sitting.minutes - 5) * 60
    assert reply["closes_in"] == sitting.minutes * 60


def test_a_second_tab_gets_the_other_text_and_neither_is_lost(save: Save) -> None:
    save("first tab")
    status, reply = save("second tab", base=0, tab="tab-2")
    assert (status, reply) == (409, {"code": "conflict", "revision": 1, "text": "first tab"})
    assert Answer.objects.get().text == "first tab"
    assert KeptAside.objects.get().text == "second tab"


def test_the_chosen_text_replaces_the_other_which_is_kept_aside(save: Save) -> None:
    save("first tab")
    save("second tab", tab="tab-2")
    assert save("second tab", base=1, tab="tab-2", replace=True)[0] == 200
    assert Answer.objects.get().text == "second tab"
    assert [kept.text for kept in KeptAside.objects.all()] == ["first tab"]


def test_who_saves_faster_than_anybody_types_is_asked_to_come_again_and_loses_nothing(
    client: Client, started: str, sitting: Sitting, save: Save, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:  # fmt: skip
    seconds = 0.0
    pace = Pace(a_second=2, at_once=3, clock=lambda: seconds)
    monkeypatch.setattr(saving, "SAVES", pace)
    monkeypatch.setattr(writing, "SAVES", pace)
    assert [save(f"Text {n}.", base=n)[0] for n in range(3)] == [200] * 3
    body = {"text": "One more.", "base_revision": 3, "tab": "tab-1"}
    url = f"{started}save/{sitting.prompts[0]}"
    with django_assert_num_queries(0):
        refused = client.post(url, body, content_type="application/json")
    assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    assert refused.json()["code"] == "too_fast"
    plain = client.post(f"{started}1/", {"text": "By form.", "base_revision": 3, "tab": ""})
    assert (plain.status_code, plain["Retry-After"]) == (429, "1")
    assert "By form.</textarea>" in plain.content.decode()
    seconds = 0.5
    assert save("One more.", base=3)[0] == 200
    assert Answer.objects.get().text == "One more."


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_any_text_can_be_saved(save: Save, text: str) -> None:
    assert save(text)[0] == 200
    assert len(Answer.objects.get().text) == len(text)


def test_the_longest_text_is_saved_and_one_more_character_is_refused(save: Save) -> None:
    assert save("é" * MAX_CHARACTERS)[0] == 200
    status, reply = save("é" * (MAX_CHARACTERS + 3), base=1)
    assert (status, reply["code"]) == (413, "too_long")
    assert "3 characters too long" in str(reply["message"])
    assert len(Answer.objects.get().text) == MAX_CHARACTERS


def test_a_body_beyond_all_bounds_is_refused(save: Save) -> None:
    status, reply = save("x" * 5_000_000)
    assert (status, reply["code"]) == (413, "too_long")


def test_text_that_comes_after_the_time_is_kept_beside_the_answer(
    save: Save, clock: Clock, sitting: Sitting
) -> None:
    save("in time")
    clock.forward(minutes=sitting.minutes + 5, seconds=1)
    status, reply = save("too late", base=1)
    assert (status, reply["code"]) == (410, "time_over")
    assert Answer.objects.get().text == "in time"
    assert KeptAside.objects.get().text == "too late"


def test_a_question_of_another_sitting_is_unknown(client: Client, started: str) -> None:
    body = {"text": "x", "base_revision": 0, "tab": "t"}
    response = client.post(f"{started}save/cost_bill", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_prompt")


def test_nothing_is_saved_before_the_sitting_begins(
    client: Client, link: str, application: object
) -> None:
    prompt = Sitting.objects.get().prompts[0]
    body = {"text": "x", "base_revision": 0, "tab": "t"}
    response = client.post(f"{link}save/{prompt}", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "not_started")
    assert not Answer.objects.exists()


def test_a_broken_link_saves_nothing(client: Client, started: str, sitting: Sitting) -> None:
    url = f"{started[:-3]}xx/save/{sitting.prompts[0]}"
    response = client.post(url, {}, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (404, "link")


def test_a_closed_link_keeps_nothing_and_is_told_from_the_end_of_the_time(
    save: Save, application: Application, alice: User, now: datetime
) -> None:
    openings.revoke_link(invitation=application.invitations.get(), by=alice, now=now)
    status, reply = save("only in the browser")
    assert (status, reply["code"]) == (410, "link")
    assert not Answer.objects.exists()


def test_a_link_that_was_in_use_keeps_nothing_once_its_person_is_gone(
    save: Save, application: Application
) -> None:
    assert save("the first letters")[0] == 200
    application.delete()
    status, reply = save("more", base=1)
    assert (status, reply["code"]) == (404, "link")
    assert not Answer.objects.exists()


def test_saving_needs_the_token_against_forged_requests(started: str, sitting: Sitting) -> None:
    strict = Client(enforce_csrf_checks=True)
    url = f"{started}save/{sitting.prompts[0]}"
    assert strict.post(url, {}, content_type="application/json").status_code == 403


def test_a_get_is_not_a_save(client: Client, started: str, sitting: Sitting) -> None:
    assert client.get(f"{started}save/{sitting.prompts[0]}").status_code == 405


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
        (b"[]", "body"),
        (b'{"base_revision": 0, "tab": "t"}', "text"),
        (b'{"text": 1, "base_revision": 0, "tab": "t"}', "text"),
        (b'{"text": "a", "base_revision": true, "tab": "t"}', "base_revision"),
        (b'{"text": "a", "base_revision": -1, "tab": "t"}', "base_revision"),
        (b'{"text": "a", "base_revision": 1e9, "tab": "t"}', "base_revision"),
        (b'{"text": "a", "base_revision": 99999999999, "tab": "t"}', "base_revision"),
        (b'{"text": "a", "base_revision": 0, "tab": ""}', "tab"),
        (b'{"text": "a", "base_revision": 0, "tab": "t", "replace": 1}', "replace"),
    ],
)
def test_a_request_that_cannot_be_read_says_which_field(
    client: Client, started: str, sitting: Sitting, body: bytes, field: str
) -> None:
    url = f"{started}save/{sitting.prompts[0]}"
    response = client.post(url, body, content_type="application/json")
    reply = response.json()
    assert (response.status_code, reply["code"]) == (400, "bad_request")
    assert reply["message"].startswith(f"{field}: ")
    assert "\n" not in reply["message"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_at_all_crashes_the_reader(body: bytes) -> None:
    with suppress(BadPayload):
        read_save(body)

"""The scorecard as a plain form and as an address to save to."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from django.conf import LazySettings as Settings
from django.test import Client
from django.urls import reverse
from tests.web.interviews.conftest import text
from tests.web.interviews.filling import body_of

from evenhand.hiring.interviews.kits import kit_for
from evenhand.hiring.interviews.services import cancel_interview, save_card
from evenhand.hiring.models import Interview, KeptCard, Scorecard, User


def address(interview: Interview) -> str:
    return reverse("interview-card", args=[interview.pk])


def send(client: Client, interview: Interview, **sent: object) -> Any:
    to = reverse("interview-save", args=[interview.pk])
    return client.post(to, json.dumps(sent), content_type="application/json")


def form_of(interview: Interview, revision: int = 0, **more: object) -> dict[str, object]:
    kit = kit_for(interview)
    fields: dict[str, object] = {"base_revision": revision, "notes": "On the\r\nwhole."}
    for one in kit.questions:
        fields |= {f"asked-{one.task}": "on", f"seconds-{one.task}": 90}
        fields[f"notes-{one.task}"] = "Labels first."
    for about in kit.dimensions:
        fields[f"level-{about.id}"] = "3.5"
    return fields | more


def card_of(interview: Interview) -> Scorecard:
    return Scorecard.objects.get(interview=interview)


def test_the_plain_form_saves_everything_that_it_has_a_field_for(
    as_ivan: Client, begun: Interview
) -> None:
    answer = as_ivan.post(address(begun), form_of(begun), follow=True)
    assert "Saved." in text(answer)
    body = card_of(begun).body
    assert body["notes"] == "On the\nwhole."
    assert {one["notes"] for one in body["questions"]} == {"Labels first."}
    assert {(one["asked"], one["seconds"]) for one in body["questions"]} == {(True, 90)}
    assert set(body["levels"].values()) == {3.5}
    page = text(as_ivan.get(address(begun)))
    assert page.count('value="3.5" data-label') == page.count("checked><span><strong>3.5")


def test_the_plain_form_leaves_stamps_and_the_moments_alone(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    body = body_of(begun)
    save_card(interview=begun, body=body, base_revision=0, now=now)
    as_ivan.post(address(begun), form_of(begun, revision=1))
    kept = card_of(begun).body
    assert kept["stamps"] == body["stamps"]
    assert kept["questions"][0]["started_at"] == body["questions"][0]["started_at"]


def test_the_button_of_the_plain_form_leads_to_the_lock(as_ivan: Client, begun: Interview) -> None:
    answer = as_ivan.post(address(begun), form_of(begun, go="lock"))
    assert answer.url == reverse("interview-lock", args=[begun.pk])  # type: ignore[attr-defined]


def test_a_form_that_was_overtaken_shows_both_and_the_next_save_is_a_choice(
    as_ivan: Client, begun: Interview, now: datetime
) -> None:
    elsewhere = body_of(begun, 2.0)
    save_card(interview=begun, body=elsewhere, base_revision=0, now=now)
    answer = as_ivan.post(address(begun), form_of(begun))
    page = text(answer)
    assert answer.status_code == 409
    assert "Labels first." in page
    assert "Calm, and to the point." in page
    assert card_of(begun).body["notes"] == "Calm, and to the point."
    assert 'name="base_revision" value="1"' in page
    as_ivan.post(address(begun), form_of(begun, revision=1))
    assert card_of(begun).body["notes"] == "On the\nwhole."
    assert KeptCard.objects.filter(scorecard__interview=begun).count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("base_revision", "many"), ("seconds-{task}", "-1"), ("level-{dimension}", "9")],
)
def test_a_field_that_cannot_be_read_is_named_and_nothing_is_changed(
    as_ivan: Client, begun: Interview, field: str, value: str
) -> None:
    kit = kit_for(begun)
    name = field.format(task=kit.questions[0].task, dimension=kit.dimensions[0].id)
    answer = as_ivan.post(address(begun), form_of(begun) | {name: value})
    assert answer.status_code == 422
    assert card_of(begun).revision == 0


def test_a_save_answers_with_the_revision_that_stands_now(
    as_ivan: Client, begun: Interview
) -> None:
    for revision in (0, 1):
        body = {**body_of(begun), "notes": f"Note {revision}"}
        answer = send(as_ivan, begun, body=body, base_revision=revision, device="d")
        assert (answer.status_code, answer.json()) == (200, {"revision": revision + 1})


def test_a_save_that_was_overtaken_gets_what_stands(as_ivan: Client, begun: Interview) -> None:
    first, second = body_of(begun, 2.0), body_of(begun, 4.0)
    send(as_ivan, begun, body=first, base_revision=0)
    answer = send(as_ivan, begun, body=second, base_revision=0)
    assert answer.status_code == 409
    assert answer.json() == {"code": "conflict", "revision": 1, "body": first}
    assert card_of(begun).body == first
    assert second in [kept.body for kept in KeptCard.objects.all()]


def test_a_locked_or_cancelled_card_is_saved_no_more(
    as_ivan: Client, locked: Interview, peer: Interview, alice: User, pia: User, now: datetime
) -> None:
    answer = send(as_ivan, locked, body=body_of(locked, 5.0), base_revision=1)
    assert (answer.status_code, answer.json()["code"]) == (410, "locked")
    cancel_interview(interview=peer, by=alice, now=now)
    as_ivan.force_login(pia)
    answer = send(as_ivan, peer, body=body_of(peer), base_revision=0)
    assert (answer.status_code, answer.json()["code"]) == (410, "locked")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"body": []}',
        b'{"body": {}, "base_revision": 0}',
        b'{"body": {}, "base_revision": true}',
        b'{"body": {}, "base_revision": -1}',
        b'{"body": {}, "base_revision": 0, "device": "\xc3\xa9"}',
        b'{"body": {}, "base_revision": 0, "device": 3}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_card_is_refused_in_one_line(
    as_ivan: Client, begun: Interview, sent: bytes
) -> None:
    to = reverse("interview-save", args=[begun.pk])
    answer = as_ivan.post(to, sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_card"
    assert "\n" not in answer.json()["message"]
    assert card_of(begun).revision == 0


def test_too_much_to_be_a_card_is_refused(
    as_ivan: Client, begun: Interview, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send(as_ivan, begun, body={"notes": "x" * 2000}, base_revision=0)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")


def test_nobody_elses_card_can_be_saved(
    client: Client, begun: Interview, alice: User, pia: User, mallory: User
) -> None:
    for user in (alice, pia, mallory):
        client.force_login(user)
        assert send(client, begun, body=body_of(begun), base_revision=0).status_code == 404
    assert card_of(begun).revision == 0


def test_a_save_asks_for_signing_in_rather_than_failing(client: Client, begun: Interview) -> None:
    answer = send(client, begun, body=body_of(begun), base_revision=0)
    assert answer.status_code == 302
    assert reverse("sign-in") in answer.url


def test_a_plain_form_that_comes_after_the_lock_is_kept_beside_the_card(
    as_ivan: Client, locked: Interview
) -> None:
    answer = as_ivan.post(address(locked), form_of(locked, revision=1), follow=True)
    assert "The scorecard is locked." in text(answer)
    (kept,) = KeptCard.objects.filter(scorecard__interview=locked)
    assert kept.body["notes"] == "On the\nwhole."

"""From a question to its follow-up, with and without a script, and past it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest
from django.test import Client
from tests.panels import PlainPanel

from evenhand.hiring.models import Answer, LedgerEntry, Opening, ProbeChoice, Sitting, Worker
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.probes.services import choose_probe, take_waiting
from evenhand.judges import Panel

from .conftest import Clock

WRITTEN = {"text": "I would look at the data first.", "base_revision": 0, "tab": "t"}


@pytest.fixture
def worker(db: None, now: datetime) -> Worker:
    return Worker.objects.create(id="worker", beat_at=now)


def work(opening: Opening, clock: Clock) -> ProbeChoice:
    """Do what the worker does, half a second later."""
    choice = take_waiting()
    assert choice is not None
    clock.forward(milliseconds=500)
    choose_probe(choice, cast(Panel, PlainPanel(pack_of(opening.pack_id))), clock)
    return ProbeChoice.objects.get(pk=choice.pk)


def asked_text(opening: Opening, choice: ProbeChoice) -> str:
    probe = next(p for p in pack_of(opening.pack_id).probes if p.id == choice.probe)
    return probe.text


def test_the_first_page_says_that_a_follow_up_may_come(
    client: Client, link: str, opening: Opening
) -> None:
    assert "one short follow-up may come" in client.get(link).content.decode()
    Opening.objects.update(probes=False)
    assert "follow-up" not in client.get(link).content.decode()


def test_without_a_script_a_page_waits_and_then_asks(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    left = client.post(f"{started}1/", {**WRITTEN, "go": "2"})
    assert left.url == f"{started}1/follow-up/?to=2"
    waiting = client.get(left.url).content.decode()
    assert '<meta http-equiv="refresh" content="1">' in waiting
    choice = work(opening, clock)
    page = client.get(left.url).content.decode()
    assert asked_text(opening, choice) in page.replace("&#x27;", "'")
    assert "Follow-up to question 1" in page
    sent = {"text": "Two hundred queries.", "base_revision": 0, "tab": "u", "go": "2"}
    assert client.post(f"{started}1/follow-up/", sent).url == f"{started}2/"
    assert Answer.objects.get(prompt=choice.probe).text == "Two hundred queries."


def test_where_none_is_asked_the_page_in_between_goes_on_by_itself(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    between = client.post(f"{started}1/", {**WRITTEN, "go": "3"}).url
    clock.forward(seconds=2)
    assert client.get(between).url == f"{started}3/"
    assert ProbeChoice.objects.get().reason == "too_late"


def test_with_a_script_the_page_asks_where_to_go(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    finish = f"{started}1/finish?to=2"
    assert client.post(finish).json() == {"go": None}
    client.post(f"{started}1/", {**WRITTEN, "go": "stay"})
    assert client.post(finish).json() == {"waiting": True}
    work(opening, clock)
    assert client.post(finish).json() == {"go": f"{started}1/follow-up/"}


def test_without_a_worker_nobody_waits(client: Client, started: str) -> None:
    assert client.post(f"{started}1/", {**WRITTEN, "go": "2"}).url == f"{started}2/"
    assert ProbeChoice.objects.get().reason == "no_worker"


def test_going_back_asks_for_nothing(client: Client, started: str, worker: Worker) -> None:
    assert client.post(f"{started}2/", {**WRITTEN, "go": "1"}).url == f"{started}1/"
    assert not ProbeChoice.objects.exists()


def test_an_opening_without_follow_ups_goes_straight_on(
    client: Client, started: str, worker: Worker
) -> None:
    Opening.objects.update(probes=False)
    page = client.get(f"{started}1/").content.decode()
    assert "data-finish" not in page
    assert client.post(f"{started}1/", {**WRITTEN, "go": "2"}).url == f"{started}2/"


def test_once_seen_it_stands_in_its_place_and_stops_nobody_who_jumps(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    client.post(f"{started}1/", {**WRITTEN, "go": "2"})
    work(opening, clock)
    asked = f"{started}1/follow-up/"
    again = {**WRITTEN, "base_revision": 1}
    assert client.post(f"{started}1/", {**again, "go": "4"}).url == f"{asked}?to=4"
    client.get(asked)
    assert client.post(f"{started}1/", {**again, "go": "4"}).url == f"{started}4/"
    assert client.post(f"{started}1/", {**again, "go": "2"}).url == f"{asked}?to=2"
    assert client.post(f"{started}2/", {**again, "text": "", "go": "follow-up-1"}).url == asked


def test_after_the_last_question_its_follow_up_leads_to_the_review(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    client.post(f"{started}4/", {**WRITTEN, "go": "review"})
    work(opening, clock)
    page = client.get(f"{started}4/follow-up/").content.decode()
    assert "Review and hand in" in page
    sent = {"text": "More.", "base_revision": 0, "tab": "u", "go": "review"}
    assert client.post(f"{started}4/follow-up/", sent).url == f"{started}review/"


def test_it_is_saved_while_it_is_written_like_any_answer(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    client.post(f"{started}1/", {**WRITTEN, "go": "2"})
    choice = work(opening, clock)
    body = {"text": "Half a", "base_revision": 0, "tab": "t", "replace": False}
    url = f"{started}save/{choice.probe}"
    assert client.post(url, body, content_type="application/json").status_code == 200
    other = client.post(url, {**body, "text": "b"}, content_type="application/json")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    unasked = f"{started}save/probe.eval.online.not"
    assert client.post(unasked, body, content_type="application/json").status_code == 404


def test_review_copy_and_last_page_show_it(
    client: Client, started: str, opening: Opening, worker: Worker, clock: Clock
) -> None:
    client.post(f"{started}1/", {**WRITTEN, "go": "2"})
    choice = work(opening, clock)
    review = client.get(f"{started}review/").content.decode()
    assert "No answer; you may leave it so" in review
    assert "3 questions have no answer yet" in review
    sent = {"text": "Two hundred queries.", "base_revision": 0, "tab": "u", "go": "2"}
    client.post(f"{started}1/follow-up/", sent)
    client.post(f"{started}submit")
    for address in ("done/", "copy.txt"):
        shown = client.get(f"{started}{address}").content.decode()
        assert "Two hundred queries." in shown
        assert "Follow-up to question 1" in shown
    assert client.get(f"{started}1/follow-up/").url == f"{started}done/"
    assert client.post(f"{started}1/finish?to=2").json() == {"go": None}
    assert ProbeChoice.objects.get().probe == choice.probe


def test_there_is_no_page_for_what_was_not_asked(
    client: Client, started: str, worker: Worker
) -> None:
    client.post(f"{started}1/", {**WRITTEN, "go": "stay"})
    assert client.get(f"{started}1/follow-up/").url == f"{started}1/"
    assert not ProbeChoice.objects.exists()
    assert client.post(f"{started}1/follow-up/", WRITTEN).status_code == 404
    assert client.get(f"{started}9/follow-up/").status_code == 404
    assert client.post(f"{started}9/finish").json() == {"go": None}
    assert client.get(f"{started}1/finish").status_code == 405
    assert client.post(f"{started[:-2]}x/1/finish").json() == {"go": None}


def test_before_the_beginning_there_is_none(client: Client, link: str) -> None:
    assert client.get(f"{link}1/follow-up/").url == link
    assert client.post(f"{link}1/finish").json() == {"go": None}
    assert Sitting.objects.get().state == "ready"
    assert not LedgerEntry.objects.filter(action__startswith="probe.").exists()

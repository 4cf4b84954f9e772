"""The pool's pages: a recruiter sees to all of it, an interviewer to their own hours."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evenhand.hiring.models import Interview, Opening, PoolEntry, User


def pool(opening: Opening) -> str:
    return reverse("pool", args=[opening.pk])


def entry(opening: Opening, user: User) -> str:
    return reverse("pool-entry", args=[opening.pk, user.pk])


GIVEN = {"time_zone": "Europe/Berlin", "from_1": "09:00", "to_1": "11:30"}


def test_the_recruiter_says_rounds_and_hours(
    client: Client, alice: User, opening: Opening, ivan: User
) -> None:
    client.force_login(alice)
    done = client.post(
        entry(opening, ivan), {**GIVEN, "rounds": ["peer"], "most_a_week": "3"}, follow=True
    )
    one = PoolEntry.objects.get()
    assert (one.rounds, one.most_a_week, one.time_zone) == (["peer"], 3, "Europe/Berlin")
    (window,) = one.windows.all()
    assert (window.weekday, window.begins, window.ends) == (1, time(9), time(11, 30))
    body = done.content.decode()
    assert "Tue 09:00–11:30" in body
    assert "at most 3 a week" in body
    assert 'value="11:30"' in client.get(entry(opening, ivan)).content.decode()


def test_an_interviewer_says_their_hours_and_nothing_else(
    client: Client, opening: Opening, ivan: User
) -> None:
    client.force_login(ivan)
    body = client.get(entry(opening, ivan)).content.decode()
    assert "Interviews a week at most" not in body
    answer = client.post(entry(opening, ivan), {**GIVEN, "rounds": [], "most_a_week": "50"})
    assert answer["Location"] == reverse("my-calendar")
    one = PoolEntry.objects.get()
    assert (one.rounds, one.most_a_week) == (["final", "peer"], None)
    assert one.windows.count() == 1


def test_nobody_else_says_them(
    client: Client, opening: Opening, ivan: User, petra: User, mallory: User, alice: User
) -> None:
    for who in (petra, mallory):
        client.force_login(who)
        assert client.post(entry(opening, ivan), GIVEN).status_code == 404
    client.force_login(alice)
    # Who is no interviewer of this opening has no page in its pool.
    assert client.get(entry(opening, mallory)).status_code == 404
    assert not PoolEntry.objects.exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"to_1": ""}, "Give both ends of the day"),
        ({"to_1": "08:00"}, "It must end after it begins"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"from_1": "nine"}, "Enter a valid time"),
        ({"most_a_week": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_in_the_form(
    client: Client, alice: User, opening: Opening, ivan: User, given: dict[str, str], message: str
) -> None:
    client.force_login(alice)
    sent = {**GIVEN, "from_4": "13:00", "to_4": "17:00", **given}
    answer = client.post(entry(opening, ivan), sent)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert message in body
    assert 'value="17:00"' in body
    assert not PoolEntry.objects.exists()


def test_the_least_loaded_who_is_free_is_suggested(
    client: Client, alice: User, opening: Opening, interview: Interview, petra: User, at: datetime
) -> None:
    client.force_login(alice)
    body = client.get(pool(opening)).content.decode()
    assert "60 min ahead" in body
    # In the pack's words, as everywhere; the pool outlives its folder all the same.
    assert "Hiring manager&#x27;s round, Peer interview" in body
    assert '<option value="peer">Peer interview</option>' in body
    found = client.get(pool(opening), {"round": "final", "at": f"{at:%Y-%m-%dT%H:%M}"})
    body = found.content.decode()
    assert "<strong>Petra</strong>, who is free" in body
    assert body.rindex("<strong>Petra</strong>") < body.rindex("<strong>Ivan</strong>")


def test_a_question_about_no_time_is_answered_and_one_about_nonsense_is_not(
    client: Client, alice: User, opening: Opening, ivan: User
) -> None:
    client.force_login(alice)
    assert client.get(pool(opening), {"round": "final", "at": ""}).status_code == 200
    for wrong in ({"round": "async"}, {"round": "final", "at": "soon"}):
        assert client.get(pool(opening), wrong).status_code == 422


def test_an_empty_pool_leads_to_the_team(client: Client, alice: User, opening: Opening) -> None:
    client.force_login(alice)
    body = client.get(pool(opening)).content.decode()
    assert "There is no interviewer yet." in body
    assert reverse("team", args=[opening.pk]) in body


def test_the_pool_costs_the_same_queries_for_one_and_for_two(
    client: Client, alice: User, opening: Opening, ivan: User, django_assert_num_queries: Any,
    now: datetime,
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.hiring.scheduling.conftest import interviewer

    client.force_login(alice)
    with CaptureQueriesContext(connection) as once:
        client.get(pool(opening))
    interviewer(opening, "Petra", now)
    with django_assert_num_queries(len(once)):
        client.get(pool(opening))

"""The study of follow-ups under an opening: for its own people, and nothing about few."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.scored import components_for, score

from evenhand.hiring.calibration import choosing
from evenhand.hiring.models import Opening, ProbeChoice, User
from evenhand.hiring.openings.services import add_candidate, pack_of


def people(opening: Opening, alice: User, now: datetime, count: int) -> None:
    for number in range(count):
        email = f"p{number}@example.org"
        one = add_candidate(opening=opening, name=f"P {number}", email=email, by=alice, now=now)
        scored = score(one, now=now)
        ProbeChoice.objects.create(
            sitting=scored.sitting, prompt="eval_search", state="asked",
            probe="probe.eval.golden_set", reason="tells_most", panel_version="f" * 64,
            levels=[["eval_discipline", j, 3.0] for j in ("coverage", "features", "whole")],
            asked_at=now, decided_at=now,
        )  # fmt: skip


@pytest.fixture(autouse=True)
def _components(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)


@pytest.mark.parametrize(("count", "few"), [(4, True), (5, False)])
def test_it_says_how_often_and_what_changed_of_five_people_or_more(
    client: Client, opening: Opening, alice: User, now: datetime, count: int, few: bool
) -> None:
    people(opening, alice, now, count)
    client.force_login(alice)
    page = client.get(reverse("follow-ups", args=[opening.pk])).content.decode()
    assert ("too few to say" in page) is few
    assert ("100.0\u00a0%" in page) is not few
    assert "usual time" in page
    assert "P 1" not in page


def test_before_anybody_is_scored_it_says_so(client: Client, opening: Opening, alice: User) -> None:
    client.force_login(alice)
    page = client.get(reverse("follow-ups", args=[opening.pk])).content.decode()
    assert "Nobody who went on from a question is scored yet" in page


def test_it_is_for_those_of_the_opening(
    client: Client, opening: Opening, alice: User, mallory: User
) -> None:
    address = reverse("follow-ups", args=[opening.pk])
    assert client.get(address).status_code == 302
    client.force_login(mallory)
    assert client.get(address).status_code == 404
    client.force_login(alice)
    assert client.post(address).status_code == 405

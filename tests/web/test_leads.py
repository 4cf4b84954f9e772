"""No page offers a link that leads whoever is shown it to a closed door."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.tenants import admin_beside

from evenhand.hiring.models import Opening, Role, User


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    ("page", "link"), [("studies", "opinions"), ("drift", "anchors"), ("costs", "anchors")]
)
def test_an_admin_without_a_role_is_led_to_no_page_that_asks_for_one(
    client: Client, alice: User, page: str, link: str
) -> None:
    client.force_login(admin_beside(alice))
    assert client.get(reverse(link)).status_code == 403
    shown = text(client.get(reverse(page)))
    assert f'href="{reverse(link)}"' not in shown
    assert "have yourself added to the team of one" in shown or page == "drift"


def test_an_interviewer_of_an_opening_is_and_its_recruiter_to_no_answers_to_rate(
    client: Client, alice: User, opening: Opening, now: datetime
) -> None:
    for user, rates in ((member(opening, "ivan", Role.INTERVIEWER, now), True), (alice, False)):
        client.force_login(user)
        assert f'href="{reverse("opinions")}"' in text(client.get(reverse("studies")))
        assert (f'href="{reverse("anchors")}"' in text(client.get(reverse("drift")))) is rates


def test_compliance_pages_say_that_a_list_is_empty(client: Client, alice: User) -> None:
    client.force_login(admin_beside(alice))
    page = text(client.get(reverse("high-risk-record")))
    assert "Entries by kind</h3><p>None.</p>" in page
    assert client.get(reverse("high-risk-record"), {"as": "pdf"}).status_code == 200

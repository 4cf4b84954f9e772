"""No page offers a link that leads whoever is shown it to a closed door."""

from __future__ import annotations

import logging
import re
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.tenants import admin_beside

from evenhand.hiring.models import Duty, Membership, Opening, Role, User
from evenhand.web.faults import OneLine


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


def test_an_interviewer_who_rates_answers_is_led_to_nothing_that_is_refused(
    client: Client, opening: Opening, now: datetime
) -> None:
    rater = User.objects.create_user("ian@example.org", "correct horse 5", duty=Duty.MEMBER)
    rater.organisation = opening.organisation
    rater.save()
    Membership.objects.create(opening=opening, user=rater, role=Role.INTERVIEWER, since=now)
    client.force_login(rater)
    page = text(client.get(reverse("anchors")))
    for link in set(re.findall(r'href="(/[^"#]*)"', page)):
        if not link.startswith("/static/"):
            assert client.get(link).status_code == 200, link


def test_who_may_not_call_a_page_leaves_one_line_in_the_log() -> None:
    error = PermissionDenied()
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Forbidden (Permission denied): %s",
        ("/judges/",), (type(error), error, None),
    )  # fmt: skip
    assert OneLine().filter(record)
    assert (record.exc_info, record.getMessage()) == (
        None, "Forbidden (Permission denied): /judges/",
    )  # fmt: skip


def test_compliance_pages_say_that_a_list_is_empty(client: Client, alice: User) -> None:
    client.force_login(admin_beside(alice))
    page = text(client.get(reverse("high-risk-record")))
    assert "Entries by kind</h3><p>None.</p>" in page
    assert client.get(reverse("high-risk-record"), {"as": "pdf"}).status_code == 200

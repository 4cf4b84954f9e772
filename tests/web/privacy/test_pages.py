"""Retention, a person's copy and their end, as a recruiter does them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.hiring.privacy.filled import WORDS, fill

from evenhand.hiring.models import Application, Interview, LedgerEntry, Opening, Sitting, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def staff(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def filled(application: Application, alice: User) -> Application:
    """Charlie, handed in 170 days ago in an opening that keeps people for 180."""
    return fill(application, alice, timezone.now() - timedelta(days=170))


def address(filled: Application) -> str:
    return reverse("retention", args=[filled.opening_id])


def test_who_goes_within_30_days_is_shown_with_what_of_them(
    staff: Client, filled: Application
) -> None:
    answer = staff.get(address(filled))
    assert [one.application for one in answer.context["later"]] == [filled]
    assert answer.context["soon"] == []
    body = answer.content.decode()
    assert "Charlie Cole" in body
    assert f"Answers: {filled.sitting.answers.count()}" in body
    assert "Scorecards: 1" in body
    Sitting.objects.update(submitted_at=timezone.now() - timedelta(days=175))
    assert len(staff.get(address(filled)).context["soon"]) == 1


def test_days_that_would_erase_somebody_are_changed_by_a_second_click_alone(
    staff: Client, filled: Application
) -> None:
    asked = staff.post(address(filled), {"keep_days": 90})
    assert asked.status_code == 422
    assert "This would erase 1 person at the next sweep" in asked.content.decode()
    assert Opening.objects.get().keep_days == 180
    done = staff.post(address(filled), {"keep_days": 90, "erase": [str(filled.pk)]})
    assert done.status_code == 302
    assert Opening.objects.get().keep_days == 90


@pytest.mark.parametrize("days", ["29", "x", ""])
def test_days_that_cannot_be_kept_are_an_error_of_their_field(
    staff: Client, filled: Application, days: str
) -> None:
    answer = staff.post(address(filled), {"keep_days": days})
    assert answer.status_code == 422
    assert answer.context["form"].errors["keep_days"]


def test_erasing_says_what_goes_and_wants_a_reason_and_a_tick(
    staff: Client, filled: Application
) -> None:
    page = reverse("application-erase", args=[filled.pk])
    body = staff.get(page).content.decode()
    assert "This cannot be undone" in body
    assert "Verdicts of judges" in body
    for given in ({"reason": "asked"}, {"sure": "on"}, {"reason": "other", "sure": "on"}):
        assert staff.post(page, given).status_code == 422
    assert Application.objects.exists()
    assert staff.post(page, {"reason": "asked", "sure": "on"}).status_code == 302
    assert not Application.objects.exists()
    assert LedgerEntry.objects.filter(action="application.erased").count() == 1
    assert staff.get(page).status_code == 404


def test_the_page_of_the_copy_has_no_names_of_columns_and_says_each_reason_once(
    staff: Client, filled: Application
) -> None:
    body = staff.get(reverse("application-data", args=[filled.pk])).content.decode()
    for odd in ("picos", "spared_", "+00:00</dd>", ", 1 of 1<"):
        assert odd not in body
    assert body.count("what is not final comes into it when it is") == 1
    assert "Parts of interviews: holds questions" in body
    assert re.search(r"<dd>\d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC</dd>", body)


def test_the_copy_is_a_page_to_read_and_a_file(staff: Client, filled: Application) -> None:
    body = staff.get(reverse("application-data", args=[filled.pk])).content.decode()
    assert WORDS in body
    assert "rater 1" in body
    file = staff.get(reverse("application-data-json", args=[filled.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert WORDS in str(file.json()["tables"]["Scorecard"])


@pytest.mark.parametrize("page", ["application-data", "application-data-json"])
def test_who_is_yet_to_interview_somebody_sees_no_copy_of_theirs(
    staff: Client, filled: Application, page: str
) -> None:
    Interview.objects.update(state="planned", locked_at=None)
    body = staff.get(reverse(page, args=[filled.pk])).content.decode()
    assert "Hidden until your scorecard is locked" in body
    assert WORDS not in body


@pytest.mark.parametrize("page", ["application-data", "application-data-json"])
def test_nobody_reads_along_while_somebody_writes(
    staff: Client, sitting: Sitting, page: str
) -> None:
    answer = staff.get(reverse(page, args=[sitting.application_id]))
    assert answer["Location"] == reverse("opening", args=[sitting.application.opening_id])


def test_who_else_may_go_to_none_of_it(
    staff: Client, mallory: User, filled: Application, now: datetime
) -> None:
    staff.force_login(mallory)
    erase = reverse("application-erase", args=[filled.pk])
    assert staff.post(erase, {"reason": "asked", "sure": "on"}).status_code == 404
    assert staff.post(address(filled), {"keep_days": 90}).status_code == 404
    assert Application.objects.exists()
    assert Opening.objects.get().keep_days == 180


def test_erasing_says_that_interviews_are_still_to_come(staff: Client, filled: Application) -> None:
    page = reverse("application-erase", args=[filled.pk])
    assert "still to come" not in staff.get(page).content.decode()
    Interview.objects.update(state="planned")
    assert "1 interview is still to come. It is called off" in staff.get(page).content.decode()

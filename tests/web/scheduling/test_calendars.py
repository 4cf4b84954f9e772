"""One's own calendar, its feed, and the page of what a loop costs."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from tests.hiring.scheduling.conftest import interviewer

from evenhand.hiring.interviews.services import plan_interview
from evenhand.hiring.models import (
    Application,
    CalendarFeed,
    Interview,
    LedgerEntry,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.team import add_to_team
from evenhand.hiring.scheduling.feeds import address_of, feed_of
from evenhand.hiring.scheduling.services import schedule
from evenhand.web.scheduling import minutes


def test_an_interviewer_sees_their_times_and_no_name(
    client: Client, interview: Interview, ivan: User, alice: User, at: datetime, now: datetime
) -> None:
    client.force_login(ivan)
    page = reverse("my-calendar")
    assert "no time yet" in client.get(page).content.decode()
    schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)
    body = client.get(page).content.decode()
    assert "12:00 to 13:00 (UTC)" in body
    assert "Candidate 1" in body
    assert "Charlie" not in body
    assert not LedgerEntry.objects.filter(action__endswith=".viewed").exists()


def test_a_feed_is_made_read_without_signing_in_made_anew_and_taken_back(
    client: Client, interview: Interview, ivan: User, alice: User, at: datetime, now: datetime
) -> None:
    schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)
    client.force_login(ivan)
    client.post(reverse("calendar-make"))
    first = address_of(feed_of(ivan) or CalendarFeed())
    assert first in client.get(reverse("my-calendar")).content.decode()
    path = first.removeprefix("http://localhost:8000")

    reader = Client()
    answer = reader.get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1
    client.post(reverse("calendar-make"))
    assert reader.get(path).status_code == 404
    client.post(reverse("calendar-revoke"))
    assert feed_of(ivan) is None
    again = client.post(reverse("calendar-revoke"), follow=True)
    assert "no address to take back" in again.content.decode()


@pytest.mark.parametrize("page", ["calendar-make", "calendar-revoke"])
def test_a_feed_is_changed_by_posting_alone(client: Client, ivan: User, page: str) -> None:
    client.force_login(ivan)
    assert client.get(reverse(page)).status_code == 405


def test_a_visitor_has_no_calendar(client: Client, db: None) -> None:
    assert client.get(reverse("my-calendar")).status_code == 302
    assert client.get(reverse("calendar-feed", args=["x.y"])).status_code == 404


@pytest.fixture
def held(
    interview: Interview, application: Application, opening: Opening, alice: User, now: datetime
) -> None:
    """Charlie's loop: 70 minutes of the final round, 50 of the peer interview."""
    peer = plan_interview(
        application=application, round="peer", interviewer=interviewer(opening, "Petra", now),
        by=alice, now=now,
    )  # fmt: skip
    for one, took in ((interview, 70), (peer, 50)):
        Interview.objects.filter(pk=one.pk).update(
            state="locked", begun_at=now, locked_at=now + timedelta(minutes=took)
        )


@pytest.mark.usefixtures("held")
def test_what_a_loop_costs_is_shown_beside_the_plan(client: Client, alice: User) -> None:
    client.force_login(alice)
    body = client.get(reverse("interview-minutes")).content.decode()
    for words in (
        "45 min of the candidate; no interviewer&#x27;s minute", "60 min of an interviewer",
        "150 min", "105 min", "120 min each, of 105 set aside", "30 min less than the 150 planned",
        "measured for 2 of 2 interviews", "March 2026", "nobody was decided on to advance yet",
    ):  # fmt: skip
        assert words in body or words.replace("&#x27;", "'") in body, words
    assert "Charlie" not in body


@pytest.mark.usefixtures("held")
def test_minutes_per_hire_hold_the_interviews_of_everybody_else_too(
    client: Client, alice: User, opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired = Counter({(opening.pk, date(2026, 4, 1)): 2})
    monkeypatch.setattr(minutes, "hires_in", lambda openings, hidden: hired)
    client.force_login(alice)
    body = client.get(reverse("interview-minutes")).content.decode()
    assert "<strong>60 min</strong>" in body
    assert "2 people decided on to advance" in body
    # A month without an interview has its line where somebody was decided on in it.
    assert "April 2026" in body


def test_before_the_first_interview_the_page_says_so(
    client: Client, alice: User, interview: Interview, opening: Opening
) -> None:
    client.force_login(alice)
    body = client.get(reverse("interview-minutes"), {"opening": opening.pk}).content.decode()
    assert "No interview was held yet; 60 min are planned." in body


@pytest.mark.usefixtures("held")
def test_figures_of_openings_of_others_are_not_in_it(
    client: Client, mallory: User, opening: Opening, alice: User, now: datetime
) -> None:
    from evenhand.hiring.openings.services import create_opening

    create_opening(
        title="Mine", pack=opening.pack, bar=3, contact_name="M", link_days=1,
        contact_email="m@example.org", keep_days=30, by=mallory, now=now,
    )  # fmt: skip
    client.force_login(mallory)
    answer = client.get(reverse("interview-minutes"), {"opening": opening.pk})
    assert opening.title not in answer.content.decode()
    assert "No interview was held yet" in answer.content.decode()
    add_to_team(opening=opening, email=mallory.email, name="", role=Role.AUDITOR, by=alice, now=now)
    assert "120 min each" in client.get(reverse("interview-minutes")).content.decode()

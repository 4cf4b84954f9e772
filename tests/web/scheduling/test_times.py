"""The pages of times: set, refused with nothing lost, asked back, handed out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.hiring.scheduling.conftest import interviewer

from evenhand.hiring.interviews.services import cancel_interview, plan_interview
from evenhand.hiring.models import Application, Interview, LedgerEntry, Letter, Opening, User
from evenhand.hiring.scheduling.pool import Hours, set_hours
from evenhand.hiring.scheduling.post import send_due
from evenhand.hiring.scheduling.services import schedule


@pytest.fixture
def recruiter(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def given(at: datetime, **changes: Any) -> dict[str, Any]:
    return {"starts_at": f"{at:%Y-%m-%dT%H:%M}", "place": "Room 7", "seen": 0, **changes}


def address(interview: Interview, page: str = "time-set") -> str:
    return reverse(page, args=[interview.pk])


def test_a_time_is_set_and_the_page_says_that_invitations_wait(
    recruiter: Client, interview: Interview, at: datetime
) -> None:
    done = recruiter.post(address(interview), given(at), follow=True)
    interview.refresh_from_db()
    assert (interview.starts_at, interview.place) == (at, "Room 7")
    body = done.content.decode()
    assert body.count("waits to be sent") == 2
    assert "12:00 to 13:00 (UTC)" in body
    send_due(timezone.now())
    body = recruiter.get(address(interview)).content.decode()
    assert body.count("badge good long") == 2
    assert "waits to be sent" not in body


def test_the_page_is_in_the_time_zone_of_the_setting_and_names_it(
    recruiter: Client, interview: Interview, at: datetime, settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    page = recruiter.get(address(interview)).content.decode()
    assert "In the time zone Asia/Tokyo." in page
    recruiter.post(address(interview), given(at + timedelta(hours=9)))
    interview.refresh_from_db()
    assert interview.starts_at == at
    page = recruiter.get(address(interview)).content.decode()
    assert "21:00 to 22:00 (Asia/Tokyo)" in page
    assert f'value="{at:%Y-%m-%d}T21:00"' in page


@pytest.mark.parametrize(
    "local", ["2027-03-28T02:30", "2027-10-31T02:30"], ids=["a gap", "an hour that comes twice"]
)
def test_an_hour_that_clocks_skip_or_repeat_is_refused_with_the_zone(
    recruiter: Client, interview: Interview, settings: Any, local: str
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    answer = recruiter.post(address(interview), {"starts_at": local, "place": "Room 7", "seen": 0})
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Europe/Berlin" in body
    assert local in body


def test_an_overlap_is_one_clear_line_and_nothing_typed_is_lost(
    recruiter: Client, interview: Interview, alice: User, ivan: User, opening: Opening,
    at: datetime, now: datetime,
) -> None:  # fmt: skip
    from evenhand.hiring.openings.services import add_candidate

    other = plan_interview(
        application=add_candidate(
            opening=opening, name="Dora", email="dora@example.org", by=alice, now=now
        ),
        round="final", interviewer=ivan, by=alice, now=now,
    )  # fmt: skip
    schedule(interview=other, starts_at=at, place="", by=alice, now=now)
    moment = at + timedelta(minutes=30)
    answer = recruiter.post(address(interview), given(moment, place="https://call.example/x"))
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "Ivan has an interview then: final round, Candidate 2," in body
    assert f'value="{moment:%Y-%m-%dT%H:%M}"' in body
    assert 'value="https://call.example/x"' in body
    interview.refresh_from_db()
    assert interview.starts_at is None


def test_what_is_outside_their_hours_is_confirmed_with_one_tick(
    recruiter: Client, interview: Interview, opening: Opening, ivan: User, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    never = Hours("UTC", {(at.weekday() + 1) % 7: (at.time(), (at + timedelta(hours=1)).time())})
    set_hours(opening=opening, user=ivan, hours=never, by=ivan, now=now)
    first = recruiter.get(address(interview)).content.decode()
    assert "Set it all the same" not in first
    asked = recruiter.post(address(interview), given(at))
    body = asked.content.decode()
    assert asked.status_code == 422
    assert "Ivan did not offer this time" in body
    assert "Set it all the same" in body
    assert 'value="Room 7"' in body
    typed = f"{at:%Y-%m-%dT%H:%M}"
    assert f'name="asked" value="{typed}"' in body
    # The tick is for the time that was asked about, and for no other.
    later = recruiter.post(
        address(interview), given(at + timedelta(hours=5), asked=typed, confirmed="on")
    )
    assert "Ivan did not offer this time" in later.content.decode()
    assert "checked" not in later.content.decode()
    recruiter.post(address(interview), given(at, asked=typed, confirmed="on"))
    interview.refresh_from_db()
    assert interview.starts_at == at


def test_who_comes_second_is_told_keeps_their_words_and_can_set_it_then(
    recruiter: Client, interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    schedule(interview=interview, starts_at=at, place="Theirs", by=alice, now=now)
    mine = at + timedelta(days=1)
    answer = recruiter.post(address(interview), given(mine, place="Mine"))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else set this interview meanwhile" in body
    assert 'value="Mine"' in body
    assert 'name="seen" value="1"' in body
    recruiter.post(address(interview), given(mine, place="Mine", seen=1))
    interview.refresh_from_db()
    assert (interview.starts_at, interview.place) == (mine, "Mine")


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-41T99:99"])
def test_what_is_no_time_is_said_to_be_none(
    recruiter: Client, interview: Interview, typed: str
) -> None:
    answer = recruiter.post(address(interview), {"starts_at": typed, "place": "R", "seen": 0})
    assert answer.status_code == 422
    assert "Give a day and a time." in answer.content.decode()


def test_the_list_has_what_waits_what_comes_and_no_name(
    recruiter: Client, interview: Interview, opening: Opening, alice: User, at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    page = reverse("times", args=[opening.pk])
    assert "Without a time" in recruiter.get(page).content.decode()
    schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)
    body = recruiter.get(page).content.decode()
    assert "Without a time" not in body
    assert "12:00 to 13:00 (UTC)" in body
    assert "Candidate 1" in body
    assert "Charlie" not in body
    assert not LedgerEntry.objects.filter(action__endswith=".viewed").exists()


def test_the_file_is_an_invitation_and_after_calling_off_a_cancellation(
    client: Client, interview: Interview, alice: User, ivan: User, at: datetime, now: datetime
) -> None:
    client.force_login(ivan)
    assert client.get(address(interview, "time-file")).status_code == 404
    schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)
    answer = client.get(address(interview, "time-file"))
    assert answer["Content-Type"] == "text/calendar; method=REQUEST; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Interview, final round, Candidate 1"
    assert b"harlie" not in answer.content
    cancel_interview(interview=interview, by=alice, now=now)
    calendar = Calendar.from_ical(client.get(address(interview, "time-file")).content)
    assert calendar["method"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["sequence"] == 2


def test_invitations_can_be_asked_for_once_more(
    recruiter: Client, interview: Interview, alice: User, at: datetime, now: datetime
) -> None:
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    early = recruiter.post(address(interview, "time-again"), follow=True)
    assert "none to repeat" in early.content.decode()
    send_due(timezone.now())
    recruiter.post(address(interview, "time-again"))
    assert Letter.objects.filter(sent_at=None).count() == 2
    assert send_due(timezone.now()).sent == 2


@pytest.mark.parametrize("page", ["time-set", "time-again", "time-file"])
def test_an_interview_of_others_is_not_there(
    client: Client, interview: Interview, alice: User, mallory: User, opening: Opening,
    at: datetime, now: datetime, page: str,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    call = client.post if page == "time-again" else client.get
    for stranger in (mallory, interviewer(opening, "Petra", now)):
        client.force_login(stranger)
        assert call(address(interview, page)).status_code == 404
    client.logout()
    assert call(address(interview, page)).status_code == 302


def test_an_interviewer_sets_no_time_even_of_their_own(
    client: Client, interview: Interview, ivan: User
) -> None:
    client.force_login(ivan)
    assert client.get(address(interview)).status_code == 404


def test_the_page_takes_the_same_queries_however_many_interviews(
    recruiter: Client, interview: Interview, application: Application, opening: Opening,
    alice: User, at: datetime, now: datetime, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    page = reverse("times", args=[opening.pk])
    with CaptureQueriesContext(
        connection,
    ) as once:
        recruiter.get(page)
    more = plan_interview(
        application=application, round="peer", interviewer=interviewer(opening, "Petra", now),
        by=alice, now=now,
    )  # fmt: skip
    schedule(interview=more, starts_at=at + timedelta(hours=2), place="", by=alice, now=now)
    with django_assert_num_queries(len(once)):
        recruiter.get(page)


def test_the_page_says_what_time_it_is_for_the_interviewer(
    recruiter: Client, interview: Interview, opening: Opening, ivan: User, alice: User,
    at: datetime, now: datetime,
) -> None:  # fmt: skip
    schedule(interview=interview, starts_at=at, place="", by=alice, now=now)
    assert "for Ivan" not in recruiter.get(address(interview)).content.decode()
    set_hours(opening=opening, user=ivan, hours=Hours("Asia/Tokyo", {}), by=ivan, now=now)
    body = recruiter.get(address(interview)).content.decode()
    assert "for Ivan: " in body
    assert "21:00 to 22:00 (Asia/Tokyo)" in body

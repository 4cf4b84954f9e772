"""Invitations, cancellations and reminders: who gets what when, once, and what it says."""

from __future__ import annotations

import email
import logging
import smtplib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.policy import default
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connections
from icalendar import Calendar
from tests.hiring.compliance.cohorts import decide

from evenhand.hiring.interviews.services import begin_interview, cancel_interview
from evenhand.hiring.models import (
    Decision,
    EstimateRow,
    Interview,
    LedgerEntry,
    Letter,
    Opening,
    PoolEntry,
    User,
)
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.record.viewing import note_view
from evenhand.hiring.scheduling import post
from evenhand.hiring.scheduling.due import due
from evenhand.hiring.scheduling.post import Posted, send_again, send_due
from evenhand.hiring.scheduling.services import schedule
from evenhand.hiring.scheduling.wording import words_of

DAY = timedelta(days=1)


@pytest.fixture
def at() -> datetime:
    """Friday, 6 March 2026, 10:00 UTC: four days after `now`."""
    return datetime(2026, 3, 6, 10, 0, tzinfo=UTC)


@pytest.fixture
def set_(interview: Interview, alice: User, at: datetime, now: datetime) -> Interview:
    """Ivan's interview with Charlie, with a time and a place."""
    return schedule(interview=interview, starts_at=at, place="Room 7", by=alice, now=now)


def to(address: str) -> list[Any]:
    """Return what was sent to somebody, parsed from the bytes that went out."""
    return [
        email.message_from_bytes(one.message().as_bytes(), policy=default)
        for one in mail.outbox
        if one.to == [address]
    ]


def text_of(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content())


def entry_of(message: Any) -> Any:
    """Return the calendar entry that a mail program offers to accept, with its method."""
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    assert part["Content-Type"].params["method"] == calendar["method"]
    (event,) = calendar.walk("VEVENT")
    return event


CHARLIE, IVAN = "charlie@example.org", "ivan@example.org"
Capture = Callable[..., Any]


def test_a_candidate_is_told_of_a_blind_interviewer_only_where_that_is_so(
    set_: Interview, ivan: User, now: datetime
) -> None:
    said = words_of(set_, Letter.Kind.INVITATION, Letter.To.CANDIDATE).body
    assert "before seeing any other score" in said
    EstimateRow.objects.create(
        application=set_.application, dimension="overall", mean=3, sd=1, low=2, high=4, p_bar=0.3,
        reliability=0.5, confidence=0.9, components_version="v", provisional=True,
        estimated_at=now - DAY,
    )  # fmt: skip
    note_view(set_.application, what="report", by=f"user:{ivan.pk}", now=now - timedelta(hours=1))
    said = words_of(set_, Letter.Kind.INVITATION, Letter.To.CANDIDATE).body
    assert "before seeing any other score" not in said
    assert "they may have seen other scores of yours" in said


def test_both_are_invited_once_each_by_an_entry_that_their_calendar_can_read(
    set_: Interview, at: datetime, now: datetime
) -> None:
    assert send_due(now) == Posted(sent=2)
    assert send_due(now + timedelta(hours=1)) == Posted()
    (his,), (theirs,) = to(IVAN), to(CHARLIE)
    for one, attendee in ((his, IVAN), (theirs, CHARLIE)):
        event = entry_of(one)
        assert str(event["uid"]) == str(set_.pk)
        assert event["dtstart"].dt == at
        assert event["sequence"] == 1
        assert str(event["attendee"]) == f"mailto:{attendee}"
        assert str(event["organizer"]) == "mailto:alice@example.org"
        assert str(event["location"]) == "Room 7"
        assert one["Reply-To"] == "alice@example.org"


def test_the_candidate_is_told_what_how_long_how_scored_by_whom_and_whom_to_ask(
    set_: Interview, now: datetime
) -> None:
    send_due(now)
    (message,) = to(CHARLIE)
    said = text_of(message)
    for words in (
        "Hello Charlie Cole", "Friday, 6 March 2026, 10:00 to 11:00 (UTC)", "Room 7", "Ivan",
        "Data quality intuition", "up to 60 minutes", "a level from 1 to 5", "written rubric",
        "Alice Ashby (alice@example.org)", "no effect on any score", "A person decides",
    ):  # fmt: skip
        assert words in said, words
    assert "Alice Ashby" in str(entry_of(message)["description"])
    assert IVAN not in message.as_string()


def test_the_interviewers_copy_names_nobody_but_a_number(set_: Interview, now: datetime) -> None:
    send_due(now)
    (message,) = to(IVAN)
    whole = message.as_string() + text_of(message) + str(entry_of(message))
    assert "Candidate 1" in whole
    assert "Charlie" not in whole
    assert CHARLIE not in whole


def test_an_interviewer_reads_times_of_their_own_time_zone(
    opening: Opening, set_: Interview, ivan: User, now: datetime
) -> None:
    PoolEntry.objects.create(opening=opening, user=ivan, time_zone="Asia/Tokyo")
    send_due(now)
    assert "Friday, 6 March 2026, 19:00 to 20:00 (Asia/Tokyo)" in text_of(to(IVAN)[0])
    assert "10:00 to 11:00 (UTC)" in text_of(to(CHARLIE)[0])


def test_moving_it_invites_both_anew_with_a_higher_number_and_the_same_uid(
    set_: Interview, alice: User, at: datetime, now: datetime
) -> None:
    send_due(now)
    moved = schedule(interview=set_, starts_at=at + DAY, place="", by=alice, now=now)
    assert send_due(now) == Posted(sent=2)
    first, second = (entry_of(one) for one in to(CHARLIE))
    assert str(first["uid"]) == str(second["uid"])
    assert (first["sequence"], second["sequence"]) == (1, moved.sequence)


def test_calling_it_off_tells_those_who_were_invited(
    set_: Interview, alice: User, now: datetime
) -> None:
    send_due(now)
    cancel_interview(interview=set_, by=alice, now=now)
    assert send_due(now) == Posted(sent=2)
    assert send_due(now) == Posted()
    last = to(CHARLIE)[-1]
    event = entry_of(last)
    assert last["Subject"] == "Called off: your interview for Production ML engineer"
    assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 2)


def test_calling_off_what_nobody_was_told_of_tells_nobody(
    set_: Interview, alice: User, now: datetime
) -> None:
    cancel_interview(interview=set_, by=alice, now=now)
    assert send_due(now) == Posted()


def test_both_are_reminded_a_day_before_and_once(
    set_: Interview, at: datetime, now: datetime
) -> None:
    send_due(now)
    mail.outbox.clear()
    assert send_due(at - DAY - timedelta(minutes=1)) == Posted()
    assert send_due(at - DAY) == Posted(sent=2)
    assert send_due(at - timedelta(hours=1)) == Posted()
    assert to(CHARLIE)[0]["Subject"] == "Reminder: your interview for Production ML engineer"
    assert "Charlie" not in text_of(to(IVAN)[0])
    actions = LedgerEntry.objects.filter(action="reminder.sent")
    assert sorted(entry.facts["to"] for entry in actions) == ["candidate", "interviewer"]


def test_who_was_invited_within_the_last_day_is_not_reminded(
    set_: Interview, at: datetime, now: datetime
) -> None:
    send_due(at - timedelta(hours=23))
    assert send_due(at - timedelta(hours=1)) == Posted()
    assert Letter.objects.filter(kind="reminder").count() == 0


def test_a_new_time_has_its_own_reminder(
    set_: Interview, alice: User, at: datetime, now: datetime
) -> None:
    send_due(now)
    send_due(at - DAY)
    later = at + 3 * DAY
    schedule(interview=set_, starts_at=later, place="", by=alice, now=at - timedelta(hours=2))
    send_due(at - timedelta(hours=2))
    assert send_due(later - DAY) == Posted(sent=2)
    assert Letter.objects.filter(kind="reminder").count() == 4


def test_an_interviewer_whose_account_was_closed_is_written_to_no_more(
    set_: Interview, ivan: User, at: datetime, now: datetime
) -> None:
    User.objects.filter(pk=ivan.pk).update(is_active=False)
    for moment in (now, at - DAY, at + 2 * DAY):
        send_due(moment)
    assert to(IVAN) == []
    assert len(to(CHARLIE)) == 2


def test_nothing_is_sent_about_what_is_over_or_called_off(
    set_: Interview, alice: User, at: datetime, now: datetime
) -> None:
    send_due(now)
    cancel_interview(interview=set_, by=alice, now=now)
    send_due(now)
    assert send_due(at - DAY) == Posted()
    assert send_due(at + 2 * DAY) == Posted()


def test_an_open_scorecard_is_asked_for_a_day_after_the_end_and_once(
    set_: Interview, ivan: User, at: datetime, now: datetime
) -> None:
    send_due(now)
    send_due(at - DAY)
    begin_interview(interview=set_, by=ivan, now=at)
    end = at + timedelta(minutes=60)
    assert send_due(end + DAY - timedelta(minutes=1)) == Posted()
    assert send_due(end + DAY) == Posted(sent=1)
    assert send_due(end + 2 * DAY) == Posted()
    assert "not locked yet" in text_of(to(IVAN)[-1])


def test_a_locked_scorecard_is_not_asked_for(set_: Interview, at: datetime, now: datetime) -> None:
    send_due(now)
    send_due(at - DAY)
    Interview.objects.update(state="locked", begun_at=at, locked_at=at + timedelta(minutes=70))
    assert send_due(at + 2 * DAY) == Posted()


def test_a_letter_that_was_long_due_when_evenhand_came_is_not_sent(
    set_: Interview, at: datetime, now: datetime
) -> None:
    assert send_due(at + 30 * DAY) == Posted()


Refuse = Callable[[BaseException], None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Let the mail server answer with an error; None lets it take letters again."""
    send = EmailMultiAlternatives.send

    def set_error(error: BaseException | None) -> None:
        def refusing(self: EmailMultiAlternatives, fail_silently: bool = False) -> int:
            if error is not None:
                raise error
            return send(self, fail_silently)

        monkeypatch.setattr(EmailMultiAlternatives, "send", refusing)

    return set_error


REFUSAL = smtplib.SMTPRecipientsRefused({CHARLIE: (550, b"no such charlie")})


def test_what_the_server_refused_is_tried_again_less_and_less_often_and_then_left(
    set_: Interview, now: datetime, refuse: Any, caplog: pytest.LogCaptureFixture
) -> None:
    refuse(REFUSAL)
    moments = []
    # Nothing is due in the minutes that are left out, by the same sums as in those beside them.
    for minute in (0, 1, 4, 5, 6, 14, 15, 16, 34, 35, 36, 74, 75, 76, 154, 155, 156, 239):
        at = now + timedelta(minutes=minute)
        if send_due(at).failed:
            moments.append(minute)
    assert moments == [0, 5, 15, 35, 75]
    failures = LedgerEntry.objects.filter(action="invitation.not_sent")
    assert failures.count() == 10
    assert "SMTPRecipientsRefused" in caplog.text
    assert "charlie" not in caplog.text
    refuse(None)
    assert send_again(interview=set_, by="user:1", now=now + DAY) == 2
    assert send_due(now + DAY) == Posted(sent=2)


def test_a_reminder_of_which_nothing_is_known_is_never_sent_again(
    set_: Interview, at: datetime, now: datetime, refuse: Any
) -> None:
    send_due(now)
    refuse(TimeoutError("after the text was sent"))
    assert send_due(at - DAY) == Posted(failed=2)
    refuse(None)
    assert send_due(at - timedelta(hours=2)) == Posted()


def test_a_reminder_that_was_certainly_not_sent_is(
    set_: Interview, at: datetime, now: datetime, refuse: Any
) -> None:
    send_due(now)
    refuse(ConnectionRefusedError())
    assert send_due(at - DAY) == Posted(failed=2)
    refuse(None)
    assert send_due(at - DAY + timedelta(minutes=5)) == Posted(sent=2)


class Killed(BaseException):
    """The end of a process, between the row and the mail server's word."""


@pytest.mark.parametrize(("kind", "sent_later"), [("invitation", 2), ("reminder", 0)])
def test_after_a_crash_an_invitation_goes_out_again_and_a_reminder_does_not(
    set_: Interview, at: datetime, now: datetime, refuse: Any, kind: str, sent_later: int
) -> None:
    moment = now
    if kind == "reminder":
        send_due(now)
        moment = at - DAY
    for _each in range(2):
        refuse(Killed())
        with pytest.raises(Killed):
            send_due(moment)
    refuse(None)
    assert send_due(moment) == Posted()
    assert send_due(moment + timedelta(minutes=10)).sent == sent_later
    assert send_due(moment + timedelta(hours=1)) == Posted()


def test_a_letter_that_another_worker_took_first_is_left_to_it(
    set_: Interview, now: datetime
) -> None:
    seen = due(now)
    assert send_due(now).sent == 2
    assert [post._claim(one, now) for one in seen] == [None, None]


def test_a_second_try_that_another_worker_took_first_is_left_to_it(
    set_: Interview, now: datetime, refuse: Any
) -> None:
    refuse(REFUSAL)
    send_due(now)
    refuse(None)
    later = now + timedelta(minutes=5)
    seen = due(later)
    assert len(seen) == 2
    assert send_due(later).sent == 2
    assert [post._claim(one, later) for one in seen] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_letter_once(
    set_: Interview, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, results = threading.Barrier(2), list[int]()
    found = post.due

    def together(moment: datetime) -> list[Letter]:
        letters = found(moment)
        looked.wait()
        return letters

    monkeypatch.setattr(post, "due", together)

    def work() -> None:
        try:
            results.append(send_due(now).sent)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 2
    assert sorted(address for one in mail.outbox for address in one.to) == [CHARLIE, IVAN]
    assert LedgerEntry.objects.filter(action="invitation.sent").count() == 2


@pytest.mark.parametrize("field", ["title", "contact_name"])
def test_no_title_or_name_adds_a_header_or_a_line_to_a_calendar(
    opening: Opening, set_: Interview, now: datetime, field: str
) -> None:
    evil = "A\r\nBcc: eve@example.org\nATTENDEE:mailto:eve@example.org"
    Opening.objects.filter(pk=opening.pk).update(**{field: evil})
    assert send_due(now) == Posted(sent=2)
    for message in (*to(IVAN), *to(CHARLIE)):
        assert message["Bcc"] is None
        assert len(entry_of(message).walk()) == 2
        assert "eve" not in str(entry_of(message)["attendee"])


def test_a_pack_that_is_gone_holds_up_nobody_else(
    set_: Interview, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from evenhand.hiring.errors import PackGone
    from evenhand.hiring.scheduling import wording

    def gone(_hash: str) -> None:
        raise PackGone("the pack is gone")

    monkeypatch.setattr(wording, "pack_of", gone)
    with caplog.at_level(logging.WARNING):
        assert send_due(now) == Posted(sent=1, failed=1)
    assert "PackGone" in caplog.text


def test_while_somebody_is_turned_down_nobody_is_told_of_their_interviews_but_that_one_is_off(
    set_: Interview, alice: User, at: datetime, now: datetime
) -> None:
    send_due(now)
    decide([set_.application], 0, now, alice)
    Letter.objects.filter(to="candidate").update(sent_at=None, failed_at=now)
    near, late = at - timedelta(hours=2), at + DAY * 2
    assert due(near) == due(late) == []
    Letter.objects.filter(to="interviewer").delete()
    assert due(now + DAY) == []
    Decision.objects.update(outcome="advance")
    assert [one.kind for one in due(now + DAY)] == ["invitation", "invitation"]
    Decision.objects.update(outcome="not_advance")
    cancel_interview(interview=set_, by=alice, now=near)
    assert [(one.kind, one.to) for one in due(near)] == [("cancellation", "candidate")]


def test_who_is_erased_leaves_no_entry_in_an_interviewers_calendar(
    set_: Interview, alice: User, now: datetime, django_capture_on_commit_callbacks: Capture
) -> None:
    send_due(now)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_now(application=set_.application, reason="asked", by=alice, now=now + DAY)
    (his,) = to(IVAN)
    event = entry_of(his)
    assert his["Subject"].startswith("Called off:")
    assert (str(event["uid"]), event["sequence"]) == (str(set_.pk), 2)
    assert str(event["status"]) == "CANCELLED"
    assert "Charlie" not in his.as_string()
    assert to(CHARLIE) == []
    last = [one.action for one in LedgerEntry.objects.order_by("-seq")[:3]]
    assert last == ["application.erased", "cancellation.sent", "interview.cancelled"]


def test_a_mail_server_that_is_down_keeps_nobody_from_being_erased(
    set_: Interview, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Capture,
) -> None:  # fmt: skip
    def down(self: EmailMultiAlternatives) -> int:
        raise ConnectionRefusedError

    send_due(now)
    monkeypatch.setattr(EmailMultiAlternatives, "send", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_now(application=set_.application, reason="asked", by=alice, now=now)
    assert not Interview.objects.exists()
    assert LedgerEntry.objects.filter(action="cancellation.not_sent").count() == 1


def test_an_interview_that_nobody_was_invited_to_is_called_off_in_silence(
    set_: Interview, alice: User, now: datetime, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        erase_now(application=set_.application, reason="asked", by=alice, now=now)
    assert mail.outbox == []
    assert LedgerEntry.objects.filter(action="interview.cancelled").count() == 1

"""Beginning, asking for more time, handing in."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from evenhand.hiring.errors import (
    AlreadySettled,
    ConsentMissing,
    FieldError,
    NotStarted,
    SittingError,
)
from evenhand.hiring.models import (
    AccommodationRequest,
    Answer,
    Application,
    LedgerEntry,
    Sitting,
    User,
)
from evenhand.hiring.sittings import services
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import GRACE
from evenhand.hiring.sittings.services import ask_accommodation, settle_accommodation, submit


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "reverse", lambda _name, args: f"/openings/{args[0]}/")


def test_the_clock_starts_with_consent_and_only_once(
    application: Application, now: datetime
) -> None:
    ready = application.sitting
    with pytest.raises(ConsentMissing):
        services.begin(sitting=ready, notice_version="1", consent=False, now=now)
    assert Sitting.objects.get().state == Sitting.State.READY
    begun = services.begin(sitting=ready, notice_version="1", consent=True, now=now)
    again = services.begin(
        sitting=ready, notice_version="2", consent=True, now=now + timedelta(minutes=5)
    )
    assert again.started_at == begun.started_at == again.consented_at == now
    assert again.notice_version == "1"
    assert again.ends_at == now + timedelta(minutes=45)
    assert LedgerEntry.objects.filter(action="sitting.begun").count() == 1


def test_handing_in_records_every_answer_by_its_digest(sitting: Sitting, now: datetime) -> None:
    save(
        sitting=sitting,
        prompt="debug_drop",
        text="words",
        base_revision=0,
        tab="one",
        replace=False,
        now=now,
    )
    assert services.submit(sitting=sitting, now=now)
    assert sitting.state == Sitting.State.SUBMITTED
    assert sitting.submitted_at == now
    assert Answer.objects.filter(sitting=sitting).count() == 4
    entries = LedgerEntry.objects.filter(action="answer.submitted")
    assert [entry.facts["prompt"] for entry in entries] == sitting.prompts
    answer = Answer.objects.get(prompt="debug_drop")
    assert entries[1].facts == {
        "answer": str(answer.pk),
        "prompt": "debug_drop",
        "revision": 1,
        "characters": 5,
        "sha256": digest_of("words", answer.salt),
    }
    assert LedgerEntry.objects.latest("seq").action == "sitting.submitted"


def test_handing_in_twice_is_one_event(sitting: Sitting, now: datetime) -> None:
    assert services.submit(sitting=sitting, now=now)
    assert not services.submit(sitting=sitting, now=now)
    assert LedgerEntry.objects.filter(action="sitting.submitted").count() == 1


def test_what_has_not_begun_cannot_be_handed_in(application: Application, now: datetime) -> None:
    with pytest.raises(NotStarted):
        services.submit(sitting=application.sitting, now=now)


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_hands_in(sitting: Sitting, now: datetime) -> None:
    results: list[object] = []

    def click() -> None:
        try:
            results.append(services.submit(sitting=Sitting.objects.get(pk=sitting.pk), now=now))
        except BaseException as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["False"] * 4 + ["True"]
    assert LedgerEntry.objects.filter(action="sitting.submitted").count() == 1


def test_a_sitting_whose_time_and_grace_are_over_is_handed_in_as_it_stands(
    sitting: Sitting, now: datetime
) -> None:
    assert sitting.ends_at is not None
    closes = sitting.ends_at + GRACE
    assert services.submit_overdue(closes - timedelta(seconds=1)) == []
    assert services.submit_overdue(closes) == [sitting]
    assert services.submit_overdue(closes) == []
    assert LedgerEntry.objects.latest("seq").actor == "system"


def test_agreed_time_is_waited_for(sitting: Sitting, now: datetime) -> None:
    Sitting.objects.update(time_factor=2)
    assert services.submit_overdue(now + timedelta(minutes=60)) == []
    assert len(services.submit_overdue(now + timedelta(minutes=95))) == 1


def ask(sitting: Sitting, now: datetime) -> AccommodationRequest:
    return services.ask_accommodation(
        sitting=sitting, kind="more_time", message="I read with a screen reader.", now=now
    )


@pytest.mark.django_db(transaction=True)
def test_a_request_reaches_the_contact_and_its_answer_the_candidate(
    application: Application, alice: User, now: datetime
) -> None:
    request = ask(application.sitting, now)
    services.settle_accommodation(
        request=request, factor=Decimal("1.5"), reply="Of course.", by=alice, now=now
    )
    to_contact, to_candidate = mail.outbox
    assert to_contact.to == ["alice@example.org"]
    assert "I read with a screen reader." in to_contact.body
    assert "Candidate 1" in to_contact.body
    assert "Charlie" not in to_contact.body
    assert to_candidate.to == ["charlie@example.org"]
    assert "Of course." in to_candidate.body
    assert "68 minutes instead of 45" in to_candidate.body
    assert to_candidate.body.startswith("Hello Charlie Cole,\n\nYou asked for more time")
    sitting = Sitting.objects.get()
    assert sitting.allowed == timedelta(minutes=67.5)
    assert "screen reader" not in str(list(LedgerEntry.objects.values_list("facts", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_a_request_stands_when_the_mail_server_is_down(
    sitting: Sitting, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    down = ConnectionRefusedError("alice@example.org refused")
    with mock.patch.object(EmailBackend, "send_messages", side_effect=down):
        request = ask(sitting, now)
    assert AccommodationRequest.objects.get() == request
    assert "ConnectionRefusedError" in caplog.text
    assert "alice" not in caplog.text


def test_a_request_is_answered_once(sitting: Sitting, alice: User, now: datetime) -> None:
    request = ask(sitting, now)
    services.settle_accommodation(request=request, factor=None, reply="No.", by=alice, now=now)
    with pytest.raises(AlreadySettled):
        services.settle_accommodation(
            request=request, factor=Decimal(2), reply="Yes.", by=alice, now=now
        )
    assert Sitting.objects.get().time_factor == 1


def test_more_time_after_handing_in_is_refused_and_the_request_stays_open(
    sitting: Sitting, alice: User, now: datetime
) -> None:
    request = ask(sitting, now)
    services.submit(sitting=sitting, now=now)
    with pytest.raises(SittingError, match="too late"):
        services.settle_accommodation(
            request=request, factor=Decimal(2), reply="", by=alice, now=now
        )
    request.refresh_from_db()
    assert request.settled_at is None


@pytest.mark.parametrize("factor", [Decimal("0.5"), Decimal("4.5"), Decimal("NaN")])
def test_time_that_makes_no_sense_is_refused(
    factor: Decimal, sitting: Sitting, alice: User, now: datetime
) -> None:
    request = ask(sitting, now)
    with pytest.raises(FieldError, match="between 1 and 4"):
        services.settle_accommodation(request=request, factor=factor, reply="", by=alice, now=now)


def test_a_request_of_an_unknown_kind_or_length_is_refused(sitting: Sitting, now: datetime) -> None:
    with pytest.raises(FieldError):
        services.ask_accommodation(sitting=sitting, kind="money", message="", now=now)
    with pytest.raises(FieldError, match="4000"):
        services.ask_accommodation(sitting=sitting, kind="other", message="a" * 4001, now=now)


def test_when_the_time_is_over_it_is_the_system_that_hands_in(
    sitting: Sitting, now: datetime
) -> None:
    closes = sitting.closes_at
    assert closes is not None
    assert submit(sitting=sitting, now=closes)
    entry = LedgerEntry.objects.get(action="sitting.submitted")
    assert entry.actor == "system"


def test_more_time_granted_meanwhile_keeps_an_overdue_sitting_open(
    sitting: Sitting, now: datetime
) -> None:
    stale = Sitting.objects.get(pk=sitting.pk)
    Sitting.objects.filter(pk=sitting.pk).update(time_factor=Decimal("1.5"))
    assert stale.closes_at is not None
    assert not submit(sitting=stale, now=stale.closes_at)
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.STARTED


def test_time_that_was_granted_is_not_taken_back(
    sitting: Sitting, alice: User, now: datetime
) -> None:
    for factor in (Decimal("1.5"), Decimal("1.25")):
        request = ask_accommodation(sitting=sitting, kind="more_time", message="", now=now)
        if factor == Decimal("1.5"):
            settle_accommodation(request=request, factor=factor, reply="", by=alice, now=now)
    with pytest.raises(FieldError, match="more time than that"):
        settle_accommodation(request=request, factor=factor, reply="", by=alice, now=now)
    request.refresh_from_db()
    assert request.settled_at is None


def test_the_record_keeps_nothing_of_what_was_asked_for(sitting: Sitting, now: datetime) -> None:
    ask_accommodation(sitting=sitting, kind="more_time", message="For my eyes.", now=now)
    entry = LedgerEntry.objects.get(action="accommodation.asked")
    assert set(entry.facts) == {"request"}

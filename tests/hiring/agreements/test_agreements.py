"""Whoever began before the models changed may say yes or no, and is in no way hurried to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from tests.outside import HOST, activate_outside
from tests.panels import PlainPanel

from evenhand.hiring.agreements.offers import Offer, offer_for
from evenhand.hiring.agreements.services import answer_again, ask_again, may_be_asked
from evenhand.hiring.errors import MailNotSent, NoticeMoved, SittingError, Withdrawn
from evenhand.hiring.models import Application, LedgerEntry, Opening, Sitting, User
from evenhand.hiring.openings.erasing import erase_now
from evenhand.hiring.openings.links import revoke_link
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.withdrawing import withdraw
from evenhand.hiring.scoring.settling import settle_panel
from evenhand.hiring.sittings.agreed import may_be_sent
from evenhand.hiring.sittings.services import submit

MID = (HOST, "mid-1")
BIG = (HOST, "big-1")


def entries(prefix: str) -> list[tuple[str, str, Any]]:
    found = LedgerEntry.objects.filter(action__contains=prefix).order_by("seq")
    return list(found.values_list("action", "actor", "facts"))


def say(sitting: Sitting, agrees: bool, now: datetime, named: tuple[str, str] = MID) -> None:
    told = {"sent_to": [list(named)], "text_sha256": "0" * 64}
    answer_again(sitting=sitting, agrees=agrees, notice_version="2", told=told, now=now)


@pytest.fixture
def moved(sitting: Sitting, alice: User, now: datetime) -> Sitting:
    """Charlie, writing, told of no model; the panel asks one by now."""
    activate_outside(sitting.application.pack, alice, now)
    return sitting


def test_where_nothing_changed_nothing_is_offered(sitting: Sitting) -> None:
    assert offer_for(sitting) is None


def test_who_has_not_begun_is_told_as_they_begin(
    application: Application, alice: User, now: datetime
) -> None:
    activate_outside(application.pack, alice, now)
    assert offer_for(application.sitting) is None


def test_the_models_of_another_organisation_are_no_ones_business(
    sitting: Sitting, mallory: User, now: datetime
) -> None:
    activate_outside(sitting.application.pack, mallory, now)
    same = mallory.organisation_id == sitting.application.opening.organisation_id
    assert same or offer_for(sitting) is None


def test_other_models_are_offered_while_writing_and_after_handing_in(
    moved: Sitting, now: datetime
) -> None:
    offered = Offer((MID,), (MID,), "", None, None)
    assert offer_for(moved) == offered
    submit(sitting=moved, now=now)
    assert offer_for(moved) == offered


@pytest.mark.parametrize("agrees", [True, False])
def test_an_answer_is_one_entry_however_often_it_is_given(
    moved: Sitting, agrees: bool, now: datetime
) -> None:
    say(moved, agrees, now)
    say(moved, agrees, now)
    told = {"notice": "2", "sent_to": [list(MID)], "text_sha256": "0" * 64}
    action = "sitting.agreed_again" if agrees else "sitting.declined_again"
    assert entries("_again") == [(action, f"candidate:{moved.application_id}", told)]
    assert may_be_sent(moved, {MID}) is agrees
    found = offer_for(moved)
    assert found is not None
    assert (found.said, found.said_at) == ("yes" if agrees else "no", now)


def test_a_yes_is_taken_back_as_easily_as_it_was_given(moved: Sitting, now: datetime) -> None:
    for agrees in (True, False, True, False):
        say(moved, agrees, now)
        assert may_be_sent(moved, {MID}) is agrees
    assert len(entries("_again")) == 4


def test_an_answer_to_a_notice_that_names_others_by_now_is_not_kept(
    moved: Sitting, alice: User, now: datetime
) -> None:
    activate_outside(moved.application.pack, alice, now, model="big-1")
    for agrees in (True, False):
        with pytest.raises(NoticeMoved):
            say(moved, agrees, now)
    assert entries("_again") == []
    say(moved, True, now, BIG)
    assert may_be_sent(moved, {BIG})
    assert not may_be_sent(moved, {MID})


def test_a_later_panel_is_offered_anew_and_an_earlier_answer_is_none_to_it(
    moved: Sitting, alice: User, now: datetime
) -> None:
    say(moved, False, now)
    activate_outside(moved.application.pack, alice, now, model="big-1")
    assert offer_for(moved) == Offer((BIG,), (BIG,), "", None, None)


def test_once_reading_has_begun_nothing_is_offered_or_taken(moved: Sitting, now: datetime) -> None:
    submit(sitting=moved, now=now)
    panel = PlainPanel(pack_of(moved.application.pack_id))
    before = Sitting.objects.select_related("application__opening").get(pk=moved.pk)
    assert settle_panel(moved, panel, panel, now)
    assert offer_for(moved) is None
    with pytest.raises(SittingError, match="being read already"):
        say(before, True, now)
    assert entries("_again") == []


def test_who_was_erased_meanwhile_can_answer_nothing(
    moved: Sitting, alice: User, now: datetime
) -> None:
    erase_now(application=moved.application, reason="asked", by=alice, now=now)
    with pytest.raises(SittingError):
        say(moved, True, now)
    with pytest.raises(SittingError):
        ask_again(application=moved.application, by=alice, now=now)
    assert entries("_again") == entries("agreement.") == []
    assert mail.outbox == []


def test_a_recruiter_asks_once_by_mail_and_it_is_in_the_record(
    moved: Sitting, alice: User, now: datetime
) -> None:
    application = moved.application
    ask_again(application=application, by=alice, now=now)
    (message,) = mail.outbox
    assert message.to == ["charlie@example.org"]
    assert "- mid-1, at models.example" in message.body
    assert "nothing else changes for you" in message.body
    assert "/sitting/" in message.body or "/s/" in message.body
    ((action, actor, facts),) = entries("agreement.")
    link = application.invitations.get()
    assert (action, actor) == ("agreement.asked", f"user:{alice.pk}")
    assert facts == {"invitation": str(link.pk), "sent_to": [list(MID)]}
    with pytest.raises(SittingError, match="asked already"):
        ask_again(application=application, by=alice, now=now)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("agrees", [True, False])
def test_who_has_answered_is_not_asked(
    moved: Sitting, alice: User, now: datetime, agrees: bool
) -> None:
    say(moved, agrees, now)
    with pytest.raises(SittingError):
        ask_again(application=moved.application, by=alice, now=now)
    assert mail.outbox == []


def test_nobody_is_asked_where_nothing_changed_or_all_is_read(
    sitting: Sitting, alice: User, now: datetime
) -> None:
    with pytest.raises(SittingError):
        ask_again(application=sitting.application, by=alice, now=now)
    activate_outside(sitting.application.pack, alice, now)
    Sitting.objects.update(state=Sitting.State.SCORED, panel="embedded", panel_version="e" * 64)
    with pytest.raises(SittingError):
        ask_again(application=sitting.application, by=alice, now=now)
    assert mail.outbox == []


def test_nobody_of_the_example_is_written_to(
    moved: Sitting, opening: Opening, alice: User, now: datetime
) -> None:
    Opening.objects.update(is_example=True)
    moved.application.opening.refresh_from_db()
    assert not may_be_asked(moved.application, offer_for(moved))
    with pytest.raises(SittingError):
        ask_again(application=moved.application, by=alice, now=now)


def test_who_withdrew_a_moment_ago_is_not_asked(moved: Sitting, alice: User, now: datetime) -> None:
    read_before = moved.application
    link = read_before.invitations.get()
    withdraw(application=Application.objects.get(pk=read_before.pk), by_link=link, now=now)
    mail.outbox.clear()
    assert may_be_asked(read_before, offer_for(moved))
    with pytest.raises(Withdrawn):
        ask_again(application=read_before, by=alice, now=now)
    assert (mail.outbox, entries("agreement.")) == ([], [])


def test_where_no_link_leads_to_the_question_it_is_said(
    moved: Sitting, alice: User, now: datetime
) -> None:
    revoke_link(invitation=moved.application.invitations.get(), by=alice, now=now)
    with pytest.raises(SittingError, match="link was revoked"):
        ask_again(application=moved.application, by=alice, now=now)


def test_a_mail_server_that_is_down_is_said_and_recorded(
    moved: Sitting, alice: User, now: datetime
) -> None:
    down = mock.patch.object(EmailBackend, "send_messages", side_effect=OSError("secret@x"))
    with down, pytest.raises(MailNotSent, match="see the question on their own page"):
        ask_again(application=moved.application, by=alice, now=now)
    assert [action for action, *_ in entries("agreement.")] == [
        "agreement.asked",
        "agreement.not_sent",
    ]


def test_who_was_not_reached_was_not_asked_and_can_be_once_the_mail_goes_out(
    moved: Sitting, alice: User, now: datetime
) -> None:
    application = moved.application
    down = mock.patch.object(EmailBackend, "send_messages", side_effect=OSError("secret@x"))
    with down, pytest.raises(MailNotSent):
        ask_again(application=application, by=alice, now=now)
    assert offer_for(moved) == Offer((MID,), (MID,), "", None, None)
    later = now + timedelta(minutes=5)
    ask_again(application=application, by=alice, now=later)
    assert len(mail.outbox) == 1
    assert offer_for(moved) == Offer((MID,), (MID,), "", None, later)
    with pytest.raises(SittingError, match="asked already"):
        ask_again(application=application, by=alice, now=later)

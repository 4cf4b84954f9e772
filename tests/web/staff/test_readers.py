"""Who reads somebody's answers, for the recruiter; and asking them, once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from tests.outside import activate_outside
from tests.panels import PlainPanel

from evenhand.hiring.agreements.services import answer_again
from evenhand.hiring.models import Application, LedgerEntry, Opening, Sitting, User
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring.services import answers_in_order, estimate_sitting, read_answer
from evenhand.hiring.scoring.settling import settle_panel
from evenhand.hiring.sittings.services import submit

ASK = "Ask them by e-mail"


def page(client: Client, application: Application, name: str = "application-judges") -> str:
    answer = client.get(reverse(name, args=[application.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def moved(sitting: Sitting, alice: User, now: datetime) -> Application:
    activate_outside(sitting.application.pack, alice, now)
    return sitting.application


def panels(application: Application) -> tuple[PlainPanel, PlainPanel]:
    """Return the panel that asks a model elsewhere, and the one that reads in its place."""
    pack = pack_of(application.pack_id)
    active, embedded = PlainPanel(pack), PlainPanel(pack)
    active.name, active.version = "careful", "c" * 64
    active.sends_to = frozenset({("models.example", "mid-1")})
    embedded.name, embedded.version = "embedded", "e" * 64
    return active, embedded


def say(application: Application, agrees: bool, now: datetime) -> None:
    told = {"sent_to": [["models.example", "mid-1"]]}
    answer_again(sitting=application.sitting, agrees=agrees, notice_version="2", told=told, now=now)


def test_before_they_begin_it_says_that_they_are_told_as_they_do(
    signed_in: Client, application: Application
) -> None:
    text = page(signed_in, application)
    assert "as they begin they are told" in text
    assert ASK not in text


def test_where_nothing_changed_nothing_is_to_be_asked(signed_in: Client, sitting: Sitting) -> None:
    text = page(signed_in, sitting.application)
    assert "The panel embedded will" in text
    assert ASK not in text


def test_one_button_asks_once(signed_in: Client, moved: Application) -> None:
    text = page(signed_in, moved)
    assert "otherwise the judges on this machine do" in text
    assert "mid-1, at models.example" in text
    assert ASK in text
    answer = signed_in.post(reverse("application-judges", args=[moved.pk]), follow=True)
    assert "on its way by e-mail" in answer.content.decode()
    assert len(mail.outbox) == 1
    assert LedgerEntry.objects.filter(action="agreement.asked").count() == 1
    text = page(signed_in, moved)
    assert "Nobody is asked twice" in text
    assert ASK not in text
    answer = signed_in.post(reverse("application-judges", args=[moved.pk]), follow=True)
    assert "asked already" in answer.content.decode()
    assert len(mail.outbox) == 1


def test_where_no_mail_is_set_up_nobody_is_asked_and_it_is_said(
    signed_in: Client, moved: Application, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    text = page(signed_in, moved)
    assert "cannot be asked by e-mail" in text
    assert ASK not in text
    answer = signed_in.post(reverse("application-judges", args=[moved.pk]), follow=True)
    assert "nobody was asked" in answer.content.decode()
    assert not LedgerEntry.objects.filter(action="agreement.asked").exists()


def test_what_they_said_is_not_shown_and_they_are_not_asked_again(
    signed_in: Client, moved: Application, now: datetime
) -> None:
    shown = []
    for agrees in (False, True):
        say(moved, agrees, now)
        text = page(signed_in, moved)
        assert "and answered" in text
        assert ASK not in text
        shown.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("agrees", [False, True])
def test_the_copy_that_a_recruiter_makes_does_not_hold_it_and_says_so(
    signed_in: Client, moved: Application, now: datetime, agrees: bool
) -> None:
    say(moved, agrees, now)
    submit(sitting=moved.sitting, now=now)
    active, embedded = panels(moved)
    assert settle_panel(moved.sitting, active if agrees else embedded, active, now)
    copy = signed_in.get(reverse("application-data-json", args=[moved.pk])).json()
    assert not any(word in str(copy["record"]) for word in ("again", "declined"))
    assert "answers to later notices" in [one["of"] for one in copy["left_out"]]


def test_nobody_of_the_example_can_be_asked(signed_in: Client, moved: Application) -> None:
    Opening.objects.update(is_example=True)
    text = page(signed_in, moved)
    assert "Nobody of the example" in text
    assert ASK not in text


def test_once_read_it_and_the_report_name_the_judges_and_say_why(
    signed_in: Client, moved: Application, now: datetime
) -> None:
    sitting = moved.sitting
    submit(sitting=sitting, now=now)
    active, embedded = panels(moved)
    sitting.answers.update(text="")
    assert settle_panel(sitting, embedded, active, now)
    for answer in answers_in_order(sitting.pk):
        read_answer(answer, embedded, now)
    estimate_sitting(sitting.pk, embedded, now)
    why = "not among those that this person had agreed to"
    for name in ("application-judges", "report"):
        text = page(signed_in, moved, name)
        assert "The panel embedded: first, second, third." in text
        assert why in text
    made = signed_in.get(reverse("report-json", args=[moved.pk])).json()["made"]
    assert made["read_by"] == "The panel embedded: first, second, third."
    assert why in made["read_instead"]
    assert ASK not in page(signed_in, moved)


def test_no_report_says_what_they_answered(
    signed_in: Client, moved: Application, now: datetime
) -> None:
    say(moved, agrees=False, now=now)
    submit(sitting=moved.sitting, now=now)
    whole = signed_in.get(reverse("report-json", args=[moved.pk])).content.decode()
    assert "again" not in whole


def test_the_list_leads_there(signed_in: Client, application: Application) -> None:
    body = signed_in.get(reverse("opening", args=[application.opening_id])).content.decode()
    assert reverse("application-judges", args=[application.pk]) in body

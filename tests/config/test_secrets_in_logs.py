"""Requests and errors of every kind with known secrets: nothing of them reaches a log.

What is looked at is what a terminal or a log file would hold: all that is written to standard
output and standard error under the settings of a real process.
"""

from __future__ import annotations

import io
import logging
import logging.config
import smtplib
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NoReturn

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.test import Client
from django.urls import get_resolver, reverse
from tests.tenants import admin_beside

from evenhand.config.logs import Lines, NoLinks, catch_what_nobody_does
from evenhand.config.serving import server_options
from evenhand.hiring.keys.services import make_key
from evenhand.hiring.models import Application, Role, Sitting, User
from evenhand.hiring.openings.links import token_of
from evenhand.hiring.openings.mailing import send_link
from evenhand.hiring.scheduling.feeds import address_of, make_feed
from evenhand.judges.llm.config import judge_from
from evenhand.judges.llm.trying import try_judge

ANSWER = "First I would write down what better means"
NAME, MAIL = "Charlie Cole", "charlie@example.org"
JUDGE_KEY = "sk-judge-0123456789abcdef"
PASSWORD = "correct horse battery 9"
Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    monkeypatch.setattr(logging, "raiseExceptions", False)  # as in a process that serves
    logging.config.dictConfig(settings.LOGGING)
    (ours,) = [one for one in logging.getLogger().handlers if isinstance(one.formatter, Lines)]
    assert isinstance(ours, logging.StreamHandler)
    written = io.StringIO()
    ours.setStream(written)

    def so_far() -> str:
        captured = capsys.readouterr()
        return written.getvalue() + captured.out + captured.err

    yield so_far
    assert not settings.DEBUG


def broken(*_: object, **__: object) -> NoReturn:
    try:
        raise ValueError(f"could not read {ANSWER!r} of {NAME}")
    except ValueError as error:
        raise IntegrityError(
            f"DETAIL: Failing row contains ({MAIL}, {ANSWER}, {PASSWORD})"
        ) from error


def test_a_crash_in_a_view_is_logged_with_its_place_and_without_its_words(
    client: Client, sitting: Sitting, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(sitting.application.invitations.get())
    monkeypatch.setattr("evenhand.web.sitting.saving.save_by_link", broken)
    client.raise_request_exception = False
    body = {"text": ANSWER, "base_revision": 0, "tab": "t"}
    address = reverse("sitting-save", args=[token, sitting.prompts[0]])
    assert client.post(address, body, "application/json").status_code == 500
    log = said()
    assert "IntegrityError" in log
    assert "ValueError" in log
    assert "saving.py" in log
    assert "in broken" in log
    for secret in (token, NAME, MAIL, PASSWORD, f"({MAIL}"):
        assert secret not in log
    # The line of the source that raised it is code, and nobody's answer.
    assert f"'{ANSWER}'" not in log


def test_a_crash_in_the_api_tells_neither_its_key_nor_its_words(
    client: Client,
    alice: User,
    application: Application,
    now: datetime,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _key, secret = make_key(name="ATS", role=Role.RECRUITER, by=admin_beside(alice), now=now)
    monkeypatch.setattr("evenhand.web.api.routes.opening_out", broken)
    client.raise_request_exception = False
    headers = {"authorization": f"Bearer {secret}"}
    reply = client.get(reverse("api:api-openings"), headers=headers)
    assert (reply.status_code, reply.json()["title"]) == (500, "Internal Server Error")
    client.get(reverse("api:api-opening", args=[application.pk]), headers=headers)
    client.get("/api/v1/openings", headers={"authorization": "Bearer evenhand_wrong-key"})
    log = said()
    assert "IntegrityError" in log
    for hidden in (secret, "wrong-key", NAME, MAIL, PASSWORD):
        assert hidden not in log


def test_links_that_open_something_are_in_no_line(
    client: Client, alice: User, application: Application, now: datetime, said: Said
) -> None:
    token = token_of(application.invitations.get())
    feed = address_of(make_feed(user=alice, now=now)).rstrip("/").rpartition("/")[2]
    strict = Client(enforce_csrf_checks=True)
    strict.post(reverse("sitting-begin", args=[token]), {"consent": "1"})
    client.get(reverse("sitting-start", args=[f"{token}x"]))
    client.get(reverse("calendar-feed", args=[f"{feed}x"]))
    client.get(reverse("welcome", args=["MQ", "set-passw-token"]) + "gone")
    client.post("/sign-in/", {"login": MAIL, "password": PASSWORD})
    log = said()
    assert "Forbidden" in log
    assert "Not Found" in log
    for secret in (token, feed, "set-passw-token", PASSWORD, MAIL):
        assert secret not in log


SECRET_PARTS = {"token", "uidb64", "key"}
SECRET_ROUTES = [
    name
    for name in get_resolver().reverse_dict
    if isinstance(name, str)
    and not name.startswith("preview-")  # a preview is no one's
    and {"token", "key"} & set(get_resolver().reverse_dict[name][0][0][1])
]


@pytest.mark.parametrize("name", SECRET_ROUTES)
def test_every_route_with_a_secret_in_its_address_is_known_to_the_log(name: str) -> None:
    given = {
        part: "SECRET" if part in ("token", "key") else "x"
        for part in get_resolver().reverse_dict[name][0][0][1]
    }
    if "number" in given:
        given["number"] = "1"
    path = reverse(name, kwargs=given)
    record = logging.LogRecord("any", logging.WARNING, "", 0, "Gone: %s", (path,), None)
    NoLinks().filter(record)
    assert "SECRET" not in record.getMessage()


def test_a_judge_that_fails_says_nothing_of_its_key(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    price = {"input": 1, "cached": 0.1, "output": 10}
    table = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "m", "price": price}
    judge = judge_from("mid", {**table, "key_env": "JUDGE_KEY_MID"}, "page")
    tried = try_judge(judge, {"JUDGE_KEY_MID": JUDGE_KEY})
    assert tried.detail
    assert JUDGE_KEY not in tried.detail + said()
    with pytest.raises(Exception, match="must hold no user, password, query") as refused:
        judge_from("mid", {**table, "base_url": f"https://llm.example/v1?key={JUDGE_KEY}"}, "page")
    assert JUDGE_KEY not in str(refused.value)


def test_mail_that_cannot_be_sent_says_nothing_of_to_whom(
    application: Application,
    alice: User,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise smtplib.SMTPRecipientsRefused({MAIL: (550, f"no such user {NAME}".encode())})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    invitation = application.invitations.get()
    with (
        pytest.raises(Exception, match="could not be sent") as refused,
        django_capture_on_commit_callbacks(execute=True),
    ):
        send_link(invitation=invitation, actor=f"user:{alice.pk}", now=invitation.created_at)
    log = said()
    assert "SMTPRecipientsRefused" in log
    for secret in (MAIL, NAME, token_of(invitation)):
        assert secret not in log + str(refused.value)


def test_what_ends_a_thread_or_the_process_is_logged_without_its_words(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where, what in ((sys, "excepthook"), (threading, "excepthook")):
        monkeypatch.setattr(where, what, getattr(where, what))
    monkeypatch.setattr(logging, "raiseExceptions", True)
    catch_what_nobody_does()
    thread = threading.Thread(target=broken, name="lane-1")
    thread.start()
    thread.join()
    try:
        broken()
    except IntegrityError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    log = said()
    assert logging.raiseExceptions is False
    assert "thread lane-1 ends" in log
    assert "the process ends" in log
    assert log.count("IntegrityError") >= 2
    assert MAIL not in log


def test_what_another_handler_made_of_an_exception_is_not_taken_over(said: Said) -> None:
    try:
        broken()
    except IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    logging.Formatter().format(record)
    assert record.exc_text
    assert MAIL in record.exc_text
    assert MAIL not in Lines(whole=False).format(record)
    assert MAIL in Lines(whole=True).format(record)


@pytest.mark.parametrize("name", ["django", "django.server", "django.request", "dbos", "_granian"])
def test_libraries_have_no_way_out_of_their_own(said: Said, name: str) -> None:
    from dbos._logger import init_logger

    init_logger()
    logger: logging.Logger | None = logging.getLogger(name)
    found: list[logging.Handler] = []
    while logger is not None:
        found += logger.handlers
        logger = logger.parent if logger.propagate else None
    ours = [one for one in found if isinstance(one.formatter, Lines)]
    # pytest's own listen at the root.
    others = [one for one in found if type(one).__module__ == "logging" and one not in ours]
    assert len(ours) == 1
    assert others == []


def test_the_server_writes_no_line_for_a_request() -> None:
    options = server_options()
    assert options["log_access"] is False
    assert set(options["log_dictconfig"]["handlers"]) == {"stderr"}
    assert "granian.access" not in options["log_dictconfig"]["loggers"]

"""A save by the short way is guarded as by the long one, through the callable that is served."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.test import RequestFactory
from django.urls import get_resolver, resolve
from tests.web.test_headers import HEADERS, addresses

from evenhand.config import short_way
from evenhand.hiring.models import Answer, Sitting
from evenhand.web.permissions import RULES, VISITORS

TOKEN = "0" * 32
BODY = {"text": "First I would ask.", "base_revision": 0, "tab": "one", "replace": False}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def ask(serve: Callable[..., Any], address: str, body: Any = None, **more: Any) -> Reply:
    """Ask a WSGI callable as a server does; `more` is put over the environment (PEP 3333)."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    environ = RequestFactory().generic("POST", address, sent, "application/json").environ
    environ |= {"HTTP_COOKIE": f"csrftoken={TOKEN}", "HTTP_X_CSRFTOKEN": TOKEN} | more
    said: list[Any] = []
    answer = serve(environ, lambda status, headers, *_: said.extend((status, headers)))
    reply = Reply(int(said[0].split()[0]), dict(said[1]), b"".join(answer))
    if hasattr(answer, "close"):
        answer.close()
    return reply


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's transaction: a server closes what is old before and after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which way each request went; both go on as they are."""
    went: list[str] = []

    def note(way: type[Any], name: str) -> None:
        call = way.__call__

        def noted(self: Any, environ: Any, start_response: Any) -> Any:
            went.append(name)
            return call(self, environ, start_response)

        monkeypatch.setattr(way, "__call__", noted)

    note(short_way.Saves, "short")
    note(short_way.WSGIHandler, "long")
    return went


@pytest.fixture
def serve() -> short_way.Application:
    from evenhand.config.wsgi import application

    assert isinstance(application, short_way.Application)
    return short_way.Application()


@pytest.fixture
def address(started: str, sitting: Sitting) -> str:
    return f"{started}save/{sitting.prompts[0]}"


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("length", ["-1", "9" * 40, str(12 * 1024 * 1024 + 1)])
def test_a_body_over_the_limit_is_refused_unread(
    serve: short_way.Application, address: str, length: str, kind: str
) -> None:
    over = {"CONTENT_LENGTH": length, "CONTENT_TYPE": kind, "wsgi.input": Unread()}
    reply = ask(serve, address, **over)
    assert reply.status == 413
    if kind == "application/json":
        assert reply.json() == {
            "code": "too_long", "message": "What was sent is larger than 12 MB; send it in parts.",
        }  # fmt: skip


def test_a_text_over_its_own_limit_is_refused_with_what_the_page_understands(
    serve: short_way.Application, address: str
) -> None:
    for text in ("x" * 200_001, "x" * (4 * 1024 * 1024)):
        reply = ask(serve, address, BODY | {"text": text})
        assert (reply.status, reply.json()["code"]) == (413, "too_long")
        assert "shorten" in reply.json()["message"].lower()
    assert not Answer.objects.exists()


def test_without_the_forms_token_nothing_is_saved(
    serve: short_way.Application, address: str
) -> None:
    for forged in ("", "1" * 32):
        assert ask(serve, address, BODY, HTTP_X_CSRFTOKEN=forged).status == 403
    assert ask(serve, address, BODY, HTTP_COOKIE="").status == 403
    assert ask(serve, address, BODY, HTTP_ORIGIN="https://elsewhere.example").status == 403
    assert not Answer.objects.exists()


def test_its_replies_have_the_headers_that_keep_others_out(
    settings: LazySettings, address: str
) -> None:
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    serve = short_way.Application()
    over_tls = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_REFERER": "https://testserver/"}
    over_tls["SERVER_PORT"] = "443"
    for body, status in ((BODY, 200), ({}, 400)):
        reply = ask(serve, address, body, **over_tls)
        assert reply.status == status
        assert {key: reply.headers.get(key) for key in HEADERS} == HEADERS
        assert reply.headers["Strict-Transport-Security"].startswith("max-age=3600")
        assert "no-store" in reply.headers["Cache-Control"]
    assert "Strict-Transport-Security" not in ask(serve, address, BODY).headers


def test_both_ways_say_the_same_of_a_save(address: str, ways: list[str]) -> None:
    serve = short_way.Application()
    cases: list[tuple[str, Any, dict[str, str]]] = [
        (address, BODY, {}),
        (address, BODY | {"base_revision": 1, "text": "More."}, {}),
        (address, BODY | {"base_revision": 9, "tab": "two", "text": "Other."}, {}),
        (address, {"text": 1}, {}),
        (address, b"{", {}),
        (address[:-1], BODY, {}),
        ("/s/none/save/none", BODY, {}),
        (address, BODY | {"text": "x" * 200_001}, {}),
        (address, BODY, {"CONTENT_LENGTH": "99999999"}),
        (address, BODY, {"HTTP_X_CSRFTOKEN": ""}),
        (address, BODY, {"HTTP_HOST": "elsewhere.example"}),
    ]
    for path, body, more in cases:
        replies = []
        for way in (serve._saves, serve._pages):
            Answer.objects.all().delete()
            ask(serve._pages, address, BODY)
            replies.append(ask(way, path, body, **more))
        short, long = replies
        assert (short.status, short.body) == (long.status, long.body), (path, body, more)
        # It is no page: what a page may load, and its language, are told with each page.
        apart = {"Content-Security-Policy", "Content-Language", "Vary"}
        assert long.headers.keys() - apart <= short.headers.keys()
    assert {"short", "long"} == set(ways)


def test_a_fault_of_storage_is_said_alike_and_its_connection_is_closed_after_it(
    serve: short_way.Application, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("evenhand.web.sitting.saving.save_by_link", full)
    ended: list[object] = []
    request_finished.connect(end := lambda **_: ended.append(1), weak=False)
    replies = [ask(way, address, BODY) for way in (serve._saves, serve._pages)]
    request_finished.disconnect(end)
    for reply in replies:
        assert (reply.status, reply.json()["code"]) == (503, "storage")
        assert reply.headers["Retry-After"] == "10"
        assert {key: reply.headers.get(key) for key in HEADERS} == HEADERS
    # Whoever listens for the end of a request closes what broke, so that the next one can save.
    assert ended == [1, 1]


def test_saves_alone_go_the_short_way(
    serve: short_way.Application, address: str, started: str, ways: list[str]
) -> None:
    for path, method in (
        (address, "GET"), (address, "PUT"), (started, "POST"), (f"{address}/", "POST"),
        (f"/x{address}", "POST"),
    ):  # fmt: skip
        ask(serve, path, BODY, REQUEST_METHOD=method)
        assert ways.pop() == "long", (path, method)
    assert ask(serve, address, BODY).status == 200
    assert ways.pop() == "short"


def test_what_goes_the_short_way_is_one_page_that_the_table_gives_to_visitors() -> None:
    found = addresses(get_resolver().url_patterns, {}, "")
    short = {name for name, path in found.items() if short_way.SAVE.fullmatch(path)}
    assert short == {"sitting-save"}
    assert {resolve(found[name]).url_name for name in short} == short
    assert RULES["sitting-save"] == VISITORS

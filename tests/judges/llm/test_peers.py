"""Requests go where they are told, and never to where a machine's secrets are."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import PATIENCE

from evenhand.hiring.panels.addresses import check_address
from evenhand.judges.llm import peers
from evenhand.judges.llm.client import CallFailed
from evenhand.judges.llm.pacing import SystemClock
from evenhand.judges.llm.peers import is_refused
from evenhand.judges.llm.transport import Http
from evenhand.judges.llm.values import Outcome

SOURCE = Path(__file__).parents[3] / "src/evenhand"
ELSEWHERE = "127.0.0.2"
"""This machine as well; it stands for a cloud's metadata, which no test can have."""


@contextmanager
def listening(at: str, answer: bytes = b"") -> Iterator[tuple[int, list[bytes]]]:
    """Take one connection, keep what comes, and answer; yields the port and what came."""
    heard: list[bytes] = []

    def take() -> None:
        with suppressed(), server.accept()[0] as one:
            one.settimeout(PATIENCE)
            heard.append(one.recv(65536))
            if heard[0]:
                one.sendall(answer)

    server = socket.create_server((at, 0))
    thread = Thread(target=take, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], heard
    finally:
        with suppressed():
            server.shutdown(socket.SHUT_RDWR)  # so that nobody waits at it any more
        server.close()
        thread.join(timeout=PATIENCE)


@contextmanager
def suppressed() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


def post(address: str) -> None:
    http = Http(address, {"x-api-key": "KEY"}, timeout=PATIENCE, connections=1, clock=SystemClock())
    try:
        http.post("chat", {"text": "an answer"})
    finally:
        http.close()


def test_a_name_that_leads_elsewhere_the_second_time_is_told_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peers, "METADATA", frozenset({ELSEWHERE}))
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, *rest: object, **more: object) -> list[object]:
        if host != "model.example":
            return real(host, *rest, **more)  # type: ignore[arg-type, return-value]
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else ELSEWHERE, *rest, **more)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with listening(ELSEWHERE) as (port, heard):
        address = f"http://model.example:{port}/v1"
        check_address(address)
        with pytest.raises(CallFailed, match="nothing was sent") as failed:
            post(address)
    assert failed.value.outcome == Outcome.REJECTED
    assert len(asked) == 2
    assert heard in ([], [b""])


def test_a_redirect_is_not_followed() -> None:
    with listening("127.0.0.1") as (there, heard):
        moved = (
            f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{there}/v1\r\n"
            "Content-Length: 0\r\n\r\n"
        )
        with (
            listening("127.0.0.1", moved.encode()) as (here, _first),
            pytest.raises(CallFailed, match="status 307"),
        ):
            post(f"http://127.0.0.1:{here}/v1")
    assert heard == []


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.0.7", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "fd00:ec2::254", "fe80::1%eth0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
    ],
)  # fmt: skip
def test_these_are_never_sent_to(address: str) -> None:
    assert is_refused(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=6, network="fd12::/16"))
def test_a_machine_of_ones_own_network_may_be(address: object) -> None:
    assert not is_refused(str(address))


@given(st.ip_addresses())
def test_every_address_is_one_or_the_other(address: object) -> None:
    assert is_refused(str(address)) in (True, False)


def test_no_other_place_in_the_house_sends_a_request_to_an_address_that_a_person_set() -> None:
    sends = re.compile(r"httpx2\.(?:Client|get|post|stream|request)|urlopen|HTTPS?Connection\(")
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if sends.search(path.read_text())
    }
    assert found == {"judges/llm/transport.py"}
    fields = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"\bURLField\(", path.read_text())
    }
    assert fields == set()

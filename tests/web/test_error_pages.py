"""What somebody sees when the server cannot do what they asked: words, and never a bare code."""

from __future__ import annotations

import pytest
from django.test import Client

from evenhand.hiring.models import User


def test_a_fault_of_ours_is_said_to_be_ours(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("evenhand.web.sitting.seat.open_invitation", broken)
    client.raise_request_exception = False
    reply = client.get("/s/any/")
    page = reply.content.decode()
    assert reply.status_code == 500
    assert "The fault is ours" in page
    assert "what was saved is safe" in page
    assert "a fault of ours" not in page


def test_a_host_name_that_the_server_does_not_know_is_explained(client: Client) -> None:
    reply = client.get("/sign-in/", headers={"host": "elsewhere.example"})
    assert reply.status_code == 400
    assert "EVENHAND_HOSTS" in reply.content.decode()


def test_an_address_that_is_not_there_says_so(client: Client, db: None) -> None:
    reply = client.get("/no-such-page/")
    assert reply.status_code == 404
    assert "There is no such page" in reply.content.decode()


def test_an_address_that_takes_only_what_a_button_sends_says_so(
    client: Client, alice: User
) -> None:
    reply = client.get("/sign-out/")
    assert reply.status_code == 405
    assert "POST" in reply["Allow"]
    page = reply.content.decode()
    assert "This address is for a button" in page
    assert "To the openings" not in page
    client.force_login(alice)
    for address in ("/sign-out/", "/no-such-page/"):
        assert "To the openings" in client.get(address).content.decode()

"""What passes as an address can be sent to; what passes and could not would stop a sitting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.conftest import config_for

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.addresses import SUCH_AS, fault_of
from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.client import CallFailed
from evenhand.judges.llm.pacing import SystemClock
from evenhand.judges.llm.transport import Http
from evenhand.judges.llm.trying import try_judge
from evenhand.judges.llm.values import Outcome

UNNAMED = ["https://a..b/v1", f"https://{'a' * 64}.com/v1"]
"""Addresses that a client takes and nobody can connect to."""
UNBUILT = [
    "https://☃☃.example/v1",
    "https://a\u00ad.example/v1",
    "https://\u0661.example/v1",
    "https://llm.example/\x7f",
    "https://llm.example/v1\x01",
]


@pytest.mark.parametrize("address", UNNAMED)
def test_a_host_that_nobody_can_be_called_is_no_address(address: str) -> None:
    assert "no host is called that" in fault_of(address)


@pytest.mark.parametrize("address", UNBUILT)
def test_a_sign_that_no_address_can_hold_is_told(address: str) -> None:
    assert "no address can hold" in fault_of(address)


@pytest.mark.parametrize("address", ["", "llm.example", "ftp://llm.example", "https://[::1/v1"])
def test_what_is_no_address_of_the_web_at_all_is_shown_one(address: str) -> None:
    assert fault_of(address) == SUCH_AS


@pytest.mark.parametrize(
    "address", ["https://exämple.de/v1", "http://[::1]:8080/v1", "http://model_server:8000"]
)
def test_names_of_other_scripts_of_this_machine_and_of_a_network_are_fine(address: str) -> None:
    assert fault_of(address) == ""


@given(st.text(max_size=80), st.text(max_size=20))
def test_whatever_passes_can_be_asked(host: str, path: str) -> None:
    address = f"http://{host}/{path}"
    if not fault_of(address):
        Caller(config_for(address), {}).close()


@pytest.mark.parametrize("address", UNBUILT)
def test_an_address_that_was_let_through_once_is_told_as_any_fault_of_a_judge(address: str) -> None:
    with pytest.raises(JudgeError, match="cannot be the address of an endpoint"):
        Caller(config_for(address), {})
    with pytest.raises(JudgeError, match="cannot be the address of an endpoint"):
        try_judge(config_for(address), {})


@pytest.mark.parametrize("address", UNNAMED)
def test_a_host_that_cannot_be_looked_up_is_not_reached(address: str) -> None:
    http = Http(address, {}, timeout=1.0, connections=1, clock=SystemClock())
    with pytest.raises(CallFailed) as caught:
        http.post("/chat/completions", {})
    http.close()
    assert caught.value.outcome is Outcome.UNREACHABLE

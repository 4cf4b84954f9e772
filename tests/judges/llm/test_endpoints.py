"""However many panels a process loads, one endpoint is asked as fast as one may ask it."""

from __future__ import annotations

import threading

import pytest
from tests.judges.llm.conftest import FakeClock, config_for
from tests.judges.llm.servers import fails, says

from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.client import Message, Request
from evenhand.judges.llm.endpoints import _known, endpoint_of
from evenhand.judges.llm.pacing import GIVEN_UP, Pace, Traffic
from evenhand.judges.llm.values import Outcome

KEYS = {"LLM_KEY": "sk-one", "OTHER_KEY": "sk-two"}
ASKED = Request(("Say yes.",), (Message("user", "Go on."),), None, 8, 0.0)


@pytest.fixture
def caller(clock):
    made: list[Caller] = []

    def make(server, **settings) -> Caller:
        made.append(Caller(config_for(server.url, **settings), KEYS, clock=clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


def ask(caller: Caller):
    return caller.ask(ASKED, "any", lambda completion: completion.text)


def test_two_panels_that_ask_one_endpoint_keep_one_number_a_minute(serve, caller, clock):
    server = serve(says("yes"))
    first, second = (caller(server, per_minute=60) for _ in range(2))
    for one in (first, second, first):
        assert ask(one).value == "yes"
    assert sum(clock.slept) == pytest.approx(2.0)


def test_another_key_model_or_name_of_the_judge_counts_as_the_provider_counts(serve, caller, clock):
    server = serve(says("yes"))
    same = [caller(server, name=name, per_minute=60, key_env="LLM_KEY") for name in ("a", "b")]
    other = [
        caller(server, per_minute=60, key_env="OTHER_KEY"),
        caller(server, per_minute=60, key_env="LLM_KEY", model="big-1"),
    ]
    for one in (same[0], *other):
        ask(one)
    assert clock.slept == []
    ask(same[1])
    assert clock.slept == [1.0]


def test_a_panel_that_is_loaded_anew_lets_an_endpoint_rest_as_the_one_before_did(serve, caller):
    server = serve(fails(401))
    first = caller(server)
    for _ in range(GIVEN_UP):
        assert ask(first).call.outcome is Outcome.REJECTED
    first.close()
    assert ask(caller(server)).call.outcome is Outcome.RESTING
    assert len(server.seen) == GIVEN_UP


def test_a_wait_that_one_panel_was_told_holds_for_the_others(serve, caller, clock):
    server = serve(fails(429, Retry_After="30"), says("yes"))
    began = clock.now()
    ask(caller(server))
    endpoint = endpoint_of(config_for(server.url), None, clock)
    assert endpoint.traffic.next >= began + 30


def test_what_an_endpoint_refuses_is_asked_of_it_once_a_process(serve, caller):
    refuses = fails(400, b'{"error": {"message": "temperature is not supported"}}')
    server = serve(refuses, says("yes"))
    ask(caller(server))
    ask(caller(server))
    assert ["temperature" in one.body for one in server.seen] == [True, False, False]


def test_places_are_shared_and_each_keeps_to_its_own_number():
    clock, traffic = FakeClock(), Traffic()
    wide, narrow = Pace(2, None, clock, traffic), Pace(1, None, clock, traffic)
    went = threading.Event()

    def go() -> None:
        with narrow.turn():
            went.set()

    with wide.turn():
        thread = threading.Thread(target=go)
        thread.start()
        with wide.turn():
            assert not went.is_set()
        assert not went.is_set()
    thread.join(10)
    assert went.is_set()
    assert traffic.in_flight == 0


def test_no_key_is_kept_as_it_is(serve, caller):
    caller(serve(says("yes")), key_env="LLM_KEY")
    kept = [name for mine in _known.values() for name in mine]
    assert "sk-one" not in repr(kept)

"""How long a reply may be follows from what was asked for; results of a batch come line by line."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.conftest import config_for
from tests.judges.llm.servers import Act, FaultServer, Handler, raw, reply

from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.client import CallFailed, Message, Request
from evenhand.judges.llm.transport import LINES_SECONDS, MOST_BYTES, Http, _lines, most_bytes
from evenhand.judges.llm.values import Outcome

TOKENS = 2000


def written(tokens: int) -> bytes:
    """Return a reply of so many tokens with 20 alternatives each, as OpenAI sends it."""
    one = {"token": " interleave", "logprob": -17.12345678901234, "bytes": [*b" interleave"]}
    content = [one | {"top_logprobs": [one] * 20}] * tokens
    return reply("yes", logprobs={"content": content})


@pytest.mark.parametrize(("alternatives", "outcome"), [(20, Outcome.OK), (0, Outcome.BROKEN)])
def test_log_probabilities_make_a_reply_as_long_as_they_may(
    serve, clock, alternatives: int, outcome: Outcome
) -> None:
    body = written(TOKENS)
    assert MOST_BYTES < len(body) < most_bytes(TOKENS, 20)
    caller = Caller(config_for(serve(raw(body)).url), {}, clock=clock)
    asked = Request(("Say.",), (Message("user", "Go on."),), None, TOKENS, 0.0, alternatives)
    found = caller.ask(asked, "any", lambda completion: len(completion.written))
    caller.close()
    assert found.call.outcome is outcome
    assert found.value == (TOKENS if outcome is Outcome.OK else None)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_lines_are_the_same_wherever_they_are_cut_into_pieces(text: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert list(_lines(pieces, 300)) == text.split(b"\n")


def test_a_line_that_never_ends_is_given_up() -> None:
    with pytest.raises(CallFailed, match="a line is longer than 100 bytes"):
        list(_lines((b"x" * 30 for _ in range(1000)), 100))


def halting(release: threading.Event) -> Act:
    """Send one line, and the other when released."""

    def act(handler: Handler, _: object) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for number in range(2):
            line = json.dumps({"line": number}).encode() + b"\n"
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
            handler.wfile.flush()
            release.wait(30)
        handler.wfile.write(b"0\r\n\r\n")

    return act


@pytest.fixture
def lines(serve: Callable[..., FaultServer], clock):
    release = threading.Event()
    http = Http(serve(halting(release)).url, {}, timeout=30.0, connections=1, clock=clock)
    yield release, http.get_lines("/results", 100)
    release.set()
    http.close()


def test_each_line_is_given_as_it_comes_though_all_take_longer_than_one_attempt(
    lines, clock
) -> None:
    release, found = lines
    assert next(found) == {"line": 0}
    clock.sleep(LINES_SECONDS - 1)
    release.set()
    assert list(found) == [{"line": 1}]


def test_results_that_take_longer_than_an_hour_are_given_up(lines, clock) -> None:
    release, found = lines
    next(found)
    clock.sleep(LINES_SECONDS + 1)
    release.set()
    with pytest.raises(CallFailed) as caught:
        list(found)
    assert caught.value.outcome is Outcome.TIMEOUT

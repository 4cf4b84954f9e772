"""Make one call to a judge's model, to see whether it can be reached. No answer is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from evenhand.judges.llm.calling import WIRES, key_of
from evenhand.judges.llm.client import CallFailed, Completion, Message, Request
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.pacing import Clock, SystemClock
from evenhand.judges.llm.transport import Http
from evenhand.judges.llm.values import Outcome, Tokens

LONGEST = 20.0
"""Seconds that somebody waits for it at a page."""
_ASKED = Request(
    ("This is a test of the connection.",),
    (Message("user", "Reply with the word: yes"),),
    None,
    64,
    0.0,
    may_be_cut=True,
)


@dataclass(frozen=True)
class Tried:
    """What came of the call.

    Attributes:
        outcome: How it ended.
        detail: Why it came to nothing, in words of ours; empty where it did not.
        seconds: How long it took.
        tokens: What it took.
        micros: What it cost, in millionths of the currency.
    """

    outcome: Outcome
    detail: str
    seconds: float
    tokens: Tokens
    micros: Decimal


def try_judge(
    judge: JudgeConfig, environ: Mapping[str, str], *, clock: Clock | None = None
) -> Tried:
    """Make one attempt, of at most 20 seconds.

    Raises:
        JudgeError: its key is not set or cannot be one, or its address cannot be one.
    """
    clock = clock or SystemClock()
    judge = replace(judge, timeout=min(judge.timeout, LONGEST))
    started = clock.now()
    outcome, detail = Outcome.OK, ""
    try:
        tokens = _attempt(judge, key_of(judge, environ), clock).tokens
    except CallFailed as failure:
        outcome, detail, tokens = failure.outcome, failure.detail, failure.tokens
    return Tried(outcome, detail, clock.now() - started, tokens, tokens.micros(judge.price))


def _attempt(judge: JudgeConfig, key: str | None, clock: Clock) -> Completion:
    """Send once; more than once only while the endpoint objects to parts of the body."""
    wire = WIRES[judge.kind](judge.model)
    http = Http(
        judge.base_url, wire.headers(key), timeout=judge.timeout, connections=1, clock=clock
    )
    without: frozenset[str] = frozenset()
    try:
        while True:
            reply = http.post(wire.path, wire.body(_ASKED, without))
            if reply.status < 300:
                return wire.read(reply.body, _ASKED)
            conceded = wire.concede(reply.body, without)
            if conceded is None:
                raise reply.objection
            without = conceded
    finally:
        http.close()

"""Ask a model until it answers or is given up: pace, attempts, waits, and the account of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Generic, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.anthropic import AnthropicWire
from evenhand.judges.llm.client import CallFailed, Completion, Request, Wire, estimated
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.endpoints import SYSTEM_CLOCK, endpoint_of
from evenhand.judges.llm.openai_compatible import OpenAIWire
from evenhand.judges.llm.pacing import LASTING, PATIENCE, Clock, Pace, wait_before
from evenhand.judges.llm.transport import Http, most_bytes
from evenhand.judges.llm.values import LOGPROBS, USAGE, Call, Outcome, Tokens

T = TypeVar("T")
_log = logging.getLogger(__name__)

ATTEMPTS = 4
"""At most, but for those that a storm lets come to nothing and that cost nothing."""
CONTENT_ATTEMPTS = 2
"""A reply that was refused, cut or broken was paid for: it is asked for once more, not three
times."""
_CONTENT = {Outcome.REFUSED, Outcome.BROKEN, Outcome.CUT}
_FINAL = {Outcome.REJECTED, Outcome.OBJECTED, Outcome.RESTING}
_BUSY = {Outcome.LIMITED, Outcome.SERVER_ERROR}
"""A storm lasts as long as it lasts: what counts is the time, not how often it was tried."""
_MAY_PASS = {*_BUSY, Outcome.TIMEOUT, Outcome.UNREACHABLE}
_AT_FAULT = {*_MAY_PASS, Outcome.REJECTED}
_RESTING = "given up several times in a row and now resting"
_SILENT = {Outcome.OBJECTED, Outcome.RESTING}
"""How a call ends that says nothing of the endpoint: it was about the answer, or not made."""
WIRES: dict[str, Callable[[str], Wire]] = {"openai": OpenAIWire, "anthropic": AnthropicWire}


@dataclass(frozen=True)
class Asked(Generic[T]):
    """What became of a request: what was read of the reply, or why there is none.

    Attributes:
        value: What was read; None after a failure.
        reason: Why there is none; None after a success.
        call: The account.
    """

    value: T | None
    reason: str | None
    call: Call


@dataclass
class _Spent:
    """What a call has taken so far.

    Attributes:
        counted: Attempts that were paid for or that came to nothing otherwise than in a storm.
        queued: Seconds that went by waiting for our own turn.
        rested: Whether it has waited while the judge rested.
        last_try: Whether it is made once more after all its time.
        last: How its latest attempt failed.
        missing: What replies left out.
    """

    started: float
    tokens: Tokens = field(default_factory=Tokens)
    retries: int = 0
    counted: int = 0
    sent: int = 0
    queued: float = 0.0
    rested: bool = False
    last_try: bool = False
    last: CallFailed | None = None
    missing: set[str] = field(default_factory=set)
    id: str = field(default_factory=lambda: uuid4().hex)

    def leaves(self) -> None:
        """Count one more time that the text left."""
        self.sent += 1


class Caller:
    """Asks one judge's model. Safe to use from many threads."""

    def __init__(
        self,
        judge: JudgeConfig,
        environ: Mapping[str, str],
        *,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        """Prepare to ask; nothing is sent.

        Args:
            judge: Where and how fast.
            environ: Where the key is looked up.
            clock: What time goes by.
            random: What the jitter is drawn from.

        Raises:
            JudgeError: the key's variable is not set or cannot be a header, or the address is none.
        """
        self._judge = judge
        self._host = urlsplit(judge.base_url).netloc
        self._clock = clock or SYSTEM_CLOCK
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._wire = WIRES[judge.kind](judge.model)
        key = key_of(judge, environ)
        self._http = Http(
            judge.base_url,
            self._wire.headers(key),
            timeout=judge.timeout,
            connections=judge.concurrency,
            clock=self._clock,
        )
        self._endpoint = endpoint_of(judge, key, self._clock)
        self._pace = Pace(judge.concurrency, judge.per_minute, self._clock, self._endpoint.traffic)
        self._rest = self._endpoint.rest
        self._stopped = False
        self._why = _RESTING

    def stop(self) -> None:
        """Ask nothing any more, and nothing again."""
        self._stopped = True

    def close(self) -> None:
        """Stop, and close the connections; on one that is in use or being made, it is too early."""
        self.stop()
        self._http.close()

    def ask(
        self,
        request: Request,
        dimension: str,
        read: Callable[[Completion], T],
        note: Callable[[Call], None] | None = None,
    ) -> Asked[T]:
        """Ask until a reply can be read. Never raises for what an endpoint does.

        Args:
            request: What to ask.
            dimension: What the call is accounted to.
            read: Makes sense of a completion; raises CallFailed where it cannot.
            note: Told of the call as it stands after each attempt that came to nothing, before the
                next is made.
        """
        spent = _Spent(self._clock.now())
        try:
            return self._ask(request, dimension, read, note, spent)
        finally:
            self._rest.leave(spent.id)

    def _ask(
        self,
        request: Request,
        dimension: str,
        read: Callable[[Completion], T],
        note: Callable[[Call], None] | None,
        spent: _Spent,
    ) -> Asked[T]:
        while True:
            try:
                completion = self._attempt(request, spent)
                spent.tokens += completion.tokens
                value = read(completion)
            except CallFailed as failure:
                spent.tokens += failure.tokens
                resting = failure.outcome is Outcome.RESTING and not self._stopped
                # A call that went out and then met a rest ended by what came of it before.
                spent.last = (resting and spent.last) or failure
                call = self._call(dimension, spent, spent.last.outcome)
                if note is not None:
                    note(call)
                if not self._again(failure, spent):
                    self._tell(call)
                    return Asked(None, _reason(spent.last, spent.retries), call)
            else:
                self._rest.note(spent.id, given_up=False)
                call = self._call(dimension, spent, Outcome.OK)
                self._tell(call)
                return Asked(value, None, call)

    def _again(self, failure: CallFailed, spent: _Spent) -> bool:
        """Wait and say yes where the call is made again; else note what it says of the endpoint.

        One that a storm has outlasted is made once more after the rest that it brings about.
        """
        if _worth_another(failure, spent, self._elapsed(spent)):
            spent.retries += 1
            self._wait(failure, spent.retries)
            return True
        if failure.outcome in _SILENT:
            return False
        self._why = f"{failure.detail}, and it rests" if failure.account else _RESTING
        too_long = (failure.retry_after or 0.0) > PATIENCE
        rests = self._rest.note(
            spent.id,
            given_up=failure.outcome in _AT_FAULT,
            may_pass=failure.outcome in _MAY_PASS and not too_long,
            at_once=failure.outcome in _BUSY or failure.account,
        )
        again = rests and not spent.last_try and failure.outcome in _BUSY
        if not again or too_long or spent.counted >= ATTEMPTS:
            return False
        spent.last_try = True
        spent.retries += 1
        return True

    def _elapsed(self, spent: _Spent) -> float:
        return max(self._clock.now() - spent.started - spent.queued, 0.0)

    def _admit(self, spent: _Spent) -> None:
        """Wait out a rest, once a call.

        Raises:
            CallFailed: the judge may not be asked now.
        """
        came = self._clock.now()
        admitted = not self._stopped and self._rest.admits(spent.id, patient=not spent.rested)
        waited = self._clock.now() - came
        spent.queued += waited
        spent.rested |= waited > 0
        if self._stopped:
            raise CallFailed(Outcome.RESTING, "the panel was closed")
        if not admitted:
            raise CallFailed(Outcome.RESTING, self._why)

    def _attempt(self, request: Request, spent: _Spent) -> Completion:
        """Send once; more than once only while the endpoint objects to parts of the body."""
        self._admit(spent)
        without = self._endpoint.without
        while True:
            with self._pace.turn() as waited:
                spent.queued += waited
                body = self._wire.body(request, without)
                most = most_bytes(request.max_output_tokens, request.top_logprobs)
                reply = self._http.post(self._wire.path, body, spent.leaves, most=most)
            if reply.status < 300:
                # Kept only once it has helped: a complaint may have been about something else.
                self._endpoint.without |= without
                return self._counted(self._wire.read(reply.body, request), request, spent)
            conceded = self._wire.concede(reply.body, without)
            if conceded is None:
                raise reply.objection
            without = conceded

    def _counted(self, completion: Completion, request: Request, spent: _Spent) -> Completion:
        """Note what a reply leaves out; tokens that cost something are estimated there."""
        if request.top_logprobs and not completion.written:
            spent.missing.add(LOGPROBS)
        if completion.tokens != Tokens() or self._judge.price.free:
            return completion
        spent.missing.add(USAGE)
        return replace(completion, tokens=estimated(request, completion.text))

    def _wait(self, failure: CallFailed, retry: int) -> None:
        seconds = wait_before(retry, failure.retry_after, self._random)
        if failure.retry_after is not None:
            self._pace.hold(failure.retry_after)
        self._clock.sleep(seconds)

    def _call(self, dimension: str, spent: _Spent, outcome: Outcome) -> Call:
        tokens = spent.tokens
        return Call(
            self._judge.name,
            self._judge.model,
            dimension,
            tokens.prompt,
            tokens.cached,
            tokens.output,
            tokens.micros(self._judge.price),
            self._elapsed(spent),
            spent.retries,
            False,
            outcome,
            spent.id,
            host=self._host if spent.sent else "",
            sent=spent.sent,
            missing=tuple(sorted(spent.missing)),
        )

    def _tell(self, call: Call) -> None:
        """Log what left, and when: no word of the answer, the question or the reply, and no key."""
        _log.info(
            "sent to %s: model %s, judge %s, %s: %s, %d tokens read, %d written, %.1f s, again %d, "
            "not given: %s",
            self._host,
            call.model,
            call.judge,
            call.dimension,
            call.outcome.value,
            call.prompt_tokens,
            call.output_tokens,
            call.latency,
            call.retries,
            ", ".join(call.missing) or "nothing",
        )


def _worth_another(failure: CallFailed, spent: _Spent, elapsed: float) -> bool:
    """Count an attempt that came to nothing, and say whether to make another."""
    is_busy = failure.outcome in _BUSY
    spent.counted += not is_busy or failure.tokens != Tokens()
    if failure.outcome in _FINAL or (failure.retry_after or 0.0) > PATIENCE:
        return False
    if is_busy and elapsed >= LASTING:
        return False
    return spent.counted < (CONTENT_ATTEMPTS if failure.outcome in _CONTENT else ATTEMPTS)


def _reason(failure: CallFailed, retries: int) -> str:
    again = {0: "", 1: ", after 1 retry"}.get(retries, f", after {retries} retries")
    return f"{failure.detail}{again}"


def key_of(judge: JudgeConfig, environ: Mapping[str, str]) -> str | None:
    """Look the key up; its value never enters a message.

    Raises:
        JudgeError: its variable is not set or cannot be a header.
    """
    if judge.key_env is None:
        return None
    key = environ.get(judge.key_env, "").strip()
    if not key:
        raise JudgeError(f"judge {judge.name}: set the environment variable {judge.key_env}")
    if not key.isascii() or not key.isprintable():
        raise JudgeError(f"judge {judge.name}: {judge.key_env} holds what no key can hold")
    return key

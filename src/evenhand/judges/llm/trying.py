"""Make one call to a judge's model, to see what it makes of a request as answers bring it about.

What is asked is the real thing, with the judge's own form and length, about a made-up answer to a
question of the pack that comes along. No candidate's words are sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import uuid4

from evenhand.judges.llm.calling import WIRES, key_of
from evenhand.judges.llm.client import CallFailed, Completion, Request, estimated, off_form
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.pacing import Clock, SystemClock
from evenhand.judges.llm.parsing import read_draw, yes_over_no
from evenhand.judges.llm.prompting import check, structured
from evenhand.judges.llm.transport import Http
from evenhand.judges.llm.values import LOGPROBS, USAGE, Call, Outcome, Tokens
from evenhand.rubric import Dimension, load_pack, shipped_pack

LONGEST = 60.0
"""Seconds that somebody waits for it at a page; a model that thinks takes as long for an answer."""
_CODE = "qhxwbdmz"


@dataclass(frozen=True)
class Tried:
    """What came of the call.

    Attributes:
        call: What it took, as the account has it; tokens are estimated where nobody counted.
        detail: Why it came to nothing, in words of ours; empty where it did not.
        left_out: What the endpoint did not take, by the names that wires have for it.
        logprobs: Whether log-probabilities came; None where none were asked for.
    """

    call: Call
    detail: str
    left_out: tuple[str, ...] = ()
    logprobs: bool | None = None

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return self.call.outcome

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.call.latency

    @property
    def tokens(self) -> Tokens:
        """What it took."""
        return self.call.tokens

    @property
    def micros(self) -> Decimal:
        """What it cost, in millionths of the currency."""
        return self.call.micros

    @property
    def usage(self) -> bool:
        """Whether the endpoint counted tokens."""
        return USAGE not in self.call.missing


def try_judge(
    judge: JudgeConfig, environ: Mapping[str, str], *, clock: Clock | None = None
) -> Tried:
    """Make one attempt, of at most a minute.

    Raises:
        JudgeError: its key is not set or cannot be one, or its address cannot be one.
    """
    clock = clock or SystemClock()
    judge = replace(judge, timeout=min(judge.timeout, LONGEST))
    key = key_of(judge, environ)
    request, dimension = _asked(judge)
    started = clock.now()
    sent = _Sent()
    completion = None
    outcome, detail, tokens = Outcome.OK, "", Tokens()
    try:
        completion = _attempt(judge, request, key, clock, sent)
        tokens = completion.tokens
        _check(judge, completion, dimension)
    except CallFailed as failure:
        outcome, detail = failure.outcome, failure.detail
        tokens = tokens if completion else failure.tokens
    missing = []
    logprobs = bool(completion.written) if completion and request.top_logprobs else None
    if logprobs is False:
        missing.append(LOGPROBS)
    if completion is not None and tokens == Tokens():
        missing.append(USAGE)
        tokens = estimated(request, completion.text)
    call = Call(
        judge.name, judge.model, dimension.id, tokens.prompt, tokens.cached, tokens.output,
        tokens.micros(judge.price), clock.now() - started, 0, False, outcome, uuid4().hex,
        host=urlsplit(judge.base_url).netloc if sent.times else "",
        sent=sent.times, missing=tuple(missing),
    )  # fmt: skip
    return Tried(call, detail, tuple(sorted(sent.without)), logprobs)


@dataclass
class _Sent:
    """How often the text left, and what was left out of the body the last time."""

    times: int = 0
    without: frozenset[str] = frozenset()

    def leaves(self) -> None:
        """Count one more time."""
        self.times += 1


def _asked(judge: JudgeConfig) -> tuple[Request, Dimension]:
    """Return the first request that an answer would bring about, about a made-up one."""
    # Not above: whoever only names what was tried is not to load all judges.
    from evenhand.judges.canary import KNOWN_WORST

    pack = load_pack(shipped_pack())
    prompt = pack.prompts[0]
    dimension = pack.dimension(next(iter(prompt.dimensions)))
    if judge.style == "checklist":
        return check(prompt, dimension.indicators[0], KNOWN_WORST, _CODE), dimension
    return structured(judge, pack, prompt, dimension, KNOWN_WORST, _CODE), dimension


def _check(judge: JudgeConfig, completion: Completion, dimension: Dimension) -> None:
    """Raise CallFailed where nothing could be read of such a reply."""
    if judge.style == "structured":
        read_draw(completion, dimension)
    elif yes_over_no(completion.written) is None:
        raise off_form("the model said neither yes nor no with log-probabilities")


def _attempt(
    judge: JudgeConfig, request: Request, key: str | None, clock: Clock, sent: _Sent
) -> Completion:
    """Send once; more than once only while the endpoint objects to parts of the body."""
    wire = WIRES[judge.kind](judge.model)
    http = Http(
        judge.base_url, wire.headers(key), timeout=judge.timeout, connections=1, clock=clock
    )
    without: frozenset[str] = frozenset()
    try:
        while True:
            reply = http.post(wire.path, wire.body(request, without), sent.leaves)
            if reply.status < 300:
                sent.without = without
                return wire.read(reply.body, request)
            conceded = wire.concede(reply.body, without)
            if conceded is None:
                raise reply.objection
            without = conceded
    finally:
        http.close()

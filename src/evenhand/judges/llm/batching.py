"""Ask ahead of time, in batches, which providers do for less money when it can wait.

What a batch brings goes into the cache of replies. The panel is then run as ever and finds it
there; what a batch did not bring, because it failed, expired or was cut, the panel asks directly.
A ticket is made of plain values, so that whoever is cut off between handing in and fetching can go
on with it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batch_wires import BATCH_WIRES, Item
from evenhand.judges.llm.budget import Allowance, Purse
from evenhand.judges.llm.caching import CacheKey, ReplyCache, kept_from
from evenhand.judges.llm.calling import ATTEMPTS, WIRES, key_of
from evenhand.judges.llm.client import CallFailed
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.judge import reading_key, screened_for
from evenhand.judges.llm.pacing import Clock, SystemClock, wait_before
from evenhand.judges.llm.prompting import fence_code, structured
from evenhand.judges.llm.reading import draw_form, draw_part
from evenhand.judges.llm.transport import Http
from evenhand.judges.llm.values import Call, Outcome, Tokens
from evenhand.rubric import Pack, Prompt

T = TypeVar("T")

LOOK_EVERY = 30.0
"""Seconds between two looks at a batch."""
LOOKS_AFTER_CANCEL = 10
"""What was done before a batch was cancelled is paid for, and worth waiting for."""
MOST_ITEMS = 10_000
"""Requests of one batch; both providers take more."""
_PASSING = frozenset(Outcome) - {Outcome.REJECTED, Outcome.OBJECTED}
_NOT_TAKEN = {Outcome.LIMITED, Outcome.SERVER_ERROR}
"""Ends of an attempt after which there is no batch. After any other there may be one, which must
not be paid for twice."""


class Due(NamedTuple):
    """What one request of a batch is to be about; `answer` is the screened text."""

    prompt: str
    dimension: str
    key: CacheKey
    answer: str


@dataclass(frozen=True)
class Ticket:
    """A batch that was handed in.

    Attributes:
        id: The provider's.
        judge: Whose batch it is.
        asked: Prompt, dimension and cache key of each request, in the order of their names.
    """

    id: str
    judge: str
    asked: tuple[tuple[str, str, CacheKey], ...]

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        asked = [[prompt, dimension, asdict(key)] for prompt, dimension, key in self.asked]
        return {"id": self.id, "judge": self.judge, "asked": asked}

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Ticket":
        """Read what `plain` wrote."""
        asked = tuple((one[0], one[1], CacheKey(**one[2])) for one in found["asked"])
        return cls(found["id"], found["judge"], asked)


@dataclass(frozen=True)
class Collected:
    """What a batch brought.

    Attributes:
        calls: The account of every reply, used or not.
        kept: How many went into the cache.
        missing: How many did not, and are asked for directly when they are needed.
    """

    calls: tuple[Call, ...]
    kept: int
    missing: int


class Batcher:
    """Hands in, looks after and fetches the batches of one judge. To be closed after use.

    Args:
        judge: A judge of the structured style: a checklist asks one thing after the other.
        environ: Where the key is looked up.
        cache: Where replies go.
        clock: What time goes by.
        random: What jitter is drawn from.

    Raises:
        JudgeError: the judge asks by checklist, or its key is not set.
    """

    def __init__(
        self,
        judge: JudgeConfig,
        environ: Mapping[str, str],
        cache: ReplyCache,
        *,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        if judge.style != "structured":
            raise JudgeError(f"judge {judge.name}: only structured judges can be asked in batches")
        self._judge, self._cache = judge, cache
        self._clock = clock or SystemClock()
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._wire, self._batches = WIRES[judge.kind](judge.model), BATCH_WIRES[judge.kind]
        headers = self._wire.headers(key_of(judge, environ))
        self._http = Http(
            judge.base_url, headers, timeout=judge.timeout, connections=1, clock=self._clock
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def wanted(self, pack: Pack, answers: Iterable[tuple[Prompt, str]]) -> list[Due]:
        """Return what the cache does not hold of all that would be asked about answers.

        Where routing wants fewer dimensions, hand over the prompt with no more than those.
        """
        draws = 1 if self._judge.logprobs else self._judge.draws
        found: dict[CacheKey, Due] = {}
        for prompt, given in answers:
            screened = screened_for(pack, prompt, given)
            for name in prompt.dimensions:
                whole = reading_key(self._judge, pack, prompt, pack.dimension(name), screened)
                for key in (replace(whole, part=draw_part(number)) for number in range(draws)):
                    if self._cache.get(key) is None:
                        found[key] = Due(prompt.id, name, key, screened.text)
        return list(found.values())

    def submit(self, pack: Pack, asked: Sequence[Due]) -> Ticket:
        """Hand a batch in.

        Raises:
            JudgeError: there is nothing to ask, or too much for one batch.
            CallFailed: the provider does not take it.
        """
        if not 0 < len(asked) <= MOST_ITEMS:
            raise JudgeError(f"a batch takes 1 to {MOST_ITEMS} requests, not {len(asked)}")
        items = [Item(f"r{number}", self._body(pack, one)) for number, one in enumerate(asked)]
        batch = self._again(lambda: self._batches.submit(self._http, items), only=_NOT_TAKEN)
        about = tuple((one.prompt, one.dimension, one.key) for one in asked)
        return Ticket(batch, self._judge.name, about)

    def ended(self, ticket: Ticket) -> bool:
        """Look once whether a batch has ended, well or not.

        Raises:
            CallFailed: the provider does not say.
        """
        return self._again(lambda: self._batches.ended(self._http, ticket.id))

    def cancel(self, ticket: Ticket) -> None:
        """Ask for what is not done yet to be left, so that it is not paid for.

        Raises:
            CallFailed: the provider does not take it.
        """
        self._again(lambda: self._batches.cancel(self._http, ticket.id))

    def collect(self, pack: Pack, ticket: Ticket, *, waited: float = 0.0) -> Collected:
        """Fetch what a batch brought and keep every reply that is of use.

        Args:
            pack: Whose dimensions were asked about.
            ticket: Of the batch.
            waited: Seconds since it was handed in, for the account.

        Raises:
            CallFailed: the results cannot be fetched.
        """
        names = {f"r{number}": about for number, about in enumerate(ticket.asked)}
        calls: list[Call] = []
        kept = 0
        for name, reply in self._again(lambda: self._batches.results(self._http, ticket.id)):
            # Each name counts once: a provider that repeats itself is not paid twice.
            about = names.pop(name, None)
            if about is not None:
                calls.append(self._keep(pack, about, reply, waited))
                kept += calls[-1].outcome is Outcome.OK
        return Collected(tuple(calls), kept, len(ticket.asked) - kept)

    def read_ahead(
        self,
        pack: Pack,
        answers: Iterable[tuple[Prompt, str]],
        *,
        patience: float,
        purse: Purse | None = None,
    ) -> Collected:
        """Ask about answers in one batch and wait for it. What goes wrong is left to direct calls.

        Args:
            pack: What answers are rated by.
            answers: Those to come; more than one batch takes are left to direct calls.
            patience: Seconds to wait; then what is not done is cancelled.
            purse: What may be spent; from its soft limit on, nothing is asked ahead.
        """
        due = self.wanted(pack, answers)[:MOST_ITEMS]
        open_purse = purse is None or purse.ruling.allowance is Allowance.ALL
        if not due or not (open_purse or self._judge.price.free):
            return Collected((), 0, len(due))
        try:
            ticket = self.submit(pack, due)
            started = self._clock.now()
            if not self._wait(ticket, patience):
                self.cancel(ticket)
                self._wait(ticket, LOOKS_AFTER_CANCEL * LOOK_EVERY)
            found = self.collect(pack, ticket, waited=self._clock.now() - started)
        except CallFailed:
            return Collected((), 0, len(due))
        if purse is not None:
            purse.note(found.calls)
        return found

    def _wait(self, ticket: Ticket, patience: float) -> bool:
        """Look again and again; say whether the batch ended in time."""
        until = self._clock.now() + patience
        while not self.ended(ticket):
            if self._clock.now() >= until:
                return False
            self._clock.sleep(LOOK_EVERY)
        return True

    def _body(self, pack: Pack, one: Due) -> dict[str, Any]:
        code = fence_code(one.answer, lambda: token_hex(8))
        prompt, dimension = pack.prompt(one.prompt), pack.dimension(one.dimension)
        request = structured(self._judge, pack, prompt, dimension, one.answer, code)
        return self._wire.body(request, frozenset())

    def _keep(
        self, pack: Pack, about: tuple[str, str, CacheKey], reply: Any, waited: float
    ) -> Call:
        prompt, dimension = pack.prompt(about[0]), pack.dimension(about[1])
        form = draw_form(dimension)
        # What was sent is not kept; for reading a reply only its form counts.
        request = structured(self._judge, pack, prompt, dimension, "", "")
        tokens = Tokens()
        try:
            completion = self._wire.read(reply, request)
            tokens = completion.tokens
            draw = form.read(completion)
        except CallFailed as failure:
            spent = tokens + failure.tokens
            return self._call(dimension.id, spent, waited, failure.outcome)
        call = self._call(dimension.id, tokens, waited, Outcome.OK)
        self._cache.put(about[2], kept_from(form.plain(draw), call))
        return call

    def _call(self, dimension: str, tokens: Tokens, waited: float, outcome: Outcome) -> Call:
        judge = self._judge
        return Call(
            judge.name,
            judge.model,
            dimension,
            tokens.prompt,
            tokens.cached,
            tokens.output,
            tokens.micros(judge.price, judge.batch_share),
            waited,
            0,
            False,
            outcome,
            uuid4().hex,
        )

    def _again(self, attempt: Callable[[], T], only: Collection[Outcome] = _PASSING) -> T:
        """Try as often as a single call would be tried, after failures that may pass."""
        retries = 0
        while True:
            try:
                return attempt()
            except CallFailed as failure:
                if failure.outcome not in only or retries + 1 >= ATTEMPTS:
                    raise
                retries += 1
                self._clock.sleep(wait_before(retries, failure.retry_after, self._random))

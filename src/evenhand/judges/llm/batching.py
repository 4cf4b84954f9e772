"""Ask ahead of time, in batches, which providers do for less money when it can wait.

What a batch brings goes into the cache of replies. The panel is then run as ever and finds it
there; what a batch did not bring, because it failed, expired or was cut, the panel asks directly.
A ticket is made of plain values and written down before a batch is handed in (`tickets`), so that
whoever is cut off goes on with it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

from evenhand.judges.cases import foreign_sentences
from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.batch_wires import BATCH_WIRES, Item
from evenhand.judges.llm.caching import CacheKey, ReplyCache, keep_receipt, kept_from
from evenhand.judges.llm.calibration import made_from
from evenhand.judges.llm.calling import ATTEMPTS, WIRES, key_of
from evenhand.judges.llm.client import CallFailed, Message
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.endpoints import SYSTEM_CLOCK, endpoint_of
from evenhand.judges.llm.judge import reading_key, screened_for
from evenhand.judges.llm.pacing import Clock, wait_before
from evenhand.judges.llm.prompting import TOP_LOGPROBS, fence_code, structured
from evenhand.judges.llm.reading import draw_form, draw_part
from evenhand.judges.llm.transport import Http, most_bytes
from evenhand.judges.llm.values import Call, Outcome, Tokens
from evenhand.judges.reading import own_clauses
from evenhand.rubric import Pack, Prompt

T = TypeVar("T")

MOST_ITEMS = 10_000
"""Requests of one batch; both providers take more."""
TELLING = 3
"""Different answers whose refusal speaks of the request's form, and no longer of one's words."""
_TRIED = ("This is a test of the connection. Reply in JSON.",)
_TRIED_TURNS = (Message("user", "Begin."),)
_PASSING = frozenset(Outcome) - {Outcome.REJECTED, Outcome.OBJECTED}


class Due(NamedTuple):
    """What one request of a batch is to be about; `answer` is the screened text."""

    prompt: str
    dimension: str
    key: CacheKey
    answer: str


@dataclass(frozen=True)
class Ticket:
    """A batch that is about to be handed in, or was.

    Attributes:
        name: Ours; requests are named by it, so that no other batch is taken for this one.
        made_from: The judge, the prompts and the pack as they are; see `calibration.made_from`.
        asked: Prompt, dimension and cache key of each request, in the order of their names.
        handed_in: Seconds since 1970.
        id: The provider's; empty until it has said so.
    """

    name: str
    made_from: Mapping[str, str]
    asked: tuple[tuple[str, str, CacheKey], ...]
    handed_in: float
    id: str = ""

    @property
    def requests(self) -> dict[str, tuple[str, str, CacheKey]]:
        """What each request is about, by its name."""
        return {f"{self.name}-{number}": about for number, about in enumerate(self.asked)}

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        asked = [[prompt, dimension, asdict(key)] for prompt, dimension, key in self.asked]
        return {**vars(self), "made_from": dict(self.made_from), "asked": asked}

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Ticket":
        """Read what `plain` wrote.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: it is not of that form.
        """
        asked = tuple((str(p), str(d), CacheKey(**key)) for p, d, key in found["asked"])
        made = {str(name): str(of) for name, of in found["made_from"].items()}
        at = float(found["handed_in"])
        return cls(str(found["name"]), made, asked, at, str(found["id"]))


@dataclass(frozen=True)
class Collected:
    """What a batch brought.

    Attributes:
        calls: The account of every reply, used or not.
        kept: How many went into the cache.
        missing: How many did not, and are asked for directly when they are needed.
        errors: How many came to each error, by its code.
        hopeless: Whether every request was refused alike: so would they be if asked directly.
    """

    calls: tuple[Call, ...]
    kept: int
    missing: int
    errors: Mapping[str, int]
    hopeless: bool

    @property
    def commonest(self) -> str:
        """The code of the commonest error and how many came to it; empty where there is none."""
        if not self.errors:
            return ""
        code = max(self.errors, key=lambda one: self.errors[one])
        return f"{code} ({self.errors[code]} of {self.kept + self.missing})"


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
        self.judge, self.clock = judge, clock or SYSTEM_CLOCK
        self._cache = cache
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._wire, self._batches = WIRES[judge.kind](judge.model), BATCH_WIRES[judge.kind]
        key = key_of(judge, environ)
        headers = self._wire.headers(key)
        self._endpoint = endpoint_of(judge, key, self.clock)
        alternatives = TOP_LOGPROBS if judge.logprobs else 0
        self._most = most_bytes(judge.max_output_tokens, alternatives)
        self._http = Http(
            judge.base_url, headers, timeout=judge.timeout, connections=1, clock=self.clock
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def wanted(self, pack: Pack, answers: Iterable[tuple[Prompt, str]]) -> list[Due]:
        """Return what the cache does not hold of all that would be asked about answers.

        A panel shows nobody an answer that says nothing of its own, and neither is it asked here.
        """
        draws = 1 if self.judge.logprobs else self.judge.draws
        found: dict[CacheKey, Due] = {}
        for prompt, given in answers:
            screened = screened_for(pack, prompt, given)
            if not own_clauses(screened.text, foreign_sentences(pack, prompt)):
                continue
            for name in prompt.dimensions:
                whole = reading_key(self.judge, pack, prompt, pack.dimension(name), screened)
                for key in (replace(whole, part=draw_part(number)) for number in range(draws)):
                    if self._cache.get(key) is None:
                        found[key] = Due(prompt.id, name, key, screened.text)
        return list(found.values())

    def ticket(self, pack: Pack, asked: Sequence[Due], now: float) -> Ticket:
        """Return the ticket of a batch that is to be handed in at a moment.

        Raises:
            JudgeError: there is nothing to ask, or too much for one batch.
        """
        if not 0 < len(asked) <= MOST_ITEMS:
            raise JudgeError(f"a batch takes 1 to {MOST_ITEMS} requests, not {len(asked)}")
        about = tuple((one.prompt, one.dimension, one.key) for one in asked)
        return Ticket(token_hex(8), made_from(pack, self.judge), about, now)

    def negotiate(self, pack: Pack, one: Due) -> None:
        """Make one direct call of the same form about nothing, to learn what is refused in it.

        A batch has nobody to mend a body that is objected to: every line of it would fail. A
        failure that may pass tells nothing of the form, and keeps no batch back.

        Raises:
            CallFailed: the endpoint does not take requests of this form, or not from us.
        """
        prompt, dimension = pack.prompt(one.prompt), pack.dimension(one.dimension)
        asked = structured(self.judge, pack, prompt, dimension, "", "")
        asked = replace(asked, instruction=_TRIED, messages=_TRIED_TURNS)
        without = self._endpoint.without
        try:
            while True:
                body = self._wire.body(asked, without)
                reply = self._http.post(self._wire.path, body, most=self._most)
                if reply.status < 300:
                    self._endpoint.without |= without
                    return
                conceded = self._wire.concede(reply.body, without)
                if conceded is None:
                    raise reply.objection
                without = conceded
        except CallFailed as failure:
            if failure.outcome not in _PASSING:
                raise

    def prepare(self, pack: Pack, ticket: Ticket, asked: Sequence[Due]) -> dict[str, Any]:
        """Do all for a batch that costs nothing, and return what `hand_in` sends.

        Raises:
            CallFailed: the provider does not take it; there is no batch.
        """
        items = [
            Item(name, self._body(pack, one))
            for name, one in zip(ticket.requests, asked, strict=True)
        ]
        return self._again(lambda: self._batches.prepare(self._http, items))

    def hand_in(self, ticket: Ticket, body: dict[str, Any]) -> Ticket:
        """Hand a batch in, and return its ticket with the provider's id.

        Raises:
            CallFailed: the provider does not take it, or does not say that it did: then there may
                be a batch, which must not be paid for twice.
        """
        only = {Outcome.LIMITED}
        return replace(
            ticket, id=self._again(lambda: self._batches.create(self._http, body), only=only)
        )

    def ended(self, ticket: Ticket) -> bool:
        """Look once whether a batch has ended, well or not.

        Raises:
            CallFailed: the provider does not say.
        """
        return self._again(lambda: self._batches.ended(self._http, ticket.id))

    def collect(self, pack: Pack, ticket: Ticket, *, now: float) -> Collected:
        """Fetch what a batch brought and keep every reply that is of use.

        Of one that is of no use the cache keeps what it cost. Whoever fetches the same batch again
        changes nothing.

        Args:
            pack: Whose dimensions were asked about.
            ticket: Of the batch.
            now: Seconds since 1970.

        Raises:
            CallFailed: the results cannot be fetched.
            JudgeError: they are of another batch, or the cache cannot keep them.
        """
        # Cut off in between, it begins anew: what was kept is kept again, under the same names.
        return self._again(lambda: self._collected(pack, ticket, max(now - ticket.handed_in, 0.0)))

    def _collected(self, pack: Pack, ticket: Ticket, waited: float) -> Collected:
        """Keep one reply after the other as they come: all together may be more than memory."""
        names = ticket.requests
        calls: list[Call] = []
        errors: Counter[str] = Counter()
        strange = refused = 0
        for name, reply, code, was_refused in self._batches.results(
            self._http, ticket.id, self._most
        ):
            # Each name counts once: a provider that repeats itself is not paid twice.
            about = names.pop(name, None)
            if about is None:
                strange += 1
            elif reply is None:
                errors[code] += 1
                refused += was_refused
            else:
                calls.append(self._keep(pack, about, reply, waited, name))
                if calls[-1].outcome is Outcome.OK and self._cache.get(about[2]) is None:
                    raise JudgeError("a reply cannot be kept: see that the disk takes files")
        if strange and len(names) == len(ticket.asked):
            raise JudgeError("what it brought was asked for by somebody else")
        kept = sum(call.outcome is Outcome.OK for call in calls)
        answers = {key.answer for _prompt, _dimension, key in ticket.asked}
        alike = refused == len(ticket.asked) and len(errors) == 1
        hopeless = alike and len(answers) >= TELLING
        return Collected(tuple(calls), kept, len(ticket.asked) - kept, errors, hopeless)

    def _body(self, pack: Pack, one: Due) -> dict[str, Any]:
        code = fence_code(one.answer)
        prompt, dimension = pack.prompt(one.prompt), pack.dimension(one.dimension)
        request = structured(self.judge, pack, prompt, dimension, one.answer, code)
        return self._wire.body(request, self._endpoint.without)

    def _keep(
        self, pack: Pack, about: tuple[str, str, CacheKey], reply: Any, waited: float, name: str
    ) -> Call:
        prompt, dimension = pack.prompt(about[0]), pack.dimension(about[1])
        form = draw_form(dimension)
        # What was sent is not kept; for reading a reply only its form counts.
        request = structured(self.judge, pack, prompt, dimension, "", "")
        tokens = Tokens()
        try:
            completion = self._wire.read(reply, request)
            tokens = completion.tokens
            draw = form.read(completion)
        except CallFailed as failure:
            call = self._call(dimension.id, tokens + failure.tokens, waited, failure.outcome, name)
            keep_receipt(self._cache, about[2], call)
            return call
        call = self._call(dimension.id, tokens, waited, Outcome.OK, name)
        self._cache.put(about[2], kept_from(form.plain(draw), call))
        return call

    def _call(
        self, dimension: str, tokens: Tokens, waited: float, outcome: Outcome, name: str
    ) -> Call:
        judge = self.judge
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
            name,
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
                self.clock.sleep(wait_before(retries, failure.retry_after, self._random))

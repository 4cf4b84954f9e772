"""What a call to a model was and what it cost. Imports nothing of the judges, so that all may."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

GRAIN = Decimal("0.000001")
"""Money is kept in millionths of the currency to this many places: sums are exact in any order."""
MILLION = 1_000_000
STORED = 1.25
"""Price of a token that the provider says it put into its cache, as a multiple of one that it read:
Anthropic's for an entry that lives five minutes, and OpenAI's from GPT-5.6 on, which reports none
where it asks nothing for it."""

LOGPROBS, USAGE = "logprobs", "usage"
"""What an endpoint may leave out of a reply."""
NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""Of a judge and of a panel."""
COUNTS: Final[Mapping[str, tuple[int, int]]] = {
    "concurrency": (1, 256),
    "per_minute": (1, 100_000),
    "draws": (1, 20),
    "max_output_tokens": (16, 32_000),
}
AMOUNTS: Final[Mapping[str, tuple[float, float]]] = {
    "timeout": (0.01, 600),
    "temperature": (0, 2),
    "batch_share": (0, 1),
    "price": (0, 1_000_000),
}
"""The least and the most of what describes a judge."""


class Outcome(StrEnum):
    """How a call ended, all its attempts together. Everything but `OK` is an abstention.

    `REJECTED` is an endpoint that takes no request from us, `OBJECTED` one that does not take this
    request, which says nothing about the next.
    """

    OK = "ok"
    REFUSED = "refused"
    BROKEN = "broken"
    CUT = "cut"
    LIMITED = "limited"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REJECTED = "rejected"
    OBJECTED = "objected"
    RESTING = "resting"
    BUDGET = "budget"


@dataclass(frozen=True)
class Price:
    """Money for a million tokens, in one currency of your choice.

    Attributes:
        input: Tokens of the prompt that the provider had not cached.
        cached: Tokens of the prompt that it had.
        output: Tokens that the model wrote.
        stored: Tokens of the prompt that it put into its cache; None: `STORED` times `input`.
    """

    input: float
    cached: float
    output: float
    stored: float | None = None

    @property
    def free(self) -> bool:
        """Say whether a call costs nothing."""
        return not (self.input or self.cached or self.output or self.stored)


@dataclass(frozen=True)
class Tokens:
    """Tokens of one call or of many.

    Attributes:
        prompt: All that was read.
        cached: The part of them that came from the provider's cache.
        output: Written by the model.
        stored: The part of `prompt` that the provider says it put into its cache.
    """

    prompt: int = 0
    cached: int = 0
    output: int = 0
    stored: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        """Add up."""
        return Tokens(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.output + other.output,
            self.stored + other.stored,
        )

    def micros(self, price: Price, share: float = 1.0) -> Decimal:
        """Return what they cost, in millionths of the currency.

        Args:
            price: For a million tokens, so that a token costs as many millionths.
            share: The part of the price that is asked, as for a batch.

        >>> Tokens(prompt=1000, cached=400, output=100).micros(Price(1.0, 0.1, 4.0))
        Decimal('1040.000000')
        """
        stored_at = STORED * price.input if price.stored is None else price.stored
        fresh, cached, output, stored = (
            Decimal(repr(float(one)))
            for one in (price.input, price.cached, price.output, stored_at)
        )
        total = (self.prompt - self.cached - self.stored) * fresh
        total += self.cached * cached + self.stored * stored + self.output * output
        return (total * Decimal(repr(float(share)))).quantize(GRAIN)


@dataclass(frozen=True)
class Spared:
    """The call that a cache hit made unnecessary.

    Attributes:
        id: Of that call.
        tokens: What it took.
        micros: What it cost.
    """

    id: str
    tokens: Tokens
    micros: Decimal


@dataclass(frozen=True)
class Call:
    """One request to a judge with all its attempts, or one answer of our own cache in its place.

    Attributes:
        prompt_tokens, cached_tokens, output_tokens: Of every attempt together, as the provider
            counts them; 0 for a cache hit.
        micros: Money in millionths of the currency, by the judge's price; 0 for a cache hit.
        latency: Seconds from the first attempt to the end, waits between attempts included, but not
            those for a turn of ours (`concurrency`, `per_minute`); for a call in a batch, from
            handing in to the first look that found the batch ended.
        retries: Attempts after the first.
        cache_hit: Whether our own cache answered and no request was made.
        id: Its own name, for the account: no call is counted twice.
        spared: For a cache hit, the call that it stands for.
        host: Where its text went, with the port where the address names one; empty where it went
            nowhere, and where that is not known.
        sent: How often it went there, attempts that were made again among them.
        missing: What was asked for and not given, of `LOGPROBS` and `USAGE`; without usage its
            tokens are estimated from the text, and so is its cost.
    """

    judge: str
    model: str
    dimension: str
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    micros: Decimal
    latency: float
    retries: int
    cache_hit: bool
    outcome: Outcome
    id: str = ""
    spared: Spared | None = None
    host: str = ""
    sent: int = 0
    missing: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """Money, as a number to show; sums are made of `micros`."""
        return float(self.micros) / MILLION

    @property
    def tokens(self) -> Tokens:
        """The tokens, together."""
        return Tokens(self.prompt_tokens, self.cached_tokens, self.output_tokens)


class Cause(StrEnum):
    """Why a judge was asked or not."""

    ALWAYS = "always"
    FIRST = "first"
    NO_LEVEL = "no_level"
    STRADDLES = "straddles"
    UNRESOLVED = "unresolved"
    NARROWS = "narrows"
    CLEAR = "clear"
    EMPTY = "empty"
    SOFT_LIMIT = "soft_limit"
    HARD_LIMIT = "hard_limit"


@dataclass(frozen=True)
class Decision:
    """Whether one judge was asked about an answer on one dimension, and why.

    Attributes:
        asked: Whether it was asked; one that was not has no verdict, but for the hard limit, where
            it abstains.
        reason: In words.
    """

    dimension: str
    judge: str
    asked: bool
    cause: Cause
    reason: str

"""What a call to a model was and what it cost. Imports nothing of the judges, so that all may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a call ended, all its attempts together. Everything but `OK` is an abstention."""

    OK = "ok"
    REFUSED = "refused"
    BROKEN = "broken"
    CUT = "cut"
    LIMITED = "limited"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    REJECTED = "rejected"
    RESTING = "resting"


@dataclass(frozen=True)
class Price:
    """Money for a million tokens, in one currency of your choice.

    Attributes:
        input: Tokens of the prompt that the provider had not cached.
        cached: Tokens of the prompt that it had.
        output: Tokens that the model wrote.
    """

    input: float
    cached: float
    output: float


@dataclass(frozen=True)
class Tokens:
    """Tokens of one call or of many; `cached` is the part of `prompt` that came from a cache."""

    prompt: int = 0
    cached: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        """Add up."""
        return Tokens(
            self.prompt + other.prompt, self.cached + other.cached, self.output + other.output
        )

    def cost(self, price: Price) -> float:
        """Return what they cost.

        >>> Tokens(prompt=1000, cached=400, output=100).cost(Price(1.0, 0.1, 4.0))
        0.00104
        """
        fresh = self.prompt - self.cached
        total = fresh * price.input + self.cached * price.cached + self.output * price.output
        return total / 1_000_000


@dataclass(frozen=True)
class Call:
    """One request to a judge with all its attempts, or one answer of our own cache in its place.

    Attributes:
        prompt_tokens, cached_tokens, output_tokens: Of every attempt together, as the provider
            counts them; 0 for a cache hit.
        cost: Money, by the judge's price; 0 for a cache hit.
        latency: Seconds from the first attempt to the end, waits between attempts included.
        retries: Attempts after the first.
        cache_hit: Whether our own cache answered and no request was made.
    """

    judge: str
    model: str
    dimension: str
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: float
    latency: float
    retries: int
    cache_hit: bool
    outcome: Outcome


@dataclass(frozen=True)
class Usage:
    """What many calls add up to; sums of the fields of `Call`."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    latency: float = 0.0
    retries: int = 0
    cache_hits: int = 0
    failures: int = 0

    @classmethod
    def of(cls, calls: Iterable[Call]) -> Usage:
        """Add calls up."""
        seen = list(calls)
        return cls(
            len(seen),
            sum(call.prompt_tokens for call in seen),
            sum(call.cached_tokens for call in seen),
            sum(call.output_tokens for call in seen),
            sum(call.cost for call in seen),
            sum(call.latency for call in seen),
            sum(call.retries for call in seen),
            sum(call.cache_hit for call in seen),
            sum(call.outcome is not Outcome.OK for call in seen),
        )

    def __add__(self, other: Usage) -> Usage:
        """Add two sums."""
        return Usage(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )

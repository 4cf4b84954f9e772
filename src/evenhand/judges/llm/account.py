"""The account of calls: what they took, by answer, candidate, opening, month, judge or dimension.

Pure functions over rows. Counts are whole numbers and money is exact, so that the parts of any
division add up to the whole, in whatever order.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from evenhand.judges.llm.values import USAGE, Call, Outcome
from evenhand.judges.values import PanelResult

By = Literal["answer", "candidate", "opening", "month", "judge", "dimension"]

_NOT_MADE = (Outcome.RESTING, Outcome.BUDGET)


@dataclass(frozen=True)
class Place:
    """What a call is put down to; `month` as 2026-11."""

    answer: str
    candidate: str
    opening: str
    month: str


@dataclass(frozen=True)
class Row:
    """One call in its place.

    Attributes:
        place: What it is put down to.
        call: The call.
        abstained: Whether it is the last call of a judge that then abstained on the dimension.
    """

    place: Place
    call: Call
    abstained: bool = False

    @property
    def made(self) -> bool:
        """Say whether a request went out."""
        return not self.call.cache_hit and self.call.outcome not in _NOT_MADE


@dataclass(frozen=True)
class Account:
    """What rows add up to.

    Attributes:
        calls: Rows, cache hits among them.
        prompt_tokens, cached_tokens, output_tokens: Sums; cached is the part of prompt that the
            provider had.
        micros: Money, in millionths of the currency.
        microseconds: Latency of all calls, one after the other.
        retries: Attempts after the first.
        cache_hits: Answers of our own cache.
        failures: Calls that came to nothing.
        abstentions: Judges that gave no level on a dimension of an answer.
        estimated: Calls whose tokens, and so whose money, nobody counted.
    """

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    micros: Decimal = Decimal(0)
    microseconds: int = 0
    retries: int = 0
    cache_hits: int = 0
    failures: int = 0
    abstentions: int = 0
    estimated: int = 0

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Account":
        """Add rows up."""
        return sum((cls._one(row) for row in rows), cls())

    @classmethod
    def _one(cls, row: Row) -> "Account":
        call = row.call
        return cls(
            1,
            call.prompt_tokens,
            call.cached_tokens,
            call.output_tokens,
            call.micros,
            round(call.latency * 1_000_000),
            call.retries,
            int(call.cache_hit),
            int(call.outcome is not Outcome.OK),
            int(row.abstained),
            int(USAGE in call.missing),
        )

    def __add__(self, other: "Account") -> "Account":
        """Add two accounts."""
        return Account(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def rows_of(result: PanelResult, place: Place) -> list[Row]:
    """Put the calls of one answer in their place, and mark those that ended in an abstention."""
    gave_none = {
        (verdict.judge, verdict.dimension)
        for score in result.scores
        for verdict in score.verdicts
        if verdict.abstained
    }
    last = {(call.judge, call.dimension): number for number, call in enumerate(result.calls)}
    closing = {number for key, number in last.items() if key in gave_none}
    return [
        Row(place, call, abstained=number in closing) for number, call in enumerate(result.calls)
    ]


def parts(rows: Iterable[Row], by: By) -> dict[str, list[Row]]:
    """Divide rows by what they are put down to, in order of first appearance."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        named = row.call if by in ("judge", "dimension") else row.place
        found.setdefault(getattr(named, by), []).append(row)
    return found


def accounts(rows: Iterable[Row], by: By) -> dict[str, Account]:
    """Add rows up by what they are put down to, in order of first appearance."""
    return {name: Account.of(part) for name, part in parts(rows, by).items()}


class Latency(NamedTuple):
    """Seconds that half of the calls, and 99 of 100, stay within; None where none was made."""

    p50: float | None
    p99: float | None


def latency(rows: Iterable[Row]) -> Latency:
    """Return the nearest-rank percentiles of the calls that were made."""
    seconds = sorted(row.call.latency for row in rows if row.made)
    return Latency(_rank(seconds, 0.50), _rank(seconds, 0.99))


def _rank(ascending: Sequence[float], share: float) -> float | None:
    return ascending[math.ceil(share * len(ascending)) - 1] if ascending else None

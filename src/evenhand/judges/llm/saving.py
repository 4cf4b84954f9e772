"""What routing and caches save, and from how many assessments on a machine of one's own pays."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.account import Row
from evenhand.judges.llm.values import GRAIN, Cause, Decision, Price, Tokens

HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Saving:
    """Money spent and money not spent, in millionths of the currency.

    Attributes:
        spent: What the calls cost.
        provider: Saved by the provider's cache of what all prompts begin with, and by batches.
        cache: Saved by our own cache.
        routing: Saved by judges that were not needed, at the mean cost of that judge's readings.
        unknown: Judges that were not needed and never asked: nothing is known of their cost.
    """

    spent: Decimal
    provider: Decimal
    cache: Decimal
    routing: Decimal
    unknown: tuple[str, ...] = ()

    @property
    def naive(self) -> Decimal:
        """What it would have cost to ask every judge about everything, without any cache."""
        return self.spent + self.provider + self.cache + self.routing


def saving(
    rows: Iterable[Row], decisions: Iterable[Decision], prices: Mapping[str, Price]
) -> Saving:
    """Hold what was spent against asking every judge about everything, without a cache.

    Args:
        rows: Calls.
        decisions: Of the same answers. What a budget kept from being asked is no saving.
        prices: By judge; one that is missing saves nothing by its provider.
    """
    spent = provider = cache = Decimal(0)
    readings: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in rows:
        call, price = row.call, prices.get(row.call.judge)
        fresh = _fresh(call.tokens, price, call.micros)
        spent, provider = spent + call.micros, provider + fresh - call.micros
        if call.spared is not None:
            fresh = _fresh(call.spared.tokens, price, call.spared.micros)
            cache += fresh
        if row.made or call.cache_hit:
            reading = readings.setdefault((call.judge, call.dimension), {})
            reading[row.place.answer] = reading.get(row.place.answer, Decimal(0)) + fresh
    routing, unknown = Decimal(0), set()
    for decision in decisions:
        if decision.cause is not Cause.CLEAR:
            continue
        mean = _mean_reading(readings, decision)
        if mean is None:
            unknown.add(decision.judge)
        else:
            routing += mean
    return Saving(spent, provider, cache, routing, tuple(sorted(unknown)))


def _fresh(tokens: Tokens, price: Price | None, micros: Decimal) -> Decimal:
    """Return what tokens cost where no provider remembers anything."""
    return Tokens(tokens.prompt, 0, tokens.output).micros(price) if price else micros


def _mean_reading(
    readings: Mapping[tuple[str, str], Mapping[str, Decimal]], decision: Decision
) -> Decimal | None:
    """Return the mean cost of the judge's readings on the dimension, else on any."""
    same = list(readings.get((decision.judge, decision.dimension), {}).values())
    if not same:
        same = [
            cost
            for (judge, _), by_answer in readings.items()
            if judge == decision.judge
            for cost in by_answer.values()
        ]
    return (sum(same, Decimal(0)) / len(same)).quantize(GRAIN) if same else None


@dataclass(frozen=True)
class BreakEven:
    """A machine of one's own against a provider.

    Attributes:
        assessments: A month, from which on the machine is cheaper; None: never, because it cannot
            read so many in a month.
        capacity: Assessments that the machine can read in a month.
        machine_month: What it costs a month, in the currency.
        provider_assessment: What the provider takes for one, in the currency.
    """

    assessments: int | None
    capacity: int
    machine_month: float
    provider_assessment: float


def break_even(
    *,
    machine_hour: float,
    tokens_per_second: float,
    tokens_per_assessment: float,
    cost_per_assessment: float,
) -> BreakEven:
    """Say from how many assessments a month a machine that runs all month pays.

    Args:
        machine_hour: Price of an hour of the machine, in the currency.
        tokens_per_second: Measured on it, prompt and output tokens together.
        tokens_per_assessment: Of one candidate's sitting; tokens that a cache holds left out.
        cost_per_assessment: What the provider takes for the same, in the currency.

    Raises:
        JudgeError: an argument is negative, or a rate is 0.

    >>> found = break_even(machine_hour=1.0, tokens_per_second=500.0,
    ...                    tokens_per_assessment=20_000.0, cost_per_assessment=0.10)
    >>> found.assessments, found.capacity
    (7300, 65700)
    """
    if min(machine_hour, cost_per_assessment) < 0 or not (
        tokens_per_second > 0 and tokens_per_assessment > 0
    ):
        raise JudgeError("break-even: prices must be at least 0, tokens and their rate above 0")
    month = machine_hour * HOURS_A_MONTH
    capacity = int(tokens_per_second * 3600 * HOURS_A_MONTH / tokens_per_assessment)
    if cost_per_assessment == 0:
        needed = None if month > 0 else 0
    else:
        needed = math.ceil(round(month / cost_per_assessment, 6))
    pays = needed if needed is not None and needed <= capacity else None
    return BreakEven(pays, capacity, month, cost_per_assessment)

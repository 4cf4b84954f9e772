"""Would it be cheaper to run a model oneself, and how much can one machine take."""

from dataclasses import dataclass
from decimal import Decimal

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.values import Tokens

MONTH_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Machine:
    """A machine that runs a model, as whoever considers it knows it.

    Attributes:
        micros: What it costs a month, in millionths of the currency: rent or wear, and power.
        reads: Tokens of a prompt a second, all requests together.
        writes: Tokens of an answer a second, all requests together.
        share: The part of the month in which it has work, above 0 and at most 1.

    Raises:
        JudgeError: a figure is out of its bounds.
    """

    micros: Decimal
    reads: float
    writes: float
    share: float = 0.3

    def __post_init__(self) -> None:
        if self.micros < 0 or self.reads <= 0 or self.writes <= 0 or not 0 < self.share <= 1:
            raise JudgeError(
                "machine: cost at least 0, speeds above 0, share above 0 and at most 1"
            )


@dataclass(frozen=True)
class BreakEven:
    """The comparison.

    Attributes:
        from_candidates: A month; from here on the machine is cheaper. None: never, for the calls
            cost nothing.
        at_most: Candidates that the machine can take in a month. None: without limit, for no token
            is left to read or write.
    """

    from_candidates: float | None
    at_most: float | None

    @property
    def pays(self) -> bool:
        """Say whether there is a number of candidates at which the machine is cheaper."""
        if self.from_candidates is None:
            return False
        return self.at_most is None or self.from_candidates <= self.at_most


def break_even(machine: Machine, micros: Decimal, tokens: Tokens, candidates: int) -> BreakEven:
    """Compare what a month's calls cost with a machine that reads and writes the same tokens.

    A prefix that the provider had cached is taken to be cached by the machine too.

    Args:
        machine: What it costs and manages.
        micros: What the calls cost, in millionths of the currency.
        tokens: Of the calls.
        candidates: Whom they were made for, at least 1.

    >>> machine = Machine(Decimal(300_000_000), reads=2000.0, writes=200.0, share=0.5)
    >>> break_even(machine, Decimal(1_000_000), Tokens(40_000, 0, 4_000), candidates=2)
    BreakEven(from_candidates=600.0, at_most=64800.0)
    """
    seconds = (tokens.prompt - tokens.cached) / machine.reads + tokens.output / machine.writes
    each = micros / candidates
    return BreakEven(
        float(machine.micros / each) if each else None,
        MONTH_SECONDS * machine.share * candidates / seconds if seconds else None,
    )

"""What may be spent: a soft limit that stops asking upwards, a hard one that stops every call."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.values import MILLION, Call


class Allowance(IntEnum):
    """What may still be asked; the smaller of two holds."""

    NOTHING = 0
    CHEAP_ONLY = 1
    ALL = 2


@dataclass(frozen=True)
class Limits:
    """Limits of one purse, in millionths of the currency; None is no limit.

    Attributes:
        name: Of what is limited, in words: "this opening", "November 2026".
        soft: From here on a judge that costs is asked only where nobody else gives a level.
        hard: From here on no call is made that costs.

    Raises:
        JudgeError: a limit is negative, or the soft one is above the hard one.
    """

    name: str
    soft: Decimal | None = None
    hard: Decimal | None = None

    def __post_init__(self) -> None:
        for kind, limit in (("soft", self.soft), ("hard", self.hard)):
            if limit is not None and (limit.is_nan() or limit < 0):
                raise JudgeError(f"{self.name}: the {kind} limit must be at least 0")
        if self.soft is not None and self.hard is not None and self.soft > self.hard:
            raise JudgeError(f"{self.name}: the soft limit must not be above the hard one")


@dataclass(frozen=True)
class Ruling:
    """What may be asked, and why no more, in words; nothing where all may."""

    allowance: Allowance
    reason: str = ""


def ruling_of(limits: Limits, spent: Decimal) -> Ruling:
    """Say what may still be asked of one purse after so many millionths were spent."""
    if limits.hard is not None and spent >= limits.hard:
        return Ruling(Allowance.NOTHING, _said(limits.name, "hard", limits.hard, spent))
    if limits.soft is not None and spent >= limits.soft:
        return Ruling(Allowance.CHEAP_ONLY, _said(limits.name, "soft", limits.soft, spent))
    return Ruling(Allowance.ALL)


def _said(name: str, kind: str, limit: Decimal, spent: Decimal) -> str:
    money, most = spent / MILLION, limit / MILLION
    return f"budget: {name} has spent {money:.4f}, and its {kind} limit is {most:.4f}"


@dataclass
class Purse:
    """What is spent while a process works, held against several limits. Safe from many threads.

    A call is checked before it is made and counted when it has ended, so that those who share a
    purse pass a limit by the calls in flight at most. What somebody else spends counts from when
    it is told of (`renew`).

    Attributes:
        limits: Each with what was spent before, in no call that was noted.
    """

    limits: tuple[tuple[Limits, Decimal], ...]
    _noted: dict[str, Decimal] = field(default_factory=dict, init=False, repr=False)
    _spent: Decimal = field(default=Decimal(0), init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def spent(self) -> Decimal:
        """What the calls cost that were noted, and are not among what was spent before."""
        with self._lock:
            return self._spent

    @property
    def noted(self) -> tuple[str, ...]:
        """Ids of those calls."""
        with self._lock:
            return tuple(self._noted)

    @property
    def ruling(self) -> Ruling:
        """What may be asked now: what the strictest limit leaves."""
        with self._lock:
            rulings = [ruling_of(limits, before + self._spent) for limits, before in self.limits]
        return min(rulings, key=lambda one: one.allowance, default=Ruling(Allowance.ALL))

    def note(self, calls: Iterable[Call]) -> None:
        """Count calls."""
        with self._lock:
            for call in calls:
                self._noted[call.id] = self._noted.get(call.id, Decimal(0)) + call.micros
                self._spent += call.micros

    def renew(self, limits: tuple[tuple[Limits, Decimal], ...], counted: Iterable[str]) -> None:
        """Take the limits as they are now, with what an account says was spent.

        Args:
            limits: As many as before. An account only grows: who read it earlier and comes later
                takes nothing back.
            counted: Ids of noted calls that stand in the account too.
        """
        with self._lock:
            known = [before for _, before in self.limits]
            self.limits = tuple(
                (limit, max(spent, before))
                for (limit, spent), before in zip(limits, known, strict=True)
            )
            for name in counted:
                self._spent -= self._noted.pop(name, Decimal(0))

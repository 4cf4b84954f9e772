"""Ask a judge about one answer on one dimension, and for nothing that it has said before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, Generic, TypeVar, cast
from uuid import uuid4

from evenhand.judges.llm.budget import Allowance, Purse
from evenhand.judges.llm.caching import CacheKey, Kept, ReplyCache, keep_receipt, kept_from
from evenhand.judges.llm.calling import Asked, Caller
from evenhand.judges.llm.client import Completion, Request
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.values import Call, Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class Form(Generic[T]):
    """How something read of a reply is kept.

    Attributes:
        read: Makes it of a completion; raises CallFailed where it cannot.
        plain: Makes JSON of it.
        back: Makes it of that JSON; raises ValueError, KeyError, TypeError or AttributeError where
            it cannot.
    """

    read: Callable[[Completion], T]
    plain: Callable[[T], Any]
    back: Callable[[Any], T]


class Recaller:
    """Asks through a cache.

    Args:
        caller: Asks the model.
        judge: Its settings.
        dimension: What calls are accounted to.
        key: Of the reading; its parts are filled in.
        cache: Where replies are kept; None for nowhere.
        purse: What may be spent; None is without limit.
    """

    def __init__(
        self,
        caller: Caller,
        judge: JudgeConfig,
        dimension: str,
        key: CacheKey,
        cache: ReplyCache | None,
        purse: Purse | None = None,
    ) -> None:
        self._caller, self._judge, self._dimension = caller, judge, dimension
        self._key, self._cache = key, cache
        self._purse = None if judge.price.free else purse

    def ask(self, part: str, request: Request, form: Form[T]) -> Asked[T]:
        """Return what was said before, or else ask and keep the reply, as far as the purse lets.

        Of an attempt that cost something and brought nothing a receipt is kept before the next.

        Args:
            part: Which request of the reading it is.
            request: What to ask.
            form: How the reply is read and kept.
        """
        key = replace(self._key, part=part)
        kept = self._cache.get(key) if self._cache else None
        if kept is not None:
            try:
                return Asked(form.back(kept.value), None, self._unasked(Outcome.OK, kept))
            except (ValueError, KeyError, TypeError, AttributeError):
                pass  # kept by some other version, or damaged: it counts as nothing
        ruling = self._purse.ruling if self._purse else None
        if ruling is not None and ruling.allowance is Allowance.NOTHING:
            return Asked(None, ruling.reason, self._unasked(Outcome.BUDGET))
        note = partial(keep_receipt, self._cache, key) if self._cache else None
        asked = self._caller.ask(request, self._dimension, form.read, note)
        if self._purse is not None:
            self._purse.note([asked.call])
        if self._cache and asked.reason is None:
            # None may be what was read: a reply that says neither yes nor no.
            value = cast(T, asked.value)
            self._cache.put(key, kept_from(form.plain(value), asked.call))
        return asked

    def _unasked(self, outcome: Outcome, kept: Kept | None = None) -> Call:
        return Call(
            self._judge.name,
            self._judge.model,
            self._dimension,
            0,
            0,
            0,
            Decimal(0),
            0.0,
            0,
            kept is not None,
            outcome,
            uuid4().hex,
            kept.cost if kept else None,
        )

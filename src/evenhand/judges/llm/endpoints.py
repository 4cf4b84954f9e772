"""What a process knows of each endpoint that it asks, however many panels it has loaded for it.

A gate, a stood-in panel and one that was set up anew all ask the same provider with the same key,
which counts their requests together. So what is in flight, how long to wait, whether to ask at all
and what it takes in a body are kept here, by address, key and model. Each process keeps its own.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from weakref import WeakKeyDictionary

from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.pacing import Clock, Rest, SystemClock, Traffic


@dataclass
class Endpoint:
    """One model behind one address with one key.

    Attributes:
        rest: Whether it is asked at all.
        traffic: What is in flight, and when the next may start.
        without: What it refuses in a body, as the wire names it.
    """

    rest: Rest
    traffic: Traffic = field(default_factory=Traffic)
    without: frozenset[str] = frozenset()


SYSTEM_CLOCK: Final = SystemClock()
_known: WeakKeyDictionary[Clock, dict[tuple[str, ...], Endpoint]] = WeakKeyDictionary()
"""By the clock that they go by: what waits by one says nothing of another."""
_lock: Final = threading.Lock()


def endpoint_of(judge: JudgeConfig, key: str | None, clock: Clock) -> Endpoint:
    """Return what is known of a judge's endpoint; the same for all who ask it in this process.

    Args:
        judge: Who asks.
        key: Its own, of which a digest alone is kept.
        clock: What time goes by.
    """
    digest = sha256((key or "").encode()).hexdigest()
    name = (judge.kind, judge.base_url, digest, judge.model)
    with _lock:
        mine = _known.setdefault(clock, {})
        if name not in mine:
            mine[name] = Endpoint(Rest(clock))
        return mine[name]

"""A worker's round in parts: what goes wrong with one keeps none of the others from being done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias

from django.db import Error, connections

Part: TypeAlias = Callable[[datetime], object]


def each(parts: Iterable[Part], now: datetime) -> dict[str, str]:
    """Do every part; returns the kind of error by the name of the part, of those that failed.

    An error's own text may hold values of rows, and goes nowhere.
    """
    failed = {}
    for part in parts:
        try:
            part(now)
        except Exception as error:  # whatever it is, the next round may find it mended
            failed[part.__name__] = type(error).__name__
            if isinstance(error, Error):
                connections.close_all()  # the next part gets a connection that may work
    return failed

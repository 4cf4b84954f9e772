"""What every durable step needs: three tries, and no connection left open."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from dbos import DBOS
from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")


def step(act: Callable[P, R]) -> Callable[P, R]:
    """Make a durable step that is tried three times and leaves no connection open in its thread."""

    @wraps(act)
    def closing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    return DBOS.step(retries_allowed=True, max_attempts=3)(closing)

"""What every durable step needs: three tries, no connection left open, and one panel a pack."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dbos import DBOS
from django.conf import settings
from django.db import connections

from evenhand.hiring.judging.queries import ActivePanel, active_panel, load_active

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

P = ParamSpec("P")
R = TypeVar("R")

_loading = Lock()


def step(act: Callable[P, R]) -> Callable[P, R]:
    """Make a durable step that is tried three times and leaves no connection open in its thread."""

    @wraps(act)
    def closing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    return DBOS.step(retries_allowed=True, max_attempts=3)(closing)


def panel_of(pack_hash: str) -> AnyPanel:
    """Return the active panel of a pack version, loaded once a process."""
    active = active_panel(pack_hash)
    # Two threads that need the same panel first must not both load its weights.
    with _loading:
        return _panel(pack_hash, active)


@lru_cache(maxsize=4)
def _panel(pack_hash: str, active: ActivePanel) -> AnyPanel:
    return load_active(pack_hash, active, threads=settings.JUDGE_THREADS)

"""Small helpers that tests share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def wait_until(predicate: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `predicate` holds; fail, saying what was waited for, at the deadline."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not predicate():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        pause.wait(0.05)

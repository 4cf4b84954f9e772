"""Small helpers that tests share."""

from __future__ import annotations

import os
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


def more(examples: int) -> int:
    """Return how many examples a long property takes: these, or as many times more at night."""
    return examples * int(os.environ.get("EVENHAND_TEST_MORE", "1"))

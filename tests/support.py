"""Small helpers that tests share."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = 120
"""Seconds after which what a test waits for never comes, on however busy a machine."""


def wait_until(predicate: Callable[[], bool], *, what: str, seconds: float = PATIENCE) -> None:
    """Return as soon as `predicate` holds; fail, saying what was waited for, at the deadline."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not predicate():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        pause.wait(0.05)


def set_up_django() -> None:
    """Make Django ready in a program that a test starts.

    What it imports stays; Python would look through it for garbage again and again, which takes a
    quarter of such a program's time.
    """
    import django

    gc.set_threshold(50_000, *gc.get_threshold()[1:])
    django.setup()


def more(examples: int) -> int:
    """Return how many examples a long property takes: these, or as many times more at night."""
    return examples * int(os.environ.get("EVENHAND_TEST_MORE", "1"))


@contextmanager
def read_only() -> Iterator[None]:
    """Let this connection write nothing for a while; one that is opened anew may write."""
    from django.db import connection

    sqlite = connection.vendor == "sqlite"
    on, off = ("PRAGMA query_only = on", "PRAGMA query_only = off") if sqlite else (
        "SET default_transaction_read_only = on", "SET default_transaction_read_only = off"
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(on)
    yield
    with connection.cursor() as cursor:
        cursor.execute(off)

"""What must not stand in a log: links that let somebody in, and what people wrote.

A handler of ours is the only way out: what brings handlers of its own (Django, DBOS, granian) is
set to go through it too.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final, TypeAlias

_LINK = re.compile(r"(/s/|/feed/|/welcome/[^/\s]+/)[^/\s]+")
Raised: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)
LEFT_OUT: Final = "(its message is left out: it may hold what somebody wrote)"

log = logging.getLogger(__name__)


class NoLinks(logging.Filter):
    """Take personal links out of what is logged: who has a link can sit in its owner's place."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the part of an address that opens a sitting or account."""
        record.msg = _LINK.sub(r"\1…", record.getMessage())
        record.args = ()
        return True


class NoAdvice(logging.Filter):
    """Drop granian's advice to have fewer threads: `serving.THREADS` was measured."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every other record pass."""
        return "Python threads" not in record.getMessage()


class Lines(logging.Formatter):
    """Writes where something failed and of which kind it was, and not what it said.

    A database quotes the row that it refuses, and a parser the text that it cannot read: with the
    message of an exception an answer or an address would stand in the log.

    Args:
        whole: whether messages are written all the same, on a machine without real people.
    """

    def __init__(self, *, whole: bool, **options: Any) -> None:
        super().__init__(**options)
        self._whole = whole

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        # What another handler has made of the exception is not taken over, and not handed on.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: Raised) -> str:
        """Return the frames of an exception, and of what led to it."""
        if self._whole or ei[1] is None:
            return super().formatException(ei)
        return "".join(_told(traceback.TracebackException.from_exception(ei[1]))).rstrip("\n")


def _told(found: traceback.TracebackException) -> Iterator[str]:
    before = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    if before is not None:
        yield from _told(before)
        yield "after which:\n"
    yield "Traceback (most recent call last):\n"
    yield from found.stack.format()
    kind = found.exc_type
    yield f"{kind.__module__}.{kind.__qualname__} {LEFT_OUT}\n" if kind else f"{LEFT_OUT}\n"


def catch_what_nobody_does() -> None:
    """Let what ends a thread or the process be logged, instead of printed with its message."""

    def of_process(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("the process ends", exc_info=(kind, error, trace))

    def of_thread(raised: threading.ExceptHookArgs) -> None:
        if raised.exc_value is not None and not isinstance(raised.exc_value, SystemExit):
            name = raised.thread.name if raised.thread else "unknown"
            log.critical("thread %s ends", name, exc_info=raised.exc_value)

    # A line that cannot be written is lost; logging would print what was to stand in it.
    logging.raiseExceptions = False
    sys.excepthook = of_process
    threading.excepthook = of_thread

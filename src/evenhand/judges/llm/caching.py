"""Remember what a judge said of an answer, by content: the same question is paid for once."""

import json
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Protocol

from evenhand.judges.llm.parsing import LEVELS, Claim, Draw

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CacheKey:
    """What draws depend on, each named by its hex SHA-256.

    Attributes:
        answer: The screened text.
        judge: The judge's configuration, as far as it may change a verdict.
        prompt: Everything that is asked but the answer.
    """

    answer: str
    judge: str
    prompt: str


class DrawCache(Protocol):
    """Where draws are kept. Used from many threads."""

    def get(self, key: CacheKey) -> tuple[Draw, ...] | None:
        """Return what is kept, None for nothing."""
        ...

    def put(self, key: CacheKey, draws: Sequence[Draw]) -> None:
        """Keep draws."""
        ...


class MemoryCache:
    """Keeps draws while the process lives."""

    def __init__(self) -> None:
        self._kept: dict[CacheKey, tuple[Draw, ...]] = {}
        self._lock = threading.Lock()

    def get(self, key: CacheKey) -> tuple[Draw, ...] | None:
        """Return what is kept, None for nothing."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: CacheKey, draws: Sequence[Draw]) -> None:
        """Keep draws."""
        with self._lock:
            self._kept[key] = tuple(draws)


class FolderCache:
    """Keeps draws in a folder, one file a reading, all readings of one answer below one folder.

    Quotes are a candidate's words: to erase an answer, remove `ANSWER[:2]/ANSWER`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: CacheKey) -> tuple[Draw, ...] | None:
        """Return what is kept, None for nothing; a file that cannot be read counts as nothing."""
        try:
            return draws_of(json.loads(self._file(key).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, key: CacheKey, draws: Sequence[Draw]) -> None:
        """Keep draws; a disk that cannot keep them is warned of, and no verdict is lost by it."""
        try:
            self._write(self._file(key), draws)
        except OSError as error:
            _log.warning("%s: what a judge said cannot be kept: %s", self._folder, error.strerror)

    def _write(self, file: Path, draws: Sequence[Draw]) -> None:
        """Write a file so that it is whole or not there, whatever happens meanwhile."""
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(
            "w", dir=file.parent, suffix=".new", delete=False, encoding="utf-8"
        ) as new:
            json.dump([plain(draw) for draw in draws], new)
        os.replace(new.name, file)

    def _file(self, key: CacheKey) -> Path:
        folder = self._folder / key.answer[:2] / key.answer
        return folder / f"{key.judge[:32]}-{key.prompt[:32]}.json"


def plain(draw: Draw) -> dict[str, Any]:
    """Return a draw as JSON holds it."""
    return {
        "claims": {name: [claim.mark, claim.quote] for name, claim in draw.claims.items()},
        "distribution": list(draw.distribution),
        "sure": draw.sure,
    }


def draws_of(found: Any) -> tuple[Draw, ...]:
    """Read draws back.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: they are not of the form of `plain`.
    """
    draws = tuple(
        Draw(
            {name: Claim(mark, str(quote)) for name, (mark, quote) in one["claims"].items()},
            tuple(float(chance) for chance in one["distribution"]),
            bool(one["sure"]),
        )
        for one in found
    )
    if not draws or any(len(draw.distribution) != len(LEVELS) for draw in draws):
        raise ValueError("not draws")
    return draws

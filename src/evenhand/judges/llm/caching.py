"""Remember what a judge said of an answer, by content: the same question is paid for once.

Each reply is kept before the next is asked for, and on the disk before anything is made of it. So a
worker that is killed asks again for what was in flight and for nothing else. What brought no reply
and cost something leaves a receipt in the same way, so that its money is in the account.
"""

import json
import logging
import os
import threading
from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import NamedTemporaryFile
from typing import Any, Final, Protocol

from evenhand.judges.llm.values import Call, Outcome, Spared, Tokens

_log = logging.getLogger(__name__)

PART: Final = ".new"
"""What a file ends with that is being written; whoever is killed leaves it."""
_REPLY: Final = ".json"


@dataclass(frozen=True)
class CacheKey:
    """What a reply depends on, each named by its hex SHA-256, and which of the replies it is.

    Attributes:
        answer: The screened text.
        judge: The judge's configuration, as far as it may change a verdict.
        prompt: Everything that is asked but the answer.
        part: Which request of the reading: letters, digits and dashes.
    """

    answer: str
    judge: str
    prompt: str
    part: str = ""


@dataclass(frozen=True)
class Kept:
    """A reply as it is kept: what was read of it, as JSON holds it, and what it cost.

    `call` is the call that brought it, as far as it was kept.
    """

    value: Any
    cost: Spared
    call: Call | None = None


class ReplyCache(Protocol):
    """Where replies are kept. Used from many threads."""

    def get(self, key: CacheKey) -> Kept | None:
        """Return what is kept, None for nothing."""
        ...

    def put(self, key: CacheKey, kept: Kept) -> None:
        """Keep a reply."""
        ...


class MemoryCache:
    """Keeps replies while the process lives."""

    def __init__(self) -> None:
        self._kept: dict[CacheKey, Kept] = {}
        self._lock = threading.Lock()

    def get(self, key: CacheKey) -> Kept | None:
        """Return what is kept, None for nothing."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: CacheKey, kept: Kept) -> None:
        """Keep a reply."""
        with self._lock:
            self._kept[key] = kept


@dataclass(frozen=True)
class Within:
    """Knows of another cache's replies only what was said in one period, beside all others.

    A reply takes the place of the same one of an earlier period, so that nothing piles up.

    Attributes:
        cache: Where they are kept.
        period: The name of the period.
    """

    cache: ReplyCache
    period: str

    def get(self, key: CacheKey) -> Kept | None:
        """Return what was kept in this period, None for nothing."""
        kept = self.cache.get(self._place(key))
        if kept is None or not isinstance(kept.value, dict) or kept.value["in"] != self.period:
            return None
        return replace(kept, value=kept.value["said"])

    def put(self, key: CacheKey, kept: Kept) -> None:
        """Keep a reply as one of this period."""
        value = {"in": self.period, "said": kept.value}
        self.cache.put(self._place(key), replace(kept, value=value))

    @staticmethod
    def _place(key: CacheKey) -> CacheKey:
        return replace(key, part=f"period-{key.part}")


class Wrapping(Protocol):
    """How the text of a file is written; a reply quotes the answer that it is about."""

    def wrap(self, text: str, file: Path) -> str:
        """Return what is written for a text."""
        ...

    def unwrap(self, text: str, file: Path) -> str:
        """Return the text of what was written.

        Raises:
            ValueError: it was not written for this file.
        """
        ...


@dataclass(frozen=True)
class Plain:
    """Writes a text as it is: golden answers are no secret."""

    def wrap(self, text: str, file: Path) -> str:
        """Return the text."""
        return text

    def unwrap(self, text: str, file: Path) -> str:
        """Return the text."""
        return text


@dataclass(frozen=True)
class FolderCache:
    """Keeps replies in a folder, a file each, all replies about one answer below one folder."""

    folder: Path
    wrapping: Wrapping = Plain()

    def get(self, key: CacheKey) -> Kept | None:
        """Return what is kept, None for nothing; a file that cannot be read counts as nothing."""
        return self._read(self._file(key))

    def calls(self, answer: str) -> list[Call]:
        """Return each call about an answer that a reply or a receipt tells of, once.

        Args:
            answer: The hash of the screened text, as `answer_hash` gives it.
        """
        found: dict[str, Call] = {}
        for kept in self.kept(answer):
            call = kept.call
            # A receipt tells of the attempts before the reply, which tells of the whole call.
            if call is not None and (call.outcome is Outcome.OK or call.id not in found):
                found[call.id] = call
        return list(found.values())

    def drop_receipts(self, answer: str, calls: Set[str]) -> None:
        """Remove the receipts of calls, by their ids, that stand in the account; replies stay."""
        for file in (self.folder / answer[:2] / answer).glob(f"*{_REPLY}"):
            if file.stem.rpartition("-")[2] in calls:
                file.unlink(missing_ok=True)

    def kept(self, answer: str) -> list[Kept]:
        """Return all that is kept about an answer, named by its hash."""
        found = map(self._read, sorted((self.folder / answer[:2] / answer).glob(f"*{_REPLY}")))
        return [kept for kept in found if kept is not None]

    def put(self, key: CacheKey, kept: Kept) -> None:
        """Keep a reply; a disk that cannot keep it is warned of, and no verdict is lost by it."""
        file = self._file(key)
        text = self.wrapping.wrap(json.dumps(plain(kept)), file)
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(file, text)
        except OSError as error:
            _log.warning("%s: what a judge said cannot be kept: %s", self.folder, error.strerror)

    def forget(self, answer: str) -> None:
        """Remove every reply about an answer: quotes in it are a candidate's words.

        Killed at any point, it removes the rest when it is called again.

        Args:
            answer: The hash of the screened text, as `answer_hash` gives it.
        """
        folder = self.folder / answer[:2] / answer
        gone = folder.with_name(f".{answer}")
        if gone.is_dir():
            rmtree(gone)
        if folder.is_dir():
            # Moved away first: a file that is being written anew finds no folder to come back to.
            folder.rename(gone)
            rmtree(gone)
            _sync_folder(folder.parent)

    def _file(self, key: CacheKey) -> Path:
        folder = self.folder / key.answer[:2] / key.answer
        return folder / f"{key.judge[:32]}-{key.prompt[:32]}-{key.part}{_REPLY}"

    def _read(self, file: Path) -> Kept | None:
        try:
            text = self.wrapping.unwrap(file.read_text(encoding="utf-8"), file)
            return kept_of(json.loads(text))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
            return None


def write_whole(file: Path, text: str) -> None:
    """Write a file into a folder so that it is whole and on the disk, or not there at all.

    Raises:
        OSError: the folder is gone, or the disk takes nothing.
    """
    with NamedTemporaryFile(
        "w", dir=file.parent, suffix=PART, delete=False, encoding="utf-8"
    ) as new:
        try:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
            os.replace(new.name, file)
        except OSError:
            with suppress(OSError):
                os.unlink(new.name)
            raise
    _sync_folder(file.parent)


def answer_hash(screened: str) -> str:
    """Name a screened text: hex SHA-256."""
    return sha256(screened.encode("utf-8", "surrogatepass")).hexdigest()


def kept_from(value: Any, call: Call) -> Kept:
    """Return what to keep of a call that succeeded."""
    return Kept(value, Spared(call.id, call.tokens, call.micros), call)


def keep_receipt(cache: ReplyCache, key: CacheKey, call: Call) -> None:
    """Keep what a call has cost that brought nothing of use, beside what was asked.

    Args:
        cache: Where.
        key: What was asked.
        call: One that was made, or as far as it was; kept again under its name, it stands there
            once.
    """
    if call.tokens != Tokens():
        cost = Spared(call.id, call.tokens, call.micros)
        cache.put(replace(key, part=f"{key.part}-{call.id}"), Kept(None, cost, call))


def plain(kept: Kept) -> dict[str, Any]:
    """Return a kept reply as JSON holds it."""
    tokens, call = kept.cost.tokens, kept.call
    found = {
        "value": kept.value,
        "call": kept.cost.id,
        "tokens": [tokens.prompt, tokens.cached, tokens.output],
        "micros": str(kept.cost.micros),
    }
    if call is not None:
        found["by"] = [call.judge, call.model, call.dimension]
        found["took"] = [call.latency, call.retries]
        found["sent"] = [call.host, call.sent]
        found["ended"] = call.outcome.value
        found["missing"] = list(call.missing)
    return found


def kept_of(found: Mapping[str, Any]) -> Kept:
    """Read a kept reply back.

    Raises:
        ValueError, KeyError, TypeError, InvalidOperation: it is not of the form of `plain`.
    """
    prompt, cached, output = (int(number) for number in found["tokens"])
    cost = Spared(str(found["call"]), Tokens(prompt, cached, output), Decimal(found["micros"]))
    return Kept(found["value"], cost, _call_of(found, cost) if "by" in found else None)


def _call_of(found: Mapping[str, Any], cost: Spared) -> Call:
    judge, model, dimension = (str(name) for name in found["by"])
    latency, retries = found["took"]
    host, sent = found.get("sent", ("", 0))
    tokens = cost.tokens
    return Call(
        judge,
        model,
        dimension,
        tokens.prompt,
        tokens.cached,
        tokens.output,
        cost.micros,
        float(latency),
        int(retries),
        False,
        Outcome(found.get("ended", Outcome.OK)),
        cost.id,
        host=str(host),
        sent=int(sent),
        missing=tuple(str(one) for one in found.get("missing", ())),
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

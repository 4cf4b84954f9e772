"""Files with people's words, sealed like columns: what judges replied, which quotes answers.

Each is bound to its place below `judge-replies/`: the organisation, the digest of the answer that
it is about, and what was asked. All of it can be asked for again, so what cannot be opened is left
unread and stops nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from evenhand.hiring.at_rest.cipher import MARK, SealBroken, prefix_of, seal, unseal
from evenhand.hiring.at_rest.keys import KeysUnusable

_REPLY: Final = ".json"
_BATCH: Final = 200


@dataclass(frozen=True)
class SealedFiles:
    """Wraps what a cache writes below `judge-replies/`."""

    def wrap(self, text: str, file: Path) -> str:
        """Return the text sealed for this file."""
        return seal(text, _place(file))

    def unwrap(self, text: str, file: Path) -> str:
        """Return the text.

        Raises:
            ValueError: it is not sealed, or for another file, or with a key that is not there.
        """
        try:
            return unseal(text, _place(file))
        except SealBroken as error:
            raise ValueError(str(error)) from error


def reseal_files(key_id: str) -> Iterator[int]:
    """Seal with the current key what is not, plain files too; yields numbers of files.

    A file that goes meanwhile stays gone. One that is written meanwhile says the same: its name
    is a digest of what was asked.
    """
    done = 0
    for file in _ending_with(_REPLY):
        with suppress(FileNotFoundError, SealBroken, KeysUnusable, UnicodeDecodeError):
            text = file.read_text(encoding="utf-8")
            if text.startswith(prefix_of(key_id)):
                continue
            plain = unseal(text, _place(file)) if text.startswith(MARK) else text
            _write(file, seal(plain, _place(file)))
            done += 1
            if done % _BATCH == 0:
                yield _BATCH
    if done % _BATCH:
        yield done % _BATCH


def sweep(before: datetime | None = None) -> None:
    """Remove what a process that was killed left half written.

    Args:
        before: of before this moment alone, where others may be writing now.
    """
    if not settings.JUDGE_REPLIES.is_dir():
        return
    from evenhand.judges.llm.caching import PART

    for part in _ending_with(PART):
        with suppress(FileNotFoundError):
            if before is None or part.stat().st_mtime < before.timestamp():
                part.unlink()


def unseal_files() -> None:
    """Write every file plain again."""
    for file in _ending_with(_REPLY):
        with suppress(FileNotFoundError, SealBroken, KeysUnusable, UnicodeDecodeError):
            text = file.read_text(encoding="utf-8")
            if text.startswith(MARK):
                _write(file, unseal(text, _place(file)))


def _write(file: Path, text: str) -> None:
    # Here and not above: every command comes by this module, and judges take seconds to import.
    from evenhand.judges.llm.caching import write_whole

    write_whole(file, text)


def _ending_with(ending: str) -> Iterator[Path]:
    # Not by globbing, which breaks off where a folder goes meanwhile.
    for folder, _folders, names in os.walk(settings.JUDGE_REPLIES):
        yield from (Path(folder, name) for name in names if name.endswith(ending))


def _place(file: Path) -> list[str]:
    # As of a column: what it is in, what it is, which one.
    return ["judge-replies", "file", file.relative_to(settings.JUDGE_REPLIES).as_posix()]

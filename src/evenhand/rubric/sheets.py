"""The files of a pack once their shape is checked, each entry with its place for messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .schema import (
    AnswerShape,
    DimensionShape,
    PackShape,
    ProbeShape,
    PromptShape,
    RolePlayShape,
    RoundShape,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Placed(Generic[T]):
    """An entry and where it stands, such as `rubric.yaml: dimensions[2] (data_quality)`."""

    where: str
    value: T


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """One file: the entries whose shape is right, and `raw`, all of them as they were parsed.

    `raw` is None where the file could not be read at all: then nothing is known about which ids
    it would have held, and nobody is blamed for naming one.
    """

    entries: tuple[Placed[T], ...]
    raw: list[Any] | None

    def values(self) -> Iterator[T]:
        """Yield the entries without their places."""
        return (entry.value for entry in self.entries)

    def ids(self) -> set[str] | None:
        """Return every id in the file, those of misshapen entries too; None if it is unreadable."""
        return None if self.raw is None else {id for id, _ in identified(self.raw)}


def identified(raw: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, entry) for those entries of a parsed list that are mappings with an id."""
    for entry in raw if isinstance(raw, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            yield entry["id"], entry


@dataclass(frozen=True)
class Sheets:
    """All files of a pack. `pack` is None where pack.yaml is misshapen."""

    pack: PackShape | None
    dimensions: Sheet[DimensionShape]
    prompts: Sheet[PromptShape]
    probes: Sheet[ProbeShape]
    rounds: Sheet[RoundShape]
    role_plays: Sheet[RolePlayShape]
    golden: Sheet[AnswerShape]

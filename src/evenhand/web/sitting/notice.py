"""What a candidate is told before the clock starts, gathered from the opening and its pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from evenhand.web.sitting.seat import Seat

NOTICE_VERSION: Final = "2026-11-2"
"""Kept with the consent. Change it whenever the text of `start.html` changes in meaning."""


@dataclass(frozen=True)
class Topic:
    """What one question is about, without the question."""

    names: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Notice:
    """The facts of the start page."""

    topics: tuple[Topic, ...]
    dimensions: tuple[str, ...]

    @property
    def questions(self) -> int:
        """How many questions are asked."""
        return len(self.topics)


def notice_for(seat: Seat) -> Notice:
    """Return what this candidate is told."""
    pack = seat.pack
    topics = tuple(
        Topic(
            names=tuple(pack.dimension(dimension).name for dimension in prompt.dimensions),
            minutes=seat.minutes_for(prompt),
        )
        for prompt in seat.prompts
    )
    return Notice(topics=topics, dimensions=tuple(each.name for each in pack.dimensions))

"""A pack as the rest of Evenhand sees it: plain frozen values, already checked by `load_pack`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .errors import UnknownIdError

Kind = Literal["strong", "red_flag"]
RoundId = Literal["async", "final", "peer"]


@dataclass(frozen=True)
class Indicator:
    """An observable behaviour: a strong one raises the level where shown, a red flag lowers it."""

    id: str
    kind: Kind
    says: str


@dataclass(frozen=True)
class Dimension:
    """One of the things judged; `levels[0]` describes level 1 and `levels[4]` level 5."""

    id: str
    name: str
    asks: str
    levels: tuple[str, ...]
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class Prompt:
    """A question of the pack.

    `dimensions` maps each dimension that the answer is judged on to its share; shares add up to 1.
    Prompts of one round with a `variant` and the same dimensions stand in for each other.
    """

    id: str
    dimensions: Mapping[str, float]
    round: str
    minutes: int
    text: str
    variant: str | None


@dataclass(frozen=True)
class Probe:
    """The fixed follow-up question of one strong indicator."""

    id: str
    indicator: str
    text: str
    minutes: int


@dataclass(frozen=True)
class RolePlay:
    """A scene that an interviewer plays with the candidate, the same for everyone.

    Attributes:
        dimensions: what it shows, with shares that add up to 1.
        brief: what the candidate is told.
        part: what the interviewer is told.
        lines: what the interviewer says in it, word for word and in order.
    """

    id: str
    name: str
    round: str
    dimensions: Mapping[str, float]
    minutes: int
    brief: str
    part: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """One of the three rounds: `minutes` for the whole of it, what may be asked, what it covers."""

    id: RoundId
    name: str
    minutes: int
    prompts: tuple[str, ...]
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class GoldenRating:
    """One rater's level (1 to 5 in halves) and marks (0, 1, 2 by indicator) for one dimension."""

    rater: str
    dimension: str
    level: float
    marks: Mapping[str, int]


@dataclass(frozen=True)
class GoldenAnswer:
    """An answer whose level is known from raters. Split by `author`, never by answer."""

    id: str
    author: str
    prompt: str
    text: str
    ratings: tuple[GoldenRating, ...]


@dataclass(frozen=True)
class Pack:
    """A versioned folder of everything an interview is made of.

    Attributes:
        root: the folder that it was read from, resolved.
        bar: the level (1 to 5) that P(at or above the bar) refers to.
        weights: the weight of each dimension in the overall estimate; proportions count.
        golden_label: the sentence to show beside every figure computed on the golden answers.
        licence: SPDX name of the licence of the pack's content.
        hash: names the content: SHA-256 over every file, see `evenhand.rubric.hash`.
        source_hash: the same without what no judge reads: what a calibration is made from.
    """

    root: Path
    id: str
    version: str
    role: str
    name: str
    bar: float
    weights: Mapping[str, float]
    dimensions: tuple[Dimension, ...]
    prompts: tuple[Prompt, ...]
    probes: tuple[Probe, ...]
    rounds: tuple[Round, ...]
    role_plays: tuple[RolePlay, ...]
    golden: tuple[GoldenAnswer, ...]
    golden_label: str
    licence: str
    hash: str
    source_hash: str

    def dimension(self, id: str) -> Dimension:
        """Return a dimension by id; UnknownIdError names the known ones."""
        for dimension in self.dimensions:
            if dimension.id == id:
                return dimension
        raise UnknownIdError.of("dimension", id, (d.id for d in self.dimensions))

    def prompt(self, id: str) -> Prompt:
        """Return a prompt by id; UnknownIdError names the known ones."""
        for prompt in self.prompts:
            if prompt.id == id:
                return prompt
        raise UnknownIdError.of("prompt", id, (p.id for p in self.prompts))

    def indicator(self, id: str) -> Indicator:
        """Return an indicator by id; UnknownIdError names the known ones."""
        known = [i for d in self.dimensions for i in d.indicators]
        for indicator in known:
            if indicator.id == id:
                return indicator
        raise UnknownIdError.of("indicator", id, (i.id for i in known))

    def probe_for(self, indicator_id: str) -> Probe:
        """Return the probe of an indicator; UnknownIdError names the indicators that have one."""
        for probe in self.probes:
            if probe.indicator == indicator_id:
                return probe
        raise UnknownIdError.of(
            "probe for indicator", indicator_id, (p.indicator for p in self.probes)
        )

    def round(self, id: str) -> Round:
        """Return a round by id; UnknownIdError names the known ones."""
        for round_ in self.rounds:
            if round_.id == id:
                return round_
        raise UnknownIdError.of("round", id, (r.id for r in self.rounds))

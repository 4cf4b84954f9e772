"""What a panel is held to at the gate: one table, and what a pack says otherwise."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from evenhand.rubric import Pack
from evenhand.rubric.parse import trusted_yaml
from evenhand.studies.errors import StudyError

FILE = "calibration/gate.yaml"


@dataclass(frozen=True)
class Limit:
    """The least and the most that a figure may be; None where that end is open.

    Attributes:
        says: what the figure is, in words.
        source: where the limit comes from.
    """

    says: str
    low: float | None
    high: float | None
    source: str

    @property
    def asked(self) -> str:
        """Return the limit in words.

        >>> Limit("", 0.87, 0.93, "").asked, Limit("", None, 0.5, "").asked
        ('0.87 to 0.93', 'at most 0.5')
        """
        if self.low is None:
            return f"at most {self.high:g}"
        if self.high is None:
            return f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"

    def keeps(self, got: float) -> bool:
        """Say whether a figure is within; one that is not a number is not."""
        above = self.low is None or got >= self.low
        below = self.high is None or got <= self.high
        return above and below and not math.isnan(got)


_TARGET = "the project's target for a panel on authors left out"
_LEFT = "what people can rate in its place; the embedded panel keeps it with room"
_FILLED = "looser than over given levels: an honest abstention costs something too"

LIMITS: Mapping[str, Limit] = {
    "r": Limit("correlation with the raters' mean", 0.92, None, _TARGET),
    "rmse": Limit("root mean squared error, levels", None, 0.5, _TARGET),
    "kappa": Limit("quadratic-weighted kappa", 0.85, None, _TARGET),
    "dimension_r": Limit("lowest correlation of a dimension", 0.8, None, _TARGET),
    "r_filled": Limit("correlation, abstentions as the raters' mean", 0.85, None, _FILLED),
    "rmse_filled": Limit("error, abstentions as the raters' mean", None, 0.6, _FILLED),
    "coverage": Limit("coverage of the 90 % interval", 0.87, 0.93, f"{_TARGET}: 90 % ± 3"),
    "length": Limit("correlation with log length, raters' mean held", -0.2, 0.2, _TARGET),
    "nothing": Limit("highest level of a text that says nothing", None, 1.25, _TARGET),
    "false_flags": Limit("share of golden answers flagged", None, 0.02, _TARGET),
    "unsupported": Limit("marks above 0 without a quote", None, 0, "every mark has a quote"),
    "repeat": Limit(
        "standard deviation of a second run, levels", None, 0.08, "2 points of 100 (science, 1)"
    ),
    "repeat_flips": Limit("share of levels that one of two runs gives", None, 0.05, _LEFT),
    "abstained": Limit("share of levels abstained from", None, 0.1, _LEFT),
    "dimension_abstained": Limit("the same of the dimension with most", None, 0.25, _LEFT),
    "band_abstained": Limit("the same of the raters' band with most", None, 0.2, _LEFT),
    "judge_abstained": Limit(
        "the same of the judge that abstains most",
        None,
        0.2,
        "Trust or Escalate, arXiv 2407.18370: who never answers was not tried",
    ),
}
"""Each check by its code. Latency and cost are shown without a limit: what they may be is for who
pays to say, in the pack's own file."""

OPTIONAL: Mapping[str, str] = {
    "seconds": "seconds an answer, 99th percentile",
    "cost": "cost an answer",
}
"""Checked only where the pack gives a limit; what they say."""


@dataclass(frozen=True)
class Group:
    """Golden authors whose mean error is looked at by itself."""

    authors: tuple[str, ...]
    limit: Limit


@dataclass(frozen=True)
class Limits:
    """What one pack's panels are held to."""

    checks: Mapping[str, Limit]
    groups: Mapping[str, Group]


def limits_of(pack: Pack) -> Limits:
    """Return the limits of a pack: the table, and what its `calibration/gate.yaml` says otherwise.

    The file may hold `limits: {code: {low, high}}` and `groups: {name: {authors, low, high}}`.

    Raises:
        StudyError: the file is not of that form; says where.
    """
    file = pack.root / FILE
    if not file.is_file():
        return Limits(LIMITS, {})
    try:
        found = trusted_yaml(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StudyError(f"{file}: cannot be read: {' '.join(str(error).split())}") from error
    _only(found, {"limits", "groups"}, f"{file}")
    known = {**{code: limit.says for code, limit in LIMITS.items()}, **OPTIONAL}
    checks = dict(LIMITS)
    given = found.get("limits") or {}
    _only(given, set(known), f"{file}: limits")
    for code, ends in given.items():
        checks[code] = _limit(known[code], ends, f"{file}: limits.{code}", {"low", "high"})
    groups = {}
    authors = {answer.author for answer in pack.golden}
    for name, group in _mapping(found.get("groups") or {}, f"{file}: groups").items():
        where = f"{file}: groups.{name}"
        limit = _limit(f"mean error of {name}", group, where, {"low", "high", "authors"})
        listed = group.get("authors")
        if not isinstance(listed, list) or not listed or not set(map(str, listed)) <= authors:
            raise StudyError(f"{where}.authors: must be a list of golden authors")
        groups[str(name)] = Group(tuple(map(str, listed)), limit)
    return Limits(checks, groups)


def _limit(says: str, ends: Any, where: str, allowed: set[str]) -> Limit:
    _only(ends, allowed, where)
    low, high = ends.get("low"), ends.get("high")
    for end in (low, high):
        number = isinstance(end, int | float) and not isinstance(end, bool)
        if end is not None and not (number and math.isfinite(end)):
            raise StudyError(f'{where}: "{end}" is not a number')
    if low is None and high is None:
        raise StudyError(f"{where}: give low, high or both")
    if low is not None and high is not None and low > high:
        raise StudyError(f"{where}: low {low:g} is above high {high:g}")
    return Limit(says, low, high, "the pack")


def _only(value: Any, allowed: set[str], where: str) -> None:
    for key in _mapping(value, where):
        if key not in allowed:
            raise StudyError(f'{where}: "{key}" is not known (known: {", ".join(sorted(allowed))})')


def _mapping(value: Any, where: str) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise StudyError(f"{where}: must be a mapping")
    return value

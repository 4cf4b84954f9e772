"""A kit as plain frozen values: what an interviewer is to ask, why, and what to listen for.

It holds no score, level, probability or interval of the candidate, and nobody's scorecard: who
reads it has not made up their mind yet. As JSON it is pinned when the interview begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

VERSION: Final = "evenhand-kit/1"

QuestionKind = Literal["prompt", "probe", "role_play"]


@dataclass(frozen=True)
class KitIndicator:
    """An observable behaviour in the words of the rubric."""

    id: str
    says: str


@dataclass(frozen=True)
class KitDimension:
    """What a dimension asks and how its answers sound.

    Attributes:
        levels: the five anchors, level 1 first; pages show 5, 3 and 1 beside a question.
        strong: behaviours that raise the level where they are heard.
        red_flags: behaviours that lower it.
    """

    id: str
    name: str
    asks: str
    levels: tuple[str, ...]
    strong: tuple[KitIndicator, ...]
    red_flags: tuple[KitIndicator, ...]


@dataclass(frozen=True)
class KitProbe:
    """A fixed follow-up question, for when its indicator was not heard."""

    task: str
    indicator: str
    text: str
    minutes: float


@dataclass(frozen=True)
class KitQuestion:
    """One thing to ask, in its place.

    Attributes:
        task: the prompt, probe or role-play card; the task of its ratings and stamps.
        kind: which of the three it is.
        text: what the candidate is told, word for word.
        minutes: how long it takes, its follow-up questions included.
        dimensions: what the answer shows, by id; the main one first.
        core: whether everyone is asked it.
        follows: for a probe, the prompt whose answer it goes on from; otherwise empty.
        context: the text of the question that it follows; otherwise empty.
        reason: why it is asked, in words.
        part: for a role play, whom the interviewer plays and how; otherwise empty.
        lines: for a role play, what the interviewer says in it, word for word and in order.
        probes: its follow-up questions.
    """

    task: str
    kind: QuestionKind
    text: str
    minutes: float
    dimensions: tuple[str, ...]
    core: bool
    follows: str
    context: str
    reason: str
    part: str
    lines: tuple[str, ...]
    probes: tuple[KitProbe, ...]


@dataclass(frozen=True)
class OpenPoint:
    """One behaviour on which the rounds before left doubt, and the question that would settle it.

    Attributes:
        dimension: its id.
        indicator: its id.
        says: the behaviour in the words of the rubric.
        reason: what is open, in words.
        quotes: what the candidate wrote that was taken as evidence, identities taken out.
        task: the probe that asks for it.
        question: that probe's text.
    """

    dimension: str
    indicator: str
    says: str
    reason: str
    quotes: tuple[str, ...]
    task: str
    question: str


@dataclass(frozen=True)
class Kit:
    """All that an interviewer needs for one interview.

    `opening_minutes`, the minutes of the questions and `closing_minutes` add up to at most
    `minutes`.

    Attributes:
        round: `final` or `peer`.
        minutes: the time set aside.
        opening: what to say first, word for word.
        closing: what to say last.
        questions: in the order to ask them; the common core first.
        left_out: texts of what everyone is asked, and the time of this interview does not allow.
        dimensions: all that the questions show; each wants a level, or "not seen".
        open_points: what the focus questions come from.
    """

    round: str
    minutes: int
    opening: str
    opening_minutes: float
    closing: str
    closing_minutes: float
    questions: tuple[KitQuestion, ...]
    left_out: tuple[str, ...]
    dimensions: tuple[KitDimension, ...]
    open_points: tuple[OpenPoint, ...]

    def question(self, task: str) -> KitQuestion | None:
        """Return a question by its task, or None."""
        return next((one for one in self.questions if one.task == task), None)

    def dimension(self, id: str) -> KitDimension | None:
        """Return a dimension by id, or None."""
        return next((one for one in self.dimensions if one.id == id), None)

    def asked(self) -> frozenset[str]:
        """Return the tasks of its questions."""
        return frozenset(one.task for one in self.questions)

    def tasks(self) -> frozenset[str]:
        """Return all that can be asked with it: questions and their follow-up questions."""
        probes = {probe.task for one in self.questions for probe in one.probes}
        return self.asked() | probes

    def indicators(self) -> frozenset[str]:
        """Return the ids of all that can be listened for."""
        return frozenset(
            one.id for about in self.dimensions for one in (*about.strong, *about.red_flags)
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"version": VERSION, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Kit:
        """Read what `to_json` gave.

        Raises:
            ValueError: it is of another version.
        """
        if data.get("version") != VERSION:
            raise ValueError(f'kit: version: "{data.get("version")}" is not {VERSION}')
        plain = {name: value for name, value in data.items() if name != "version"}
        return cls(
            **{
                **plain,
                "questions": tuple(_question(one) for one in data["questions"]),
                "left_out": tuple(data["left_out"]),
                "dimensions": tuple(_dimension(one) for one in data["dimensions"]),
                "open_points": tuple(
                    OpenPoint(**{**one, "quotes": tuple(one["quotes"])})
                    for one in data["open_points"]
                ),
            }
        )


def _question(data: Mapping[str, Any]) -> KitQuestion:
    return KitQuestion(
        **{
            **data,
            "dimensions": tuple(data["dimensions"]),
            "lines": tuple(data["lines"]),
            "probes": tuple(KitProbe(**one) for one in data["probes"]),
        }
    )


def _dimension(data: Mapping[str, Any]) -> KitDimension:
    return KitDimension(
        **{
            **data,
            "levels": tuple(data["levels"]),
            "strong": tuple(KitIndicator(**one) for one in data["strong"]),
            "red_flags": tuple(KitIndicator(**one) for one in data["red_flags"]),
        }
    )

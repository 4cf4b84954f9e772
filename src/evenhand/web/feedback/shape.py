"""Feedback as plain frozen values: what the page, the JSON and the PDF all show.

It holds the candidate's own words, the rubric's, and ours: no name, no other candidate, no rank, no
bar, no sentence that a rater or a judge wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Level:
    """A level on 1..5 with its interval at the feedback's confidence, and both in a sentence."""

    mean: float
    low: float
    high: float
    says: str


@dataclass(frozen=True)
class Evidence:
    """A behaviour of the rubric that was seen in answers.

    Attributes:
        questions: Numbers of the questions.
        says: The behaviour, in the rubric's words.
        partly: Whether it was seen in part only, in each of them.
        quotes: The candidate's own words that it was seen in; empty where no judge quoted.
    """

    questions: tuple[int, ...]
    says: str
    partly: bool
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class DimensionPart:
    """What one dimension came to.

    Attributes:
        raters_ask: The question that raters ask themselves.
        level: None where no answer on it could be read.
        shown: What speaks for the level.
        against: What the rubric counts against it.
        not_seen: A few behaviours that would have shown more.
        next_level: The whole level after the nearest one; None at the top, or without a level.
        next_says: What the rubric says of that level.
        levels: What the rubric says of the levels 1 to 5.
    """

    id: str
    name: str
    raters_ask: str
    level: Level | None
    shown: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    not_seen: tuple[str, ...]
    next_level: int | None
    next_says: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class RoundLine:
    """One round that the levels rest on, and how many models and people rated in it."""

    name: str
    models: int
    people: int
    says: str


@dataclass(frozen=True)
class KeptText:
    """Text that was kept and did not become the answer, with what kept it."""

    why: str
    text: str


@dataclass(frozen=True)
class OwnFollowUp:
    """A follow-up that was asked after a question, and what was answered."""

    question: str
    text: str
    aside: tuple[KeptText, ...]


@dataclass(frozen=True)
class OwnAnswer:
    """A question and the answer as it was given.

    Attributes:
        follow_up: None where none was asked.
        remarks: What a person was asked to look at, in neutral words; it changed no level.
        redacted: What no judge saw of it, in words; empty where they saw all.
    """

    number: int
    question: str
    text: str
    follow_up: OwnFollowUp | None
    remarks: tuple[str, ...]
    redacted: str
    aside: tuple[KeptText, ...]


@dataclass(frozen=True)
class MoveLine:
    """One estimate without and with the ratings that a contest brought."""

    name: str
    before: Level
    after: Level
    beyond_chance: bool
    says: str


@dataclass(frozen=True)
class ContestLine:
    """A contest of the candidate's, and what came of it.

    Attributes:
        state: `open`, `rating` or `settled`.
        about: The answers and dimensions, in words.
        reason: The candidate's own words.
        says: How far it is, or what came of it.
        moves: The contested dimensions and overall; empty until it is settled.
    """

    state: str
    opened_at: datetime
    settled_at: datetime | None
    about: tuple[str, ...]
    reason: str
    says: str
    moves: tuple[MoveLine, ...]


@dataclass(frozen=True)
class Feedback:
    """Everything that a candidate is given back of one application.

    Attributes:
        released_at: None in a preview before the release.
        estimated_at: When the levels were made, or made anew.
        overall: Over all dimensions; None where nothing could be read.
        dimensions: Those that were asked.
        not_asked: Names of the others.
        contest_until: None in a preview.
    """

    application: str
    opening: str
    released_at: datetime | None
    estimated_at: datetime | None
    confidence: float
    overall: Level | None
    dimensions: tuple[DimensionPart, ...]
    not_asked: tuple[str, ...]
    rounds: tuple[RoundLine, ...]
    answers: tuple[OwnAnswer, ...]
    contests: tuple[ContestLine, ...]
    contest_until: datetime | None
    provisional: bool
    is_example: bool

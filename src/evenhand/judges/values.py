"""What the judges say of an answer: plain frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evenhand.judges.llm.values import Call, Decision
from evenhand.measure import AnswerLevel, Components

Mark = int | None
"""0 not shown, 1 partly, 2 clearly shown; None when the judge cannot tell."""


@dataclass(frozen=True)
class Quote:
    """The candidate's own words behind a mark: `text == given[start:end]`."""

    indicator: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """One judge's reading of one answer on one dimension, or its abstention.

    Attributes:
        level: 1 to 5, or None where the judge abstains.
        distribution: Probability of the levels 1 to 5, adding up to 1; None with an abstention.
        marks: One for every indicator of the dimension.
        quotes: At least one for every mark above 0.
        reason: Why the judge abstained, why it gives no marks, or that its level is held down.
        claimed: How many marks above 0 it gave, in all its draws, before code looked for quotes.
        ungrounded: How many of those became None because no quote stands in the answer.
    """

    judge: str
    dimension: str
    level: float | None
    distribution: tuple[float, ...] | None
    marks: Mapping[str, Mark]
    quotes: tuple[Quote, ...]
    reason: str | None
    claimed: int = 0
    ungrounded: int = 0

    @property
    def abstained(self) -> bool:
        """Say whether the judge gave no level."""
        return self.level is None


@dataclass(frozen=True)
class Flag:
    """Something that a person should look at. A flag never changes a score."""

    code: str
    detail: str


Identity = Literal["name", "mail", "phone", "link", "address", "employer", "school"]
"""What tells who somebody is."""


@dataclass(frozen=True)
class Redaction:
    """Something taken out before a judge read the text: `text[start:end]` of that text."""

    kind: Identity
    start: int
    end: int


@dataclass(frozen=True)
class Screened:
    """An answer made safe to read.

    Attributes:
        given: The text as the candidate gave it.
        text: What the judges read.
        offsets: For each character of `text`, where in `given` it comes from; never falling.
        flags: What a person should look at.
        redacted: What was taken out of `given`, in reading order.
    """

    given: str
    text: str
    offsets: Sequence[int]
    flags: tuple[Flag, ...]
    redacted: tuple[Redaction, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty stretch of `text` to the stretch of `given` that it came from."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True)
class AnswerScore:
    """What the panel says of one answer on one dimension.

    The estimand is the mean level that trained raters would give this answer; `low` and `high`
    bound it with probability `confidence`. An abstention of the whole panel has None in all four.
    `left_out` names judges whose level was far above the others' and does not count.
    """

    dimension: str
    level: float | None
    sd: float | None
    low: float | None
    high: float | None
    confidence: float
    abstained: bool
    verdicts: tuple[Verdict, ...]
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, dimension: str, found: AnswerLevel, confidence: float, verdicts: tuple[Verdict, ...]
    ) -> "AnswerScore":
        """Return what the measurement model made of the judges' levels."""
        return cls(
            dimension,
            found.level,
            found.sd,
            found.low,
            found.high,
            confidence,
            False,
            verdicts,
            found.left_out,
        )


@dataclass(frozen=True)
class PanelResult:
    """One answer read by the panel: a score for each dimension of its prompt.

    `calls` are the requests that it took, in order of dimension and judge, and `decisions` say of
    each LLM judge and dimension whether it was asked and why; none without LLM judges.
    `redacted` says what no judge saw; its places index the text as given.
    `components` made the scores: other than the panel's for a golden answer, whose author they must
    not know; None says the panel's.
    """

    prompt: str
    flags: tuple[Flag, ...]
    scores: tuple[AnswerScore, ...]
    calls: tuple[Call, ...] = ()
    redacted: tuple[Redaction, ...] = ()
    decisions: tuple[Decision, ...] = ()
    components: Components | None = None

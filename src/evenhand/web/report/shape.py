"""A report as plain frozen values: what the page, the JSON and the PDF all show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from evenhand.hiring.scoring.left_to_people import CODE as LEFT_TO_PEOPLE
from evenhand.web.ui.figures import share

State = Literal["not_submitted", "being_scored", "scored", "live"]
"""`live`: nothing is handed in yet, and interviewers have rated."""
Standing = Literal["at_or_above", "below", "open"]
Shown = Literal["shown", "partly", "not_shown", "cannot_tell"]


@dataclass(frozen=True)
class Interval:
    """A level on 1..5 with its interval at the report's confidence; sd in levels."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """What one rating, or the starting point, adds to an estimate, in levels.

    `task`, `dimension` (its name), `rater`, `level` and `round` are None for what is not a rating;
    `asked` says in words what was asked, and `who` who rated.
    """

    source: Literal["prior", "rating", "scale"]
    task: str | None
    dimension: str | None
    rater: str | None
    level: float | None
    share: float
    round: str | None = None
    asked: str = ""
    who: str = ""


@dataclass(frozen=True)
class Doubt:
    """A part of the variance of an estimate, 0 to 1, by what it comes from."""

    source: Literal["unseen", "answers", "judges", "raters", "level"]
    share: float


@dataclass(frozen=True)
class Narrowed:
    """An estimate as it stood after one round: `ratings` of that round were on the dimension."""

    round: str
    name: str
    ratings: int
    level: Interval


@dataclass(frozen=True)
class DimensionLine:
    """The estimate of one dimension, or `overall`, with what follows from it.

    Attributes:
        put: Whether a question on it was put.
        asked: Whether an answer was rated on it; otherwise it is inferred from the others.
        p_bar: Probability that the level is at or above the bar.
        reliability: Share of the doubt before any answer that the answers have removed, 0 to 1.
        standing: Settled where the whole interval lies on one side of the bar.
        anchor: What the rubric says of the whole level nearest the mean; empty for overall.
        shares: The exact summands of the mean.
        doubts: Where the width comes from, the largest part first; the parts sum to 1.
        doubt_says: The same in a sentence, with what would narrow it.
        rounds: How it stood after each round; empty where no live round was rated.
    """

    id: str
    name: str
    asks: str
    put: bool
    asked: bool
    level: Interval
    p_bar: float
    reliability: float
    standing: Standing
    says: str
    anchor: str
    shares: tuple[Share, ...]
    doubts: tuple[Doubt, ...]
    doubt_says: str
    rounds: tuple[Narrowed, ...] = ()

    @property
    def narrower(self) -> str:
        """How much narrower the interval is than after the first round, in percent, as words."""
        if len(self.rounds) < 2:
            return ""
        ends = (self.rounds[0].level, self.rounds[-1].level)
        before, after = (one.high - one.low for one in ends)
        return share(1 - after / before) if before > 0 else ""


@dataclass(frozen=True)
class Quote:
    """A stretch of the answer that a judge points to; start and end index the text as given.

    With `in_follow_up` that text is the answer to the follow-up.
    """

    judge: str
    text: str
    start: int
    end: int
    in_follow_up: bool = False


@dataclass(frozen=True)
class IndicatorLine:
    """One observable behaviour in one answer. `number` ties it to its quotes on the page.

    `by` holds each judge's mark (2 shown, 1 partly, 0 not shown, None cannot tell).
    """

    number: int
    id: str
    says: str
    red_flag: bool
    shown: Shown
    by: tuple[tuple[str, int | None], ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True)
class JudgeLine:
    """One judge's level and distribution over levels 1 to 5, or why it gave none.

    `left_out` says why a level does not count, where it does not.
    """

    judge: str
    level: float | None
    distribution: tuple[float, ...] | None
    reason: str
    left_out: str


@dataclass(frozen=True)
class Reading:
    """One answer read on one dimension. `level` is None where every judge abstained."""

    dimension: str
    name: str
    level: Interval | None
    judges: tuple[JudgeLine, ...]
    spread: float | None
    agreement: str
    indicators: tuple[IndicatorLine, ...]


@dataclass(frozen=True)
class Segment:
    """A stretch of the answer and the numbers of the indicators it is evidence for.

    `ends` are those of `numbers` whose quote ends with this stretch.
    """

    text: str
    numbers: tuple[int, ...]
    ends: tuple[int, ...]
    title: str
    red_flag: bool


@dataclass(frozen=True)
class FlagNote:
    """Something in an answer for a person to look at; it changed no score."""

    code: str
    detail: str

    @property
    def lead(self) -> str:
        """What stands before the detail: what is asked for, and that it accuses nobody."""
        if self.code == LEFT_TO_PEOPLE:
            return _("Left to people, which is nothing against whoever wrote it:")
        return _("For a person to look at; the flag itself changed no score.")


@dataclass(frozen=True)
class Aside:
    """Text that was kept and did not become the answer, with what kept it."""

    why: str
    text: str
    kept_at: datetime


@dataclass(frozen=True)
class FollowUpPart:
    """A follow-up that was asked after a question, and its answer; the judges read both as one."""

    probe: str
    question: str
    text: str
    words: int
    segments: tuple[Segment, ...]
    aside: tuple[Aside, ...]


@dataclass(frozen=True)
class AnswerPart:
    """One question, the answer as given, and everything that was read in it.

    `redacted` says what no judge saw of it, by kind; empty where they saw all. `follow_up_says`
    says why the follow-up was asked, or why none was; empty where the opening asks none.
    """

    number: int
    prompt: str
    question: str
    text: str
    words: int
    segments: tuple[Segment, ...]
    readings: tuple[Reading, ...]
    flags: tuple[FlagNote, ...]
    redacted: str
    aside: tuple[Aside, ...]
    follow_up: FollowUpPart | None = None
    follow_up_says: str = ""


@dataclass(frozen=True)
class PersonRating:
    """A level that a person gave, in writing or in a live round; `rater` names nobody."""

    dimension: str
    name: str
    task: str
    question: str
    rater: str
    level: float


@dataclass(frozen=True)
class RoundPart:
    """One round that the estimates rest on, and how many models and people rated in it."""

    id: str
    name: str
    models: int
    people: int
    says: str
    ratings: tuple[PersonRating, ...]


@dataclass(frozen=True)
class FocusLine:
    """One question worth asking next: where, how long, and how much doubt it would remove."""

    prompt: str
    question: str
    round: str
    minutes: float
    gain_per_minute: float
    dimension: str
    sd_before: float
    sd_after: float
    reason: str


@dataclass(frozen=True)
class Event:
    """One entry of the ledger that this report rests on."""

    seq: int
    at: str
    action: str


@dataclass(frozen=True)
class Made:
    """What the report was made from, so that it can be made again.

    `components_at` is when the components were fitted; None for those that the pack came with.
    `read_by` says which judges read, and `read_instead` why the panel that was active did not, and
    is empty where it did.
    """

    pack: str
    pack_version: str
    pack_hash: str
    panel: str
    panel_version: str
    read_by: str
    read_instead: str
    components_version: str
    components_source: str
    components_at: datetime | None
    provisional: bool
    golden_label: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Report:
    """Everything a decider is shown of one application. It names nobody.

    Attributes:
        headline: The one sentence to take away.
        upshot: What that says for a decision; empty where nothing is estimated or read.
        leaning: Why the overall level is far from the mean of what was read; empty where it is not.
        overall: The weighted mean of the dimensions; None before there is an estimate.
        read: False where no judge could read any answer, so that the estimates are what is assumed
            of someone of whom nothing is known.
        rounds: Those with ratings that count; what people gave stands in them.
        withdrew: That the person has withdrawn, and when; empty where they have not.
    """

    application: str
    code: str
    opening: str
    state: State
    headline: str
    upshot: str
    leaning: str
    bar: float
    confidence: float
    read: bool
    overall: DimensionLine | None
    dimensions: tuple[DimensionLine, ...]
    focus: tuple[FocusLine, ...]
    focus_minutes: int
    answers: tuple[AnswerPart, ...]
    rounds: tuple[RoundPart, ...]
    made: Made
    scored_at: datetime | None
    withdrew: str
    is_example: bool

"""What could be asked next, and the plan that comes of it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from evenhand.measure.values import MeasureError, RaterKind

Because = Literal[
    "core",
    "never_asked",
    "raters_differ",
    "one_question",
    "no_person",
    "near_bar",
    "still_wide",
]
"""Why a question is in the plan; `reasons` puts them into words."""

Stopped = Literal["settled", "time", "nothing_helps"]
"""Why a plan ends where it does."""


@dataclass(frozen=True)
class Option:
    """A prompt or probe that could be asked next.

    Attributes:
        task: The prompt or probe.
        dimensions: The dimensions it shows, each with how squarely it aims at it: 1 is fully, .5
            doubles the error variance of the rating, 0 means that no rating is expected.
        minutes: Time it takes, above 0.
        round: The round in which it would be asked.
        rater_kind: Who would rate the answer.
        raters: How many of them.
        core: Its place, from 1, among the questions asked of everyone; 0 if it is none of them.
        follows: For a probe, the prompt that it follows; it is planned only once that was asked.

    Raises:
        MeasureError: If a weight is outside 0..1, the minutes or raters are not above 0, or a core
            question is below 0, shows no dimension or follows another question.
    """

    task: str
    dimensions: Mapping[str, float]
    minutes: float
    round: str = "final"
    rater_kind: RaterKind = "human"
    raters: int = 1
    core: int = 0
    follows: str = ""

    def __post_init__(self) -> None:
        if not self.task or not self.round:
            raise MeasureError(f'option "{self.task}": name its task and its round')
        if not (math.isfinite(self.minutes) and self.minutes > 0):
            raise MeasureError(f"option {self.task}: minutes: {self.minutes} is not above 0")
        if self.raters < 1:
            raise MeasureError(f"option {self.task}: raters: {self.raters} is below 1")
        if self.rater_kind not in ("model", "human"):
            raise MeasureError(f'option {self.task}: rater_kind: "{self.rater_kind}" is unknown')
        for dimension, weight in self.dimensions.items():
            if not 0 <= weight <= 1:
                raise MeasureError(
                    f"option {self.task}: dimensions: {dimension}: {weight} is outside 0 to 1"
                )
        if self.core < 0:
            raise MeasureError(f"option {self.task}: core: {self.core} is below 0")
        if self.core and (self.follows or not any(self.dimensions.values())):
            raise MeasureError(
                f"option {self.task}: core: a question asked of everyone shows a dimension and "
                "follows no other"
            )


@dataclass(frozen=True)
class FocusStep:
    """One step of the plan of what to ask next.

    Attributes:
        task: What to ask.
        round: In which round.
        follows: For a probe, the prompt whose answer it follows; otherwise empty.
        core: Whether it is one of the questions asked of everyone.
        minutes: How long it takes.
        minutes_so_far: Minutes of the plan up to its end.
        gain: What it is expected to gain, known before asking; `Plan.goal` says of what.
        gain_per_minute: The gain by the minute, which orders what is not core.
        dimension: The dimension, of those it shows, whose variance falls most.
        sd_before: Its standard deviation before this step, in levels, conformal factor included.
        sd_after: The same after it.
        because: Why, as codes.
        reason: The same in words.
    """

    task: str
    round: str
    follows: str
    core: bool
    minutes: float
    minutes_so_far: float
    gain: float
    gain_per_minute: float
    dimension: str
    sd_before: float
    sd_after: float
    because: tuple[Because, ...]
    reason: str


@dataclass(frozen=True)
class Plan:
    """What to ask, in order; it iterates over its steps.

    Attributes:
        steps: The steps.
        goal: What a gain is. `narrow`: fall of the summed log posterior variance; `target`: the
            same, of what lies above the target; `decide`: expected value of the answer, in levels.
        stopped: Why it ends there.
        why: The same in words.
        assumes: What is taken for granted about answers not yet given, in words.
        sure_now: For `decide`, the chance that the overall estimate is on the right side of the
            bar; otherwise None.
        sure_after: The same after the whole plan, averaged over the answers that may come.
        explained: For `decide`, the share of the variance of the overall estimate that the answers
            to the plan are expected to remove, 0 to 1.
    """

    steps: tuple[FocusStep, ...]
    goal: Literal["narrow", "target", "decide"]
    stopped: Stopped
    why: str
    assumes: str
    sure_now: float | None = None
    sure_after: float | None = None
    explained: float | None = None

    def __iter__(self) -> Iterator[FocusStep]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, place: int) -> FocusStep:
        return self.steps[place]

    @property
    def minutes(self) -> float:
        """The minutes that the whole plan takes."""
        return self.steps[-1].minutes_so_far if self.steps else 0.0

"""What to ask next: the plan that tells most about a candidate by the minute.

The questions asked of everyone come first, in their order: they keep candidates comparable. From
then on the plan is greedy: each step takes, of the questions that still fit, the one that gains
most by the minute. Gains of Gaussian questions shrink as others are asked, and then greedy is close
to the best that can be had (Nemhauser, Wolsey and Fisher 1978, Math. Programming 14:265).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.measure.aims import Decide, Narrow, Scale, Target, targets
from evenhand.measure.components import Components
from evenhand.measure.foreseeing import Foreseen, foresee
from evenhand.measure.options import FocusStep, Option, Plan, Stopped
from evenhand.measure.reasons import Known, sentence
from evenhand.measure.table import Array
from evenhand.measure.values import MeasureError, Rating

LEAST_GAIN = 1e-12
"""Options that gain no more than this tell nothing and are left out."""
TIE = 1e-9
"""Options whose gains by the minute agree to this share are equal; the order of names decides."""
FITS = 1e-9
"""Minutes by which a sum of minutes may be off."""

ASSUMES_NARROW = (
    "How far an answer narrows an interval does not depend on what is answered. Who has rated the "
    "candidate in a round goes on in it; anybody else is a rater of whom nothing is known yet."
)
ASSUMES_DECIDE = (
    "Gains are averaged over all answers that the model expects. Plan again after each answer: it "
    "may settle the matter sooner or later than planned."
)


def focus(
    ratings: Sequence[Rating],
    components: Components,
    options: Sequence[Option],
    minutes: float,
    *,
    target_sd: float | Mapping[str, float] | None = None,
    bar: float | None = None,
    sure: float = 0.85,
    weights: Mapping[str, float] | None = None,
) -> Plan:
    """Plan what to ask one candidate in the minutes that are left.

    Without further arguments the plan narrows all dimensions as far as the minutes allow. With
    `target_sd` it stops once every dimension is as narrow as that; with `bar`, once the overall
    level is on the right side of the bar with the chance `sure`. Each option is asked at most once,
    one that the candidate was already rated on in its round (a model judge: at all) not again, and
    a probe only after the prompt it follows. Core questions come first, settled or not; one that
    does not fit any more is left out, and `Plan.why` says so. After an answer, call it again.

    Args:
        ratings: The candidate's ratings so far; may be empty.
        components: Parameters of the model.
        options: What could be asked, in any order.
        minutes: The time there is.
        target_sd: Standard deviation wanted, in levels as in an `Estimate`; for every dimension
            alike, or by dimension, one not named needing none.
        bar: Level that the overall estimate is compared with.
        sure: Chance of being on the right side of the bar at which asking stops.
        weights: With `bar`, the weight of each dimension in the overall level; equal by default.

    Returns:
        The plan. It has no steps if nothing fits, nothing would be learnt or all is settled.

    Raises:
        MeasureError: If the ratings are of several candidates, a dimension is unknown, an option or
            a place among the core is given twice, or an argument is unusable.

    >>> from evenhand.measure import Option, default_components
    >>> questions = [Option("q1", {"evaluation": 1}, 8), Option("q2", {"evaluation": 1}, 12)]
    >>> plan = focus([], default_components(["evaluation"]), questions, 15)
    >>> [(step.task, round(step.gain_per_minute, 4)) for step in plan], plan.stopped
    ([('q1', 0.0735)], 'time')
    """
    _check(ratings, options, minutes)
    left = [option for option in options if not _was_asked(option, ratings)]
    seen = foresee(ratings, components, left)
    aim = _aim(components, seen, target_sd, bar, sure, weights)
    known, done = Known(ratings, components), {rating.task for rating in ratings}
    return _Walk(left, seen, aim, components, known, minutes, bar, done).plan()


def _aim(
    components: Components,
    seen: Foreseen,
    target_sd: float | Mapping[str, float] | None,
    bar: float | None,
    sure: float,
    weights: Mapping[str, float] | None,
) -> Narrow | Target | Decide:
    if target_sd is not None and bar is not None:
        raise MeasureError("focus: give target_sd or bar, not both")
    if weights is not None and bar is None:
        raise MeasureError("focus: weights: they count in the overall level; give a bar with them")
    if target_sd is not None:
        return Target(Scale(components, seen.mean), targets(components, target_sd))
    if bar is None:
        return Narrow()
    size = len(components.dimensions)
    now = seen.covariance[:size, :size]
    return Decide(components, seen.mean, now, seen.human, bar=bar, sure=sure, weights=weights)


@dataclass
class _Walk:
    """A plan in the making."""

    options: list[Option]
    seen: Foreseen
    aim: Narrow | Target | Decide
    components: Components
    known: Known
    minutes: float
    bar: float | None
    tasks: set[str]

    def __post_init__(self) -> None:
        self.steps: list[FocusStep] = []
        self.scale = Scale(self.components, self.seen.mean)
        self.covariance = self.seen.covariance
        self.human = self.seen.human.copy()
        self.left = self.minutes
        self.open = set(range(len(self.options)))
        self.size = len(self.components.dimensions)

    def plan(self) -> Plan:
        """Ask, and tell how it went."""
        decide = self.aim if isinstance(self.aim, Decide) else None
        offered, now = bool(self.open), self.ability()
        missed = self.core()
        stopped = self.rest()
        return Plan(
            steps=tuple(self.steps),
            goal=self.aim.goal,
            stopped=stopped,
            why=_why(stopped, decides=decide is not None, offered=offered, missed=missed),
            assumes=ASSUMES_NARROW if decide is None else ASSUMES_DECIDE,
            sure_now=None if decide is None else decide.right(now),
            sure_after=None if decide is None else decide.right(self.ability()),
            explained=None if decide is None else decide.explained(self.ability()),
        )

    def core(self) -> list[str]:
        """Ask what is asked of everyone; return what does not fit."""
        missed = []
        numbers = [number for number in self.open if self.options[number].core]
        for number in sorted(numbers, key=lambda number: self.options[number].core):
            if self.options[number].minutes <= self.left + FITS:
                after = self.seen.after_each(self.covariance, [number])
                self._ask(number, float(self._gains(after)[0]), after[0])
            else:
                missed.append(self.options[number].task)
                self.open.remove(number)
        return missed

    def rest(self) -> Stopped:
        """Ask what gains most by the minute, until there is a reason to stop."""
        while not self.aim.reached(self.ability(), self.human):
            numbers = sorted(number for number in self.open if self._follows(number))
            after = self.seen.after_each(self.covariance, numbers)
            gains = self._gains(after)
            helpful = np.flatnonzero(gains > LEAST_GAIN).tolist()
            minutes = [self.options[number].minutes for number in numbers]
            fitting = [place for place in helpful if minutes[place] <= self.left + FITS]
            if not fitting:
                return "time" if helpful else "nothing_helps"
            rate = gains / minutes
            most = max(rate[fitting])
            best = min(
                (place for place in fitting if rate[place] >= most * (1 - TIE)),
                key=lambda place: (minutes[place], self._name(numbers[place])),
            )
            self._ask(numbers[best], float(gains[best]), after[best])
        return "settled"

    def _name(self, number: int) -> tuple[str, ...]:
        option = self.options[number]
        return (option.task, option.round, option.rater_kind)

    def ability(self) -> Array:
        """Return the (D, D) covariance of ability, after the plan so far."""
        return self.covariance[: self.size, : self.size]

    def _gains(self, after: Array) -> Array:
        return self.aim.gains(self.ability(), after, self.human)

    def _follows(self, number: int) -> bool:
        return not self.options[number].follows or self.options[number].follows in self.tasks

    def _ask(self, number: int, gain: float, after: Array) -> None:
        option, before = self.options[number], self.ability()
        fall = np.diag(before) / np.maximum(np.diag(after), np.finfo(np.float64).tiny)
        shown = [option.dimensions.get(name, 0) > 0 for name in self.components.dimensions]
        place = int(np.argmax(np.where(shown, fall, 0)))
        sd_before = self.scale.sd(before, self.human)
        self.human |= self.seen.human_next[number]
        sd_after = float(self.scale.sd(after, self.human)[place])
        near = self.bar is not None and bool(
            abs(self.scale.level[place] - self.bar) <= sd_before[place]
        )
        because = self.known.because(option, place, near_bar=near)
        dimension = self.components.dimensions[place]
        self.left -= option.minutes
        self.steps.append(
            FocusStep(
                task=option.task,
                round=option.round,
                follows=option.follows,
                core=bool(option.core),
                minutes=option.minutes,
                minutes_so_far=self.minutes - self.left,
                gain=gain,
                gain_per_minute=gain / option.minutes,
                dimension=dimension,
                sd_before=float(sd_before[place]),
                sd_after=sd_after,
                because=because,
                reason=sentence(because, dimension, float(sd_before[place]), sd_after),
            )
        )
        self.known.ask(option)
        self.tasks.add(option.task)
        self.open.remove(number)
        self.covariance = self.seen.given(self.covariance, number)


def _check(ratings: Sequence[Rating], options: Sequence[Option], minutes: float) -> None:
    names = sorted({rating.candidate for rating in ratings})
    if len(names) > 1:
        raise MeasureError(
            f"focus: the ratings are of several candidates ({', '.join(names[:3])}"
            f"{', ...' if len(names) > 3 else ''}); give those of one"
        )
    if not (np.isfinite(minutes) and minutes >= 0):
        raise MeasureError(f"focus: minutes: {minutes} is not a number of at least 0")
    # A judge reads an answer once, whatever the round.
    doubled = Counter(
        (o.task, "any round" if o.rater_kind == "model" else o.round, o.rater_kind) for o in options
    )
    for (task, met, kind), times in doubled.items():
        if times > 1:
            raise MeasureError(f"focus: options: {task} in {met} by {kind} is given {times} times")
    for place, times in Counter(option.core for option in options if option.core).items():
        if times > 1:
            raise MeasureError(f"focus: options: place {place} of the core is given {times} times")


def _was_asked(option: Option, ratings: Sequence[Rating]) -> bool:
    return any(
        rating.task == option.task
        and rating.rater_kind == option.rater_kind
        and (rating.round == option.round or option.rater_kind == "model")
        for rating in ratings
    )


def _why(stopped: Stopped, *, decides: bool, offered: bool, missed: Sequence[str]) -> str:
    if stopped == "settled":
        said = (
            "Settled: it is as sure as asked for on which side of the bar the overall level is."
            if decides
            else "Settled: every dimension is as narrow as asked for."
        )
    elif stopped == "time":
        said = "Time is up: nothing more that would help fits."
    else:
        said = "Nothing is left that would help." if offered else "There is nothing left to ask."
    if missed:
        said += f" Asked of everyone, but no longer fitting: {', '.join(missed)}."
    return said

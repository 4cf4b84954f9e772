"""Whom to ask next: the cheap judges first, a costly one only where it may change something.

The rule is declared with the panel and is the same for every candidate. It looks at the interval,
how much narrower a judge would make it, the bar and marks, and at nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from evenhand.judges.llm.budget import Allowance, Purse, Ruling
from evenhand.judges.llm.tables import Table
from evenhand.judges.llm.values import Cause, Decision, Price
from evenhand.judges.values import Verdict
from evenhand.measure import Components, Estimator, Rating
from evenhand.rubric import Prompt

SPLIT = 2
"""Judges are split on an indicator where their marks are this far apart: 2 and 0."""
MOST_NAMED = 3
"""Indicators that a reason names; the rest are counted."""


@dataclass(frozen=True)
class Rule:
    """When a costly judge is asked.

    Attributes:
        bar: The level that decisions hang on, where the opening names none.
        margin: Levels by which an interval has to clear the bar.
        most_unresolved: Indicators that may stay unresolved.
        order: Names of the LLM judges, the cheapest first.
        narrows: Share of the width of the answer's interval that a judge has to be expected to take
            off to be asked for that alone; 1 asks nobody for it.
    """

    bar: float
    margin: float
    most_unresolved: int
    order: tuple[str, ...]
    narrows: float = 1.0


class Interval(NamedTuple):
    """A level from low to high."""

    low: float
    high: float


Standing = Callable[[Prompt, str, Sequence[Verdict]], Interval]
"""Where a person stands on a dimension, given the verdicts so far on the answer being read."""


@dataclass(frozen=True)
class Stakes:
    """What hangs on an answer.

    Attributes:
        bar: The opening's; None leaves it to the rule.
        standing: Where the person stands, if known; what has to clear the bar is then the person's
            interval and not the answer's.
        purse: What may be spent; None is without limit.
    """

    bar: float | None = None
    standing: Standing | None = None
    purse: Purse | None = None

    @property
    def ruling(self) -> Ruling:
        """What may be asked now."""
        return self.purse.ruling if self.purse else Ruling(Allowance.ALL)


def read_rule(table: Table, prices: Mapping[str, Price]) -> Rule:
    """Read the table `[panel.NAME.routing]`.

    Args:
        table: Notes its own faults.
        prices: Of the panel's LLM judges, by name.
    """
    order = table.texts("order") if "order" in table.values else by_cost(prices)
    if "order" in table.values and order and sorted(order) != sorted(prices):
        table.fault("order", f"must name each judge of the panel once: {', '.join(prices)}")
    rule = Rule(
        table.number("bar", 3.5, 1.0, 5.0),
        table.number("bar_margin", 0.0, 0.0, 4.0),
        table.whole("most_unresolved", 0, 0, 100),
        tuple(order),
        table.number("narrows", 1.0, 0.0, 1.0),
    )
    table.close()
    return rule


def by_cost(prices: Mapping[str, Price]) -> tuple[str, ...]:
    """Return names of judges, the cheapest output first, then the cheapest input."""
    return tuple(sorted(prices, key=lambda name: (prices[name].output, prices[name].input)))


class Open(NamedTuple):
    """Indicators that are unresolved: nobody can tell, or judges are split."""

    untold: tuple[str, ...]
    split: tuple[str, ...]


def unresolved(verdicts: Sequence[Verdict]) -> Open:
    """Return the indicators of one dimension that the judges leave unresolved.

    A judge that marks no indicator at all reads the answer as a whole and has no say; where no
    judge has one, every indicator is unresolved.
    """
    tell = [v for v in verdicts if not v.abstained and any(m is not None for m in v.marks.values())]
    untold, split = [], []
    for name in verdicts[0].marks if verdicts else ():
        marks = [mark for v in tell if (mark := v.marks.get(name)) is not None]
        if not marks:
            untold.append(name)
        elif max(marks) - min(marks) >= SPLIT:
            split.append(name)
    return Open(tuple(untold), tuple(split))


def decide(
    rule: Rule | None,
    judge: str,
    dimension: str,
    *,
    free: bool,
    verdicts: Sequence[Verdict],
    interval: Interval | None,
    stakes: Stakes,
    narrowing: Callable[[], float],
) -> Decision:
    """Decide whether a judge is asked, after the cheaper ones.

    Args:
        rule: Of the panel; None asks every judge.
        judge: Its name.
        dimension: What is judged.
        free: Whether its calls cost nothing.
        verdicts: So far, on this answer and dimension.
        interval: What has to clear the bar, the person's or the answer's; None where no judge has
            given a level.
        stakes: The opening's bar and the budget.
        narrowing: Says what share of the width of the answer's interval the judge may be expected
            to take off, where it is known who gave a level before.
    """
    wanted, cause, reason = _wanted(rule, verdicts, interval, stakes.bar, narrowing)
    if wanted and not free:
        ruling = stakes.ruling
        if ruling.allowance is Allowance.NOTHING:
            wanted, cause, reason = False, Cause.HARD_LIMIT, ruling.reason
        elif ruling.allowance is Allowance.CHEAP_ONLY and interval is not None:
            wanted, cause, reason = False, Cause.SOFT_LIMIT, ruling.reason
    return Decision(dimension, judge, wanted, cause, reason)


def _wanted(
    rule: Rule | None,
    verdicts: Sequence[Verdict],
    interval: Interval | None,
    bar: float | None,
    narrowing: Callable[[], float],
) -> tuple[bool, Cause, str]:
    if rule is None:
        return True, Cause.ALWAYS, "every judge of the panel is asked"
    if interval is None and not verdicts:
        return True, Cause.FIRST, "nobody cheaper reads the answer"
    if interval is None:
        return True, Cause.NO_LEVEL, "no cheaper judge gives a level"
    bar = rule.bar if bar is None else bar
    span = f"{interval.low:.2f} to {interval.high:.2f}"
    need = f"the bar {bar:g}" + (f" by {rule.margin:g}" if rule.margin else "")
    if interval.low - rule.margin < bar <= interval.high + rule.margin:
        return True, Cause.STRADDLES, f"the interval {span} is not clear of {need}"
    found = unresolved(verdicts)
    count = len(found.untold) + len(found.split)
    if count > rule.most_unresolved:
        return True, Cause.UNRESOLVED, _open_words(found, rule.most_unresolved)
    reason = f"the interval {span} is clear of {need}, and {count} indicators are unresolved"
    reason += f" of {rule.most_unresolved} that may be"
    if rule.narrows < 1:
        share = narrowing()
        expected = f"it may be expected to make the answer's interval narrower by {share:.1%}"
        if share >= rule.narrows:
            return True, Cause.NARROWS, expected
        reason += f"; {expected}, of {rule.narrows:.1%} that it would have to"
    return False, Cause.CLEAR, reason


def _open_words(found: Open, most: int) -> str:
    parts = [
        f"{what} {_named(names)}"
        for what, names in (("nobody can tell", found.untold), ("judges are split on", found.split))
        if names
    ]
    return f"{'; '.join(parts)} (unresolved may be {most})"


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


class PersonStanding:
    """Where a person stands, from the answers that were read and the one being read.

    Args:
        ratings: Of the person's other answers; may be empty.
        components: Parameters of the model.
        candidate: The person, as in the ratings.
        round: The round of the answer being read.
        confidence: Nominal coverage of the interval.
    """

    def __init__(
        self,
        ratings: Sequence[Rating],
        components: Components,
        *,
        candidate: str,
        round: str,
        confidence: float = 0.9,
    ) -> None:
        self._ratings, self._candidate, self._round = tuple(ratings), candidate, round
        self._estimator = Estimator(components, confidence=confidence)

    def __call__(self, prompt: Prompt, dimension: str, verdicts: Sequence[Verdict]) -> Interval:
        """Return the person's interval on the dimension; see `Standing`."""
        now = [
            Rating(self._candidate, dimension, prompt.id, self._round, v.judge, "model", v.level)
            for v in verdicts
            if v.level is not None
        ]
        found = self._estimator.columns([*self._ratings, *now], candidates=[self._candidate])
        place = found.dimensions.index(dimension)
        return Interval(float(found.low[0, place]), float(found.high[0, place]))

"""Ask the LLM judges about one answer on one dimension: all at once, or one after the other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.routing import Interval, Rule, Stakes, decide
from evenhand.judges.llm.values import Call, Cause, Decision
from evenhand.judges.values import AnswerScore, Screened, Verdict
from evenhand.rubric import Dimension, Pack, Prompt


class Heard(NamedTuple):
    """What judges said, what it took, and why others were not asked."""

    verdicts: tuple[Verdict, ...] = ()
    calls: tuple[Call, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @classmethod
    def together(cls, parts: Iterable["Heard"]) -> "Heard":
        """Put what was heard together, in its order."""
        columns = zip(*parts, strict=True)
        return cls(*(tuple(one for part in column for one in part) for column in columns))


@dataclass(frozen=True)
class Question:
    """An answer and the dimension that it is rated on.

    Attributes:
        stakes: The opening's bar and the budget.
        cheap: Verdicts of the embedded judges, where there are any.
        join: Makes a score of verdicts.
        narrowing: Says what share of the width of the answer's interval a judge may be expected to
            take off, after those who gave verdicts.
        period: Where it has a name, only what was said in it counts as said before.
    """

    pack: Pack
    prompt: Prompt
    dimension: Dimension
    screened: Screened
    stakes: Stakes
    cheap: tuple[Verdict, ...]
    join: Callable[[tuple[Verdict, ...]], AnswerScore]
    narrowing: Callable[[Sequence[Verdict], str], float]
    period: str = ""

    def interval(self, verdicts: tuple[Verdict, ...]) -> Interval | None:
        """Return what has to clear the bar; None where no judge has given a level."""
        if all(verdict.abstained for verdict in verdicts):
            return None
        if self.stakes.standing is not None:
            return self.stakes.standing(self.prompt, self.dimension.id, verdicts)
        score = self.join(verdicts)
        return None if score.low is None or score.high is None else Interval(score.low, score.high)


def ask_one(judge: LLMJudge, question: Question) -> Heard:
    """Ask a judge of a panel without routing; of the budget the hard limit alone keeps it back."""
    return _ask(judge, question, None, ())


def ask_in_turn(judges: Sequence[LLMJudge], rule: Rule | None, question: Question) -> Heard:
    """Ask judges one after the other, each only where the rule and the budget ask for more."""
    heard = Heard()
    for judge in judges:
        verdicts = (*question.cheap, *heard.verdicts)
        found = _ask(judge, question, rule, verdicts)
        heard = Heard.together((heard, found))
    return heard


def _ask(
    judge: LLMJudge,
    question: Question,
    rule: Rule | None,
    verdicts: tuple[Verdict, ...],
) -> Heard:
    interval = question.interval(verdicts)
    decision = decide(
        rule,
        judge.name,
        question.dimension.id,
        free=judge.config.price.free,
        verdicts=verdicts,
        interval=interval,
        stakes=question.stakes,
        narrowing=partial(question.narrowing, verdicts, judge.name),
    )
    barred = decision.cause is Cause.HARD_LIMIT
    if not decision.asked and not barred:
        return Heard((), (), (decision,))
    rated = judge.rate(
        question.pack,
        question.prompt,
        question.dimension,
        question.screened,
        purse=question.stakes.purse,
        period=question.period,
    )
    return Heard((rated.verdict,), rated.calls, (decision,))

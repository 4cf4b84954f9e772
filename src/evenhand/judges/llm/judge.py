"""One LLM judge: an answer on a dimension in, a verdict and the account of its calls out."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from evenhand.judges.cases import foreign_sentences
from evenhand.judges.llm.budget import Purse
from evenhand.judges.llm.caching import CacheKey, ReplyCache, Within, answer_hash
from evenhand.judges.llm.calibration import JudgeCalibration, JudgeFit
from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.grounding import Material, ground_claims, merge
from evenhand.judges.llm.parsing import LEVELS, Draw
from evenhand.judges.llm.prompting import fence_code, prompt_hash, random_code
from evenhand.judges.llm.reading import gather
from evenhand.judges.llm.recalling import Recaller
from evenhand.judges.llm.values import Call
from evenhand.judges.screening import screen
from evenhand.judges.values import Screened, Verdict
from evenhand.judges.verdicts import distribution_of, unmarked
from evenhand.rubric import Dimension, Pack, Prompt

RESOLVED = 0.6
"""A judge that marks a smaller share of the indicators, after grounding, gives no level."""
BARE, HIGH = 2.0, 3.5
"""A level above the first has to rest on words of the answer that show something, and on marks of
which no more than half fell; one above the second on words for two strong indicators. Where a rater
put a golden answer above the second, the same rater marked four or more."""


class Rated(NamedTuple):
    """A verdict and what it took."""

    verdict: Verdict
    calls: tuple[Call, ...]


class LLMJudge:
    """A model that rates one answer on one dimension at a time. Safe to use from many threads.

    Attributes:
        name: How its verdicts are signed.
        config: Its settings.
        calibration: How its levels become the raters'; None: they are taken as they are.
    """

    def __init__(
        self,
        config: JudgeConfig,
        caller: Caller,
        *,
        calibration: JudgeCalibration | None = None,
        cache: ReplyCache | None = None,
        draw_code: Callable[[], str] = random_code,
    ) -> None:
        self.name = config.name
        self.config = config
        self.calibration = calibration
        self._caller, self._cache, self._draw_code = caller, cache, draw_code

    def stop(self) -> None:
        """Ask nothing any more; a call that is on its way comes to its end."""
        self._caller.stop()

    def close(self) -> None:
        """Stop, and close the connections."""
        self._caller.close()

    def blind_to(self, author: str) -> "LLMJudge":
        """Return the judge as it is without what an author wrote; it shares the connections."""
        known = self.calibration.blind_to(author) if self.calibration else None
        return LLMJudge(
            self.config,
            self._caller,
            calibration=known,
            cache=self._cache,
            draw_code=self._draw_code,
        )

    def rate(
        self,
        pack: Pack,
        prompt: Prompt,
        dimension: Dimension,
        screened: Screened,
        *,
        purse: Purse | None = None,
        period: str = "",
    ) -> Rated:
        """Rate an answer. Whatever the endpoint does, the worst is an abstention.

        A golden answer is rated by a calibration that was fitted without its author.

        Args:
            pack: What it is rated by.
            prompt: What was asked.
            dimension: What is judged.
            screened: The answer.
            purse: What may be spent, looked at before each call; None is without limit. What was
                said before costs nothing.
            period: Where it has a name, only what was said in it counts as said before.
        """
        key = reading_key(self.config, pack, prompt, dimension, screened)
        cache = Within(self._cache, period) if self._cache and period else self._cache
        ask = Recaller(self._caller, self.config, dimension.id, key, cache, purse)
        code = fence_code(screened.text, self._draw_code)
        found = gather(ask, self.config, pack, prompt, dimension, screened.text, code)
        if found.reason is not None:
            return Rated(abstention(self.name, dimension, found.reason), found.calls)
        fit = self.calibration.fit_for(screened.given) if self.calibration else None
        foreign = foreign_sentences(pack, prompt)
        verdict = conclude(self.name, dimension, found.draws, screened, foreign, fit)
        return Rated(verdict, found.calls)


def reading_key(
    judge: JudgeConfig, pack: Pack, prompt: Prompt, dimension: Dimension, screened: Screened
) -> CacheKey:
    """Name the reading of an answer by all that may change it."""
    asked = prompt_hash(judge.style, pack, prompt, dimension)
    return CacheKey(answer_hash(screened.text), judge.hash, asked)


def screened_for(pack: Pack, prompt: Prompt, given: str, known: Sequence[str] = ()) -> Screened:
    """Return an answer as the judges read it: what replies are kept by is named by its text."""
    return screen(given, prompt.text, foreign_sentences(pack, prompt)[1:], known=known)


def abstention(
    judge: str, dimension: Dimension, reason: str, claimed: int = 0, ungrounded: int = 0
) -> Verdict:
    """Return the verdict of a judge that gives no level; its marks count, and do not stand."""
    marks, reason = unmarked(dimension), f"no verdict: {reason}"
    return Verdict(judge, dimension.id, None, None, marks, (), reason, claimed, ungrounded)


def conclude(
    judge: str,
    dimension: Dimension,
    draws: Sequence[Draw],
    screened: Screened,
    foreign: Sequence[str],
    fit: JudgeFit | None,
) -> Verdict:
    """Check what a judge said against the answer and make a verdict of it.

    Args:
        judge: Its name.
        dimension: What was judged.
        draws: At least one.
        screened: What the judge has read.
        foreign: Sentences that are not the candidate's own.
        fit: How its levels become the raters'; None leaves them as they are.
    """
    material = Material.of(screened, foreign)
    found = merge([ground_claims(draw.claims, material) for draw in draws])
    marks, claimed, ungrounded = found.marks, found.claimed, found.ungrounded
    distribution = tuple(np.mean([draw.distribution for draw in draws], axis=0).tolist())
    level = sum(one * chance for one, chance in zip(LEVELS, distribution, strict=True))
    resolved = sum(mark is not None for mark in marks.values())
    if resolved < RESOLVED * len(marks):
        reason = f"{len(marks) - resolved} of {len(marks)} marks are open or without a quote"
        return abstention(judge, dimension, reason, claimed, ungrounded)
    strong = {indicator.id for indicator in dimension.indicators if indicator.kind == "strong"}
    borne = len(strong & found.spans.keys())
    unborne = _unborne(level, borne, len(strong), claimed, ungrounded)
    if unborne is not None:
        return abstention(judge, dimension, unborne, claimed, ungrounded)
    if fit is not None:
        level = fit.level(level)
        distribution = distribution_of(level, fit.spread)
    return Verdict(
        judge, dimension.id, level, distribution, marks, found.quotes, None, claimed, ungrounded
    )


def _unborne(level: float, borne: int, strong: int, claimed: int, ungrounded: int) -> str | None:
    """Say why a judge's own level, uncalibrated, does not rest on the answer; None where it does.

    Args:
        level: What it says of the answer.
        borne: How many strong indicators have a quote that holds.
        strong: How many the dimension has.
        claimed: Marks above 0 that it gave.
        ungrounded: How many of them fell.
    """
    if level <= BARE:
        return None
    if not borne:
        return f"a level of {level:.1f} that rests on no words of the answer"
    if 2 * ungrounded > claimed:
        return f"a level of {level:.1f}, and {ungrounded} of {claimed} marks above 0 have no quote"
    if level > HIGH and borne < min(2, strong):
        return f"a level of {level:.1f} that rests on words for one strong indicator"
    return None

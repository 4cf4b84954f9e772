"""A panel over the golden answers: what it said beside what the raters said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import AnyPanel, PanelResult, Verdict
from evenhand.judges.clauses import words
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.routing import PersonStanding, Stakes
from evenhand.measure import Rating
from evenhand.rubric import GoldenAnswer, Pack, Prompt
from evenhand.studies.by_judge import JudgeRun, judges_of
from evenhand.studies.flips import ROUND, ratings_from

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]
"""Is told how many readings are done, and of how many."""
Heard = Callable[[PanelResult], None]
"""Is told what came of a reading, before the next begins."""

NOTHING = ("", ":", "Thought process:", "Let us solve this step by step.", "n/a", "かいせつ")
"""Texts that say nothing, for every prompt (One Token to Fool, arXiv 2507.08794, and our own)."""
SOMEBODY = "somebody"
"""An author, as the person whose answers are read in turn."""
REPEATED = 24
"""Golden answers that are read a second time."""


@dataclass(frozen=True)
class MarkPair:
    """The mark of one indicator in one answer, 0 to 2: by the raters' mean, and by the panel.

    The panel's is the middle one of its judges'; None where every one of them cannot tell.
    """

    indicator: str
    raters: float
    panel: float | None


@dataclass(frozen=True, eq=False)
class GoldenRun:
    """A panel over the golden answers of a pack.

    Attributes:
        author, dimension: (n,) of each golden (answer, dimension) with a level from the panel.
        truth: (n,) the raters' mean level.
        level, low, high: (n,) the panel's, with its interval.
        length: (n,) natural log of the answer's words.
        left_dimension, left_truth: (m,) of each without one, what of the above there is.
        abstained: share of all golden (answer, dimension) without a level from the panel.
        marks: of every indicator that raters marked.
        unsupported: marks above 0 without a quote that stands in the answer.
        flagged: share of the answers that are flagged, none of which should be.
        first, second: (k,) levels of the answers that were read twice; NaN where it abstained.
        nothing: the highest level of a text that says nothing.
        seconds: of each golden answer's first reading.
        cost: of the calls of each golden answer's first reading, in the panel's currency; 0 where
            it makes none.
        spent: of all calls of the run, repeats and texts that say nothing among them.
        judges: what each judge of the panel said by itself.
        results: what the panel said, by the id of the golden answer.
    """

    author: NDArray[np.str_]
    dimension: NDArray[np.str_]
    truth: Array
    level: Array
    low: Array
    high: Array
    length: Array
    left_dimension: NDArray[np.str_]
    left_truth: Array
    abstained: float
    marks: tuple[MarkPair, ...]
    unsupported: int
    flagged: float
    first: Array
    second: Array
    nothing: float
    seconds: Array
    cost: Array
    spent: float
    judges: Mapping[str, JudgeRun]
    results: Mapping[str, PanelResult]


def run_golden(
    pack: Pack,
    panel: AnyPanel,
    *,
    confidence: float = 0.9,
    progress: Progress | None = None,
    heard: Heard | None = None,
) -> GoldenRun:
    """Let a panel read every golden answer, some twice, and the texts that say nothing.

    A panel that was calibrated on the golden answers rates each with its author left out, where it
    can: the embedded one does. One that routes is told where the author stands after the answers
    read before: golden authors stand in for candidates.

    Args:
        pack: with golden answers.
        panel: what is tried.
        confidence: nominal coverage of the intervals.
        progress: is told after each reading.
        heard: is told what came of it; the time that it takes is not the panel's.

    Raises:
        JudgeError: the panel cannot judge at all.
    """
    step = max(len(pack.golden) // REPEATED, 1)
    again = pack.golden[::step][:REPEATED]
    total = len(pack.golden) + len(again) + len(pack.prompts) * len(NOTHING)
    done = 0

    def read(prompt: Prompt, text: str, before: Sequence[Rating]) -> tuple[PanelResult, float]:
        nonlocal done
        judge = _as_for_somebody(pack, panel, before, confidence)
        begun = perf_counter()
        result = judge(prompt, text, confidence=confidence)
        took = perf_counter() - begun
        if heard:
            heard(result)
        done += 1
        if progress:
            progress(done, total)
        return result, took

    results: dict[str, PanelResult] = {}
    seconds = []
    for a in pack.golden:
        before = _said_before(pack, a, results)
        results[a.id], took = read(pack.prompt(a.prompt), a.text, before)
        seconds.append(took)
    repeats = {
        a.id: read(pack.prompt(a.prompt), a.text, _said_before(pack, a, results))[0] for a in again
    }
    empty = [read(prompt, text, ())[0] for prompt in pack.prompts for text in NOTHING]
    return _gathered(pack, panel.judges, results, repeats, empty, np.array(seconds))


def _said_before(
    pack: Pack, answer: GoldenAnswer, results: Mapping[str, PanelResult]
) -> list[Rating]:
    """Return what a panel said of the same author's answers that come before this one."""
    earlier = takewhile(lambda one: one.id != answer.id, pack.golden)
    return [
        rating
        for one in earlier
        if one.author == answer.author
        for rating in ratings_from(SOMEBODY, one.prompt, results[one.id])
    ]


def _as_for_somebody(
    pack: Pack, panel: AnyPanel, before: Sequence[Rating], confidence: float
) -> Callable[..., PanelResult]:
    """Return how a panel reads an answer of somebody of whom it has read others.

    Where it asks models, routing goes by the bar and by where the person stands, as it does in an
    opening: by any other rule, other judges would be asked than will be.
    """
    if not isinstance(panel, LLMPanel):
        return panel.judge
    standing = PersonStanding(
        before, panel.components, candidate=SOMEBODY, round=ROUND, confidence=confidence
    )
    return partial(panel.judge, stakes=Stakes(pack.bar, standing))


def _gathered(
    pack: Pack,
    judges: Sequence[str],
    results: Mapping[str, PanelResult],
    repeats: Mapping[str, PanelResult],
    empty: Sequence[PanelResult],
    seconds: Array,
) -> GoldenRun:
    """Lay readings out beside what the raters said."""
    first, second = _twice(results, repeats)
    rows = [row for answer in pack.golden for row in _rows(answer, results[answer.id])]
    told = [row for row in rows if row[2] is not None]
    left = [row for row in rows if row[2] is None]
    column = {name: [row[k] for row in told] for k, name in enumerate(("author", "dimension"))}
    figures = np.array([row[2:] for row in told], dtype=np.float64).reshape(-1, 5)
    levels = [score.level for result in empty for score in result.scores if score.level is not None]
    return GoldenRun(
        author=np.array(column["author"], dtype=str),
        dimension=np.array(column["dimension"], dtype=str),
        level=figures[:, 0],
        low=figures[:, 1],
        high=figures[:, 2],
        truth=figures[:, 3],
        length=figures[:, 4],
        left_dimension=np.array([row[1] for row in left], dtype=str),
        left_truth=np.array([row[5] for row in left], dtype=np.float64),
        abstained=1 - len(told) / max(len(rows), 1),
        marks=tuple(pair for a in pack.golden for pair in _mark_pairs(a, results[a.id])),
        unsupported=sum(_unsupported(a.text, results[a.id]) for a in pack.golden),
        flagged=float(np.mean([bool(result.flags) for result in results.values()])),
        first=first,
        second=second,
        nothing=max(levels, default=1.0),
        seconds=seconds,
        cost=np.array([cost_of(result) for result in results.values()]),
        spent=sum(cost_of(result) for result in [*results.values(), *repeats.values(), *empty]),
        judges=judges_of(pack, judges, results),
        results=results,
    )


def cost_of(result: PanelResult) -> float:
    """Return what the calls behind a reading cost; an embedded panel reports none."""
    return float(sum(call.cost for call in result.calls))


def _rows(
    answer: GoldenAnswer, result: PanelResult
) -> list[tuple[str, str, float | None, float | None, float | None, float, float]]:
    """Return author, dimension, level, low, high, truth and length of each rated dimension.

    One that a panel passes over is as good as abstained from.
    """
    length = float(np.log(max(len(words(answer.text)), 1)))
    scores = {score.dimension: score for score in result.scores}
    rows = []
    for name in dict.fromkeys(rating.dimension for rating in answer.ratings):
        truth = float(np.mean([r.level for r in answer.ratings if r.dimension == name]))
        score = scores.get(name)
        said = (score.level, score.low, score.high) if score else (None, None, None)
        rows.append((answer.author, name, *said, truth, length))
    return rows


def _twice(
    first: Mapping[str, PanelResult], second: Mapping[str, PanelResult]
) -> tuple[Array, Array]:
    pairs = [
        (one.level, other.level)
        for id in second
        for one, other in zip(first[id].scores, second[id].scores, strict=True)
    ]
    table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _mark_pairs(answer: GoldenAnswer, result: PanelResult) -> list[MarkPair]:
    pairs = []
    for score in result.scores:
        ratings = [rating for rating in answer.ratings if rating.dimension == score.dimension]
        for indicator in ratings[0].marks if ratings else ():
            raters = float(np.mean([rating.marks[indicator] for rating in ratings]))
            pairs.append(MarkPair(indicator, raters, middle_mark(score.verdicts, indicator)))
    return pairs


def middle_mark(verdicts: Sequence[Verdict], indicator: str) -> float | None:
    """Return the middle one of the judges' marks; None where every judge cannot tell."""
    given = [mark for v in verdicts if (mark := v.marks.get(indicator)) is not None]
    return float(median(given)) if given else None


def _unsupported(text: str, result: PanelResult) -> int:
    return sum(
        not any(q.indicator == name and text[q.start : q.end] == q.text for q in verdict.quotes)
        for score in result.scores
        for verdict in score.verdicts
        for name, mark in verdict.marks.items()
        if mark
    )

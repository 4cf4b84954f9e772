"""The drift watch: does each judge and each prompt still behave as it did at first?"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evenhand.judges.clauses import words
from evenhand.studies.charting import FEWEST, START, Chart, chart

Kind = Literal["judge", "prompt"]


@dataclass(frozen=True)
class Said:
    """One judge's verdict on one dimension of an answer.

    Attributes:
        claimed: marks above 0 that it gave; None where that was not kept.
        ungrounded: how many of them no words of the answer bore out; None as for `claimed`.
    """

    judge: str
    dimension: str
    level: float | None
    claimed: int | None = None
    ungrounded: int | None = None


@dataclass(frozen=True)
class Read:
    """One answer that a panel has read, in the order of reading.

    Attributes:
        person: whose answer it is, by any name.
        seconds, cost: by judge, where its calls were counted.
    """

    person: str
    prompt: str
    text: str
    said: tuple[Said, ...]
    seconds: Mapping[str, float] | None = None
    cost: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Measure:
    """What is charted.

    Attributes:
        code: names chart and alarm; the run-book has a section for each.
        least_sd: the least spread that is believed.
        low: whether a fall is an alarm too.
    """

    code: str
    kind: Kind
    least_sd: float
    low: bool = True


MEASURES: tuple[Measure, ...] = (
    Measure("judge-severity", "judge", 0.1),
    Measure("judge-spread", "judge", 0.1),
    Measure("judge-abstention", "judge", 0.05, low=False),
    Measure("judge-ungrounded", "judge", 0.05, low=False),
    Measure("judge-latency", "judge", 0.1),
    Measure("judge-cost", "judge", 0.1),
    Measure("prompt-severity", "prompt", 0.1),
    Measure("prompt-spread", "prompt", 0.05),
    Measure("prompt-abstention", "prompt", 0.05, low=False),
    Measure("prompt-ungrounded", "prompt", 0.05, low=False),
    Measure("prompt-length", "prompt", 0.1),
    Measure("prompt-vocabulary", "prompt", 0.02),
)
"""severity: a judge's level minus the mean of the others'; a prompt's level minus the same person's
on other prompts. spread: how far a judge is from the others, either way; how far judges lie apart
on a prompt. abstention: share of dimensions without a level. ungrounded: share of an answer's marks
above 0 without a quote that holds, verdicts without a level among them: there most are invented.
latency and cost: logarithms, by judge and answer. length: logarithm of the words. vocabulary: share
of an answer's words that the prompt's first answers do not use."""


@dataclass(frozen=True, eq=False)
class Watched:
    """One chart: of a judge or a prompt, by its name."""

    measure: Measure
    subject: str
    chart: Chart

    @property
    def alarm(self) -> bool:
        """Say whether it has left its limits and not come back."""
        return self.chart.since is not None


def watch(reads: Sequence[Read]) -> list[Watched]:
    """Chart everything that there are enough answers for.

    Pass the answers that one version of a panel has read: another version is another rater, and
    starts charts of its own.

    Args:
        reads: in the order of reading.

    Returns:
        Charts by measure, in the order of `MEASURES`, then by subject; those in alarm first.
    """
    series: dict[tuple[str, str], list[float]] = defaultdict(list)
    for code, subject, value in (*_of_judges(reads), *_of_prompts(reads), *_of_words(reads)):
        series[code, subject].append(value)
    found = [
        Watched(measure, subject, drawn)
        for measure in MEASURES
        for subject in sorted({s for code, s in series if code == measure.code})
        if (drawn := _chart(measure, series[measure.code, subject])) is not None
    ]
    return sorted(found, key=lambda one: not one.alarm)


def _chart(measure: Measure, values: Sequence[float]) -> Chart | None:
    return chart(values, least_sd=measure.least_sd, low=measure.low)


def _of_judges(reads: Sequence[Read]) -> Iterator[tuple[str, str, float]]:
    for read in reads:
        by_judge: dict[str, list[Said]] = defaultdict(list)
        for one in read.said:
            by_judge[one.judge].append(one)
        for judge, said in by_judge.items():
            off = _off(judge, read)
            if off:
                yield "judge-severity", judge, float(np.mean(off))
                yield "judge-spread", judge, float(np.mean(np.abs(off)))
            yield "judge-abstention", judge, float(np.mean([one.level is None for one in said]))
            if (share := _ungrounded(said)) is not None:
                yield "judge-ungrounded", judge, share
        for code, counted in (("judge-latency", read.seconds), ("judge-cost", read.cost)):
            for judge, value in (counted or {}).items():
                # A call that took or cost nothing came from the cache: not the judge's doing.
                if value > 0:
                    yield code, judge, float(np.log(value))


def _off(judge: str, read: Read) -> list[float]:
    """Return how far a judge's levels are from the mean of the others', by dimension."""
    own = {one.dimension: one.level for one in read.said if one.judge == judge}
    found = []
    for dimension, level in own.items():
        others = [
            one.level
            for one in read.said
            if one.judge != judge and one.dimension == dimension and one.level is not None
        ]
        if level is not None and others:
            found.append(level - float(np.mean(others)))
    return found


def _of_prompts(reads: Sequence[Read]) -> Iterator[tuple[str, str, float]]:
    levels = [[one.level for one in read.said if one.level is not None] for read in reads]
    mean = [float(np.mean(given)) if given else None for given in levels]
    by_person: dict[str, dict[str, float]] = defaultdict(dict)
    for read, level in zip(reads, mean, strict=True):
        if level is not None:
            by_person[read.person][read.prompt] = level
    for read, level in zip(reads, mean, strict=True):
        others = [v for prompt, v in by_person[read.person].items() if prompt != read.prompt]
        if level is not None and others:
            yield "prompt-severity", read.prompt, level - float(np.mean(others))
        dimensions = {one.dimension for one in read.said}
        apart = [sd for name in dimensions for sd in _apart(read, name)]
        if apart:
            yield "prompt-spread", read.prompt, float(np.mean(apart))
        if read.said:
            silent = float(np.mean([one.level is None for one in read.said]))
            yield "prompt-abstention", read.prompt, silent
        if (share := _ungrounded(read.said)) is not None:
            yield "prompt-ungrounded", read.prompt, share


def _ungrounded(said: Sequence[Said]) -> float | None:
    """Return the share of marks above 0 without words of the answer; None where there are none."""
    claimed = sum(one.claimed or 0 for one in said)
    return sum(one.ungrounded or 0 for one in said) / claimed if claimed else None


def _apart(read: Read, dimension: str) -> list[float]:
    levels = [s.level for s in read.said if s.dimension == dimension and s.level is not None]
    return [float(np.std(levels, ddof=1))] if len(levels) > 1 else []


def _of_words(reads: Sequence[Read]) -> Iterator[tuple[str, str, float]]:
    by_prompt: dict[str, list[list[str]]] = defaultdict(list)
    for read in reads:
        said = words(read.text)
        if said:
            by_prompt[read.prompt].append(said)
    for prompt, texts in by_prompt.items():
        start = min(max(len(texts) // 2, FEWEST), START)
        used: dict[str, int] = defaultdict(int)
        for said in texts[:start]:
            for word in set(said):
                used[word] += 1
        for index, said in enumerate(texts):
            yield "prompt-length", prompt, float(np.log(len(said)))
            own = int(index < start)
            new = [used[word] <= own if word in used else True for word in set(said)]
            yield "prompt-vocabulary", prompt, float(np.mean(new))

"""The drift watch: does each judge and each prompt still behave as it did at first?

How it was at first is taken from a chart's first readings once, and whoever keeps that passes it in
ever after (`Begun`): neither later readings nor the erasure of people move it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evenhand.judges.clauses import words
from evenhand.studies.charting import START, Chart, Start, chart, start_of

Kind = Literal["judge", "prompt"]
Key = tuple[str, str]
"""A measure's code, and the judge or prompt."""

SHARED = 3
"""A word is one that a prompt's first answers use if so many of them do: no person's own word is
kept with the start, and one chance use makes no word a common one."""


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
        number: its place in the order of reading; larger is later.
    """

    person: str
    prompt: str
    text: str
    said: tuple[Said, ...]
    seconds: Mapping[str, float] | None = None
    cost: Mapping[str, float] | None = None
    number: int = 0


@dataclass(frozen=True)
class Begun:
    """The start of a chart, as it is kept.

    Attributes:
        until: number of the last reading that it was taken from.
        words: of the prompt's first answers, for its vocabulary; empty for any other measure.
    """

    start: Start
    until: int
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Measure:
    """What is charted.

    Attributes:
        code: names chart and alarm; the run-book has a section for each.
        least_sd: the least spread that is believed.
        rare: a share of what hardly comes up at first; only its rise is an alarm.
    """

    code: str
    kind: Kind
    least_sd: float
    rare: bool = False


MEASURES: tuple[Measure, ...] = (
    Measure("judge-severity", "judge", 0.1),
    Measure("judge-spread", "judge", 0.1),
    Measure("judge-abstention", "judge", 0.1, rare=True),
    Measure("judge-ungrounded", "judge", 0.1, rare=True),
    Measure("judge-latency", "judge", 0.1),
    Measure("judge-cost", "judge", 0.1),
    Measure("prompt-severity", "prompt", 0.1),
    Measure("prompt-spread", "prompt", 0.05),
    Measure("prompt-abstention", "prompt", 0.1, rare=True),
    Measure("prompt-ungrounded", "prompt", 0.1, rare=True),
    Measure("prompt-length", "prompt", 0.1),
    Measure("prompt-vocabulary", "prompt", 0.02),
)
"""severity: a judge's level minus the mean of the others'; a prompt's level minus the same person's
on other prompts. spread: how far a judge is from the others, either way; how far judges lie apart
on a prompt. abstention: share of dimensions without a level. ungrounded: share of an answer's marks
above 0 without a quote that holds, verdicts without a level among them: there most are invented.
latency and cost: logarithms, by judge and answer. length: logarithm of the words. vocabulary: share
of an answer's words that fewer than three of the prompt's first answers use."""


_MEASURE = {one.code: one for one in MEASURES}
_VOCABULARY = "prompt-vocabulary"


@dataclass(frozen=True, eq=False)
class Watched:
    """One chart: of a judge or a prompt, by its name.

    Attributes:
        begun: what it is held against; to be kept, where it was not passed in.
        numbers: of the n readings after the start, in order.
    """

    measure: Measure
    subject: str
    begun: Begun
    chart: Chart
    numbers: tuple[int, ...]

    @property
    def key(self) -> Key:
        """Measure and subject."""
        return self.measure.code, self.subject

    @property
    def alarm(self) -> bool:
        """Say whether it has left its limits and not come back."""
        return self.chart.since is not None

    def left_after(self, number: int) -> int | None:
        """Return after how many values it was first beyond its limits, readings up to one aside."""
        beyond = zip(self.numbers, self.chart.outside, strict=True)
        return next((n for n, (at, out) in enumerate(beyond, 1) if out and at > number), None)


@dataclass(frozen=True)
class _Spoken:
    """Words of a prompt's first answers.

    Attributes:
        words: what enough of them use.
        often: what enough of the others use, for one of them: a word of its own is none of theirs.
        among: how many first answers are among those that are looked at.
    """

    words: frozenset[str]
    often: frozenset[str] = frozenset()
    among: int = 0


@dataclass(frozen=True)
class _Value:
    value: float
    read: Read


def watch(
    reads: Sequence[Read],
    begun: Mapping[Key, Begun] | None = None,
    anew: Mapping[Key, int] | None = None,
) -> list[Watched]:
    """Chart everything that there are enough answers for.

    Pass the answers that one version of a panel has read: another version is another rater, and
    starts charts of its own.

    Args:
        reads: in the order of reading; from the first on where some start is not known yet.
        begun: the starts that are known.
        anew: numbers of the readings after which a chart sets out from its centre again.

    Returns:
        Charts by measure, in the order of `MEASURES`, then by subject; those in alarm first.
    """
    known, anew = begun or {}, anew or {}
    spoken = _spoken(reads, known)
    series: dict[Key, list[_Value]] = defaultdict(list)
    for code, subject, value, read in (
        *_of_judges(reads), *_of_prompts(reads), *_of_words(reads, spoken)
    ):  # fmt: skip
        series[code, subject].append(_Value(value, read))
    order = {one.code: n for n, one in enumerate(MEASURES)}
    found = [
        drawn
        for key in sorted(series, key=lambda key: (order[key[0]], key[1]))
        if (drawn := _watched(key, series[key], known.get(key), spoken, anew.get(key, -1)))
    ]
    return sorted(found, key=lambda one: not one.alarm)


def _watched(
    key: Key,
    values: Sequence[_Value],
    known: Begun | None,
    spoken: Mapping[str, _Spoken],
    after: int,
) -> Watched | None:
    code, subject = key
    measure = _MEASURE[code]
    begun, rest = known, values
    if begun is None:
        start = start_of(
            [one.value for one in values], [one.read.person for one in values],
            least_sd=measure.least_sd, rare=measure.rare,
        )  # fmt: skip
        if start is None:
            return None
        used = spoken[subject].words if code == _VOCABULARY else frozenset()
        begun = Begun(start, values[start.size - 1].read.number, used)
        rest = values[start.size :]
    else:
        rest = [one for one in values if one.read.number > begun.until]
    rest = [one for one in rest if one.read.number > after]
    drawn = chart([one.value for one in rest], begun.start, rise_only=measure.rare)
    return Watched(measure, subject, begun, drawn, tuple(one.read.number for one in rest))


def _of_judges(reads: Sequence[Read]) -> Iterator[tuple[str, str, float, Read]]:
    for read in reads:
        by_judge: dict[str, list[Said]] = defaultdict(list)
        for one in read.said:
            by_judge[one.judge].append(one)
        for judge, said in by_judge.items():
            off = _off(judge, read)
            if off:
                yield "judge-severity", judge, float(np.mean(off)), read
                yield "judge-spread", judge, float(np.mean(np.abs(off))), read
            yield (
                "judge-abstention",
                judge,
                float(np.mean([one.level is None for one in said])),
                read,
            )
            if (share := _ungrounded(said)) is not None:
                yield "judge-ungrounded", judge, share, read
        for code, counted in (("judge-latency", read.seconds), ("judge-cost", read.cost)):
            for judge, value in (counted or {}).items():
                # A call that took or cost nothing came from the cache: not the judge's doing.
                if value > 0:
                    yield code, judge, float(np.log(value)), read


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


def _of_prompts(reads: Sequence[Read]) -> Iterator[tuple[str, str, float, Read]]:
    levels = [[one.level for one in read.said if one.level is not None] for read in reads]
    mean = [float(np.mean(given)) if given else None for given in levels]
    by_person: dict[str, dict[str, float]] = defaultdict(dict)
    for read, level in zip(reads, mean, strict=True):
        if level is not None:
            by_person[read.person][read.prompt] = level
    for read, level in zip(reads, mean, strict=True):
        others = [v for prompt, v in by_person[read.person].items() if prompt != read.prompt]
        if level is not None and others:
            yield "prompt-severity", read.prompt, level - float(np.mean(others)), read
        dimensions = {one.dimension for one in read.said}
        apart = [sd for name in dimensions for sd in _apart(read, name)]
        if apart:
            yield "prompt-spread", read.prompt, float(np.mean(apart)), read
        if read.said:
            silent = float(np.mean([one.level is None for one in read.said]))
            yield "prompt-abstention", read.prompt, silent, read
        if (share := _ungrounded(read.said)) is not None:
            yield "prompt-ungrounded", read.prompt, share, read


def _ungrounded(said: Sequence[Said]) -> float | None:
    """Return the share of marks above 0 without words of the answer; None where there are none."""
    claimed = sum(one.claimed or 0 for one in said)
    return sum(one.ungrounded or 0 for one in said) / claimed if claimed else None


def _apart(read: Read, dimension: str) -> list[float]:
    levels = [s.level for s in read.said if s.dimension == dimension and s.level is not None]
    return [float(np.std(levels, ddof=1))] if len(levels) > 1 else []


def _spoken(reads: Iterable[Read], known: Mapping[Key, Begun]) -> dict[str, _Spoken]:
    """Return what a prompt's first answers say, where that is known or can be told."""
    found = {
        prompt: _Spoken(one.words) for (code, prompt), one in known.items() if code == _VOCABULARY
    }
    first: dict[str, list[set[str]]] = defaultdict(list)
    for read in reads:
        if read.prompt not in found and len(first[read.prompt]) < START and words(read.text):
            first[read.prompt].append(set(words(read.text)))
    for prompt, texts in first.items():
        if len(texts) == START:
            used = Counter(word for said in texts for word in said)
            shared, often = (
                frozenset(word for word, n in used.items() if n >= least)
                for least in (SHARED, SHARED + 1)
            )
            found[prompt] = _Spoken(shared, often, START)
    return found


def _of_words(
    reads: Sequence[Read], spoken: Mapping[str, _Spoken]
) -> Iterator[tuple[str, str, float, Read]]:
    come: dict[str, int] = defaultdict(int)
    for read in reads:
        said = words(read.text)
        if not said:
            continue
        yield "prompt-length", read.prompt, float(np.log(len(said))), read
        if (first := spoken.get(read.prompt)) is not None:
            used = first.often if come[read.prompt] < first.among else first.words
            yield _VOCABULARY, read.prompt, float(np.mean([w not in used for w in set(said)])), read
        come[read.prompt] += 1

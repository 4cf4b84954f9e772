"""Turn levels and soft marks into verdicts with marks, quotes and a distribution."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from evenhand.judges.reading import Reading
from evenhand.judges.references import References
from evenhand.judges.values import AnswerScore, Mark, Quote, Screened, Verdict
from evenhand.rubric import Dimension

Array = NDArray[np.float64]

NEAR_ENOUGH = 0.0
"""A quote must be nearer its indicator than most sentences about other things, in their spread."""
MOST_USES = 2
"""One clause speaks for at most this many indicators."""
NO_MARKS = "reads the answer as a whole and marks no single indicator"
HELD = "read this answer so far above the other judges that its level is held down to this"
NOT_SPOKEN_FOR = "no golden answers speak for this question and dimension: people rate it"
OUTDATED = (
    "the models that this version came with are of an earlier release, and those of this one have "
    "not learnt it: a person should read this answer"
)
NOTHING = "there is nothing to rate: no sentence of the candidate's own"


def distribution_of(level: float, spread: float) -> tuple[float, ...]:
    """Return probabilities of levels 1 to 5 for a normal error around a level.

    >>> [round(p, 2) for p in distribution_of(3.0, 0.5)]
    [0.0, 0.16, 0.68, 0.16, 0.0]
    """
    edges = ndtr((np.array([1.5, 2.5, 3.5, 4.5]) - level) / spread)
    return tuple(np.diff(edges, prepend=0.0, append=1.0).tolist())


def cut_marks(dimension: Dimension, soft: Array, cuts: Array) -> dict[str, int]:
    """Turn soft marks into 0, 1 and 2; `cuts` has a row for strong indicators and one for flags."""
    marks = {}
    for indicator, value in zip(dimension.indicators, soft.tolist(), strict=True):
        low, high = cuts[0 if indicator.kind == "strong" else 1].tolist()
        marks[indicator.id] = int(value > low) + int(value > max(low, high))
    return marks


def ground(
    dimension: Dimension,
    marks: Mapping[str, int],
    references: References,
    reading: Reading,
    screened: Screened,
) -> tuple[dict[str, Mark], tuple[Quote, ...]]:
    """Find a quote for each mark above 0; a mark without one becomes `cannot tell`.

    The nearest pairs of clause and indicator choose first; a clause serves at most two indicators.
    """
    wanted = [i.id for i in dimension.indicators if marks[i.id] > 0]
    near = references.near(wanted, reading.vectors).tolist()
    pairs = sorted(
        ((v, name, k) for name, row in zip(wanted, near, strict=True) for k, v in enumerate(row)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    chosen: dict[str, int] = {}
    uses = [0] * len(reading.clauses)
    for value, name, k in pairs:
        if value >= NEAR_ENOUGH and name not in chosen and uses[k] < MOST_USES:
            chosen[name] = k
            uses[k] += 1
    grounded: dict[str, Mark] = {
        name: mark if mark == 0 or name in chosen else None for name, mark in marks.items()
    }
    quotes = [quote(name, reading, chosen[name], screened) for name in wanted if name in chosen]
    return grounded, tuple(quotes)


def quote(indicator: str, reading: Reading, clause: int, screened: Screened) -> Quote:
    """Quote a clause in the candidate's own characters, as given."""
    found = reading.clauses[clause]
    start, end = screened.span(found.start, found.end)
    return Quote(indicator, screened.given[start:end], start, end)


def unmarked(dimension: Dimension) -> dict[str, Mark]:
    """Return `cannot tell` for every indicator."""
    return {indicator.id: None for indicator in dimension.indicators}


def whole_verdict(judge: str, dimension: Dimension, level: float, spread: float) -> Verdict:
    """Return the verdict of a judge that gives a level alone."""
    distribution = distribution_of(level, spread)
    return Verdict(judge, dimension.id, level, distribution, unmarked(dimension), (), NO_MARKS)


def nothing_verdicts(judges: Sequence[str], dimension: Dimension) -> tuple[Verdict, ...]:
    """Return what every judge says where there is nothing to rate: level 1, nothing shown."""
    shown: dict[str, Mark] = {indicator.id: 0 for indicator in dimension.indicators}
    certain = (1.0, 0.0, 0.0, 0.0, 0.0)
    return tuple(Verdict(judge, dimension.id, 1.0, certain, shown, (), NOTHING) for judge in judges)


def unread(
    judges: Sequence[str], dimension: Dimension, confidence: float, reason: str = NOT_SPOKEN_FOR
) -> AnswerScore:
    """Return the score of an answer on a dimension from which all judges abstain."""
    marks = unmarked(dimension)
    verdicts = tuple(
        Verdict(judge, dimension.id, None, None, marks, (), reason) for judge in judges
    )
    return AnswerScore(dimension.id, None, None, None, None, confidence, True, verdicts)

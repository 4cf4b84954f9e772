"""What one more person would say of an answer: the chance of every level, and an interval.

An estimate speaks of the mean over trained raters. One person's level is farther out: it has that
person's severity, halo and error on top, and it is a level of the scale. What lies behind it is
Gaussian, and the cuts of the `Link` make levels of it, so that a heavy ceiling stays one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from evenhand.measure.components import Components
from evenhand.measure.link import LEAST_SPREAD, Column
from evenhand.measure.model import covariance, lines, read, stage
from evenhand.measure.table import Array, Batch
from evenhand.measure.values import MIDDLE, MeasureError, Rating, check_confidence

WHOLE = Column((1.0, 2.0, 3.0, 4.0, 5.0), (1.0, 2.0, 3.0, 4.0, 5.0), (1.5, 2.5, 3.5, 4.5), 1 / 12)
"""Without a link a person is taken to give the nearest whole level; rounding adds 1/12 to the
variance (Sheppard 1898, Proc. London Math. Soc. 29:353)."""


@dataclass(frozen=True)
class Prediction:
    """What one more rating of an answer will be.

    Attributes:
        levels: The levels that people give.
        chances: Probability of each; they sum to 1.
        mean: Expected level.
        low, high: The lowest and highest level of the interval, both inside it.
        inside: Probability of the interval.
    """

    levels: tuple[float, ...]
    chances: tuple[float, ...]
    mean: float
    low: float
    high: float
    inside: float


def predict_rating(
    ratings: Sequence[Rating],
    components: Components,
    *,
    dimension: str,
    task: str,
    round: str,
    rater: str,
    confidence: float = 0.9,
) -> Prediction:
    """Predict the level that a person would give one answer of one candidate.

    Levels are lumps of probability, and most runs of them hold visibly more or less than the
    confidence. The interval is the narrowest run of levels that holds at least as much; the end
    that is less likely is left off where the rest comes nearer. Over many answers it holds about as
    many levels as it says, and for one answer `inside` says how much. Of two runs as narrow it is
    the likelier, and of two as likely the lower.

    Args:
        ratings: All ratings of one candidate, of that answer and others, by anybody; may be empty.
        components: Parameters of the model.
        dimension: What is rated.
        task: Which answer it is.
        round: Where the person meets the candidate.
        rater: Who would rate it; of a name that the components do not know, nothing is known.
        confidence: Nominal coverage over answers.

    Raises:
        MeasureError: If the ratings are of several candidates, the dimension is unknown, or the
            rater has rated this answer already.

    >>> from evenhand.measure import default_components
    >>> cold = default_components(["evaluation"])
    >>> one = Rating("ana", "evaluation", "q1", "final", "kim", "human", 5)
    >>> asked = {"dimension": "evaluation", "task": "q1", "round": "final", "rater": "lee"}
    >>> found = predict_rating([one], cold, **asked)
    >>> [round(chance, 2) for chance in found.chances], found.low, found.high
    ([0.0, 0.01, 0.11, 0.42, 0.46], 4.0, 5.0)
    """
    check_confidence(confidence)
    place = components.index(dimension)
    candidate = ratings[0].candidate if ratings else "candidate"
    following = Rating(candidate, dimension, task, round, rater, "human", MIDDLE)
    _check(ratings, following)
    column = components.link.humans.get(dimension) if components.link else None
    column = column or WHOLE
    mean, variance = _score([*ratings, following], components, place)
    # A score has the noise of cutting in it; what the cuts were made in has not.
    spread = np.sqrt(max(variance - column.coarseness, LEAST_SPREAD**2))
    reached = ndtr((np.array([-np.inf, *column.cuts, np.inf]) - mean) / spread)
    chances = np.diff(reached)
    first, last = _run(np.array(column.levels), chances, confidence)
    return Prediction(
        column.levels,
        tuple(chances.tolist()),
        float(chances @ np.array(column.levels)),
        column.levels[first],
        column.levels[last],
        float(chances[first : last + 1].sum()),
    )


def _check(ratings: Sequence[Rating], following: Rating) -> None:
    if len({rating.candidate for rating in ratings}) > 1:
        raise MeasureError("prediction: the ratings are of several candidates; give those of one")
    for r in ratings:
        same = (r.rater_kind, r.rater, r.task, r.dimension, r.round)
        if same == ("human", following.rater, following.task, following.dimension, following.round):
            raise MeasureError(
                f"prediction: {r.rater} has rated {r.dimension} of {r.task} in {r.round} already; "
                "name another rater"
            )


def _score(rows: Sequence[Rating], components: Components, place: int) -> tuple[float, float]:
    """Return mean and variance of the last row's score, given the others'."""
    table = read(rows, components)
    of, surprise = stage(table, components)
    count = len(table.level)
    batch = Batch(
        np.zeros(1, dtype=np.intp),
        np.arange(count, dtype=np.intp)[None],
        np.ones((1, count), dtype=np.bool_),
    )
    at = lines(table, batch, of)
    spread = covariance(
        at, components.psi, components.style, components.shared, components.halo
    )[0]  # fmt: skip
    # Where a question is known, so is the level it yields; elsewhere the population's is in doubt.
    loading, dimension = at.loading[0], at.dimension[0]
    known = np.array([n in components.difficulties.get(t, {}) for t, n in table.cells])
    doubted = np.where(known[at.cell[0]], 0.0, loading)
    spread += np.outer(doubted, doubted) * components.location_cov[np.ix_(dimension, dimension)]
    same = at.cell[0] == at.cell[0, -1]
    luck = at.luck[0, -1] + doubted[-1] * components.location_cov[place, place]
    with_answer = loading * (components.psi[dimension, place] + same * luck)
    given, last = slice(0, count - 1), count - 1
    gain = np.linalg.solve(
        spread[given, given], np.column_stack([spread[given, last], with_answer[given]])
    )
    base = components.location[place] - of.hardness[at.cell[0, -1]] - of.severity[at.rater[0, -1]]
    mean = base + gain[:, 0] @ surprise[given]
    left = spread[last, last] - gain[:, 0] @ spread[given, last]
    answer = components.psi[place, place] + luck - gain[:, 1] @ with_answer[given]
    rated = bool(np.any(~table.model[given] & (table.dimension[given] == place)))
    factor = components.conformal_rated if rated else components.conformal
    return float(mean), float(left + (factor**2 - 1) * max(answer, 0.0))


def _run(levels: Array, chances: Array, confidence: float) -> tuple[int, int]:
    """Return the first and last place of the interval's levels."""
    total = np.concatenate([[0.0], np.cumsum(chances)])
    runs = [
        (levels[b] - levels[a], round(total[a] - total[b + 1], 12), a, b)
        for a in range(len(levels))
        for b in range(a, len(levels))
        if total[b + 1] - total[a] >= confidence or (a, b) == (0, len(levels) - 1)
    ]
    _, held, first, last = min(runs)
    if first == last:
        return first, last
    low = chances[first] < chances[last] - 1e-12
    off = float(min(chances[first], chances[last]))
    if abs(-held - off - confidence) < abs(-held - confidence):
        return (first + 1, last) if low else (first, last - 1)
    return first, last

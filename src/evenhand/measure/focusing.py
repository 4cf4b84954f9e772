"""What to ask next: the plan that narrows a candidate's estimates most by the minute.

In a Gaussian model the posterior covariance does not depend on the answers, so the gain of a
question is known before it is asked (van der Linden 1999, JEBS 24:398). The plan is greedy: each
step takes, of the options that still fit, the one with the largest fall of the summed log posterior
variance per minute.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.measure import model
from evenhand.measure.components import Components
from evenhand.measure.table import Array, Batch, Index, tabulate
from evenhand.measure.values import MIDDLE, FocusStep, MeasureError, Option, Rating

LEAST_GAIN = 1e-12
"""Options that gain no more than this tell nothing and are left out."""


@dataclass(frozen=True, eq=False)
class _Outlook:
    """Joint covariance of ability (first D) and of the ratings that the options would bring.

    Attributes:
        covariance: (D + Q, D + Q).
        rows: For each option, the places of its ratings.
    """

    covariance: Array
    rows: list[Index]


def focus(
    ratings: Sequence[Rating],
    components: Components,
    options: Sequence[Option],
    minutes: float,
) -> list[FocusStep]:
    """Plan what to ask one candidate in the minutes that are left.

    Each option is asked at most once. Its raters are taken to be people or judges of whom nothing
    is known yet; those of one round are the same for all options and share halo and severity.

    Args:
        ratings: The candidate's ratings so far; may be empty.
        components: Parameters of the model.
        options: What could be asked.
        minutes: The time there is.

    Returns:
        The steps in order. Empty if nothing fits or nothing would be learnt.

    Raises:
        MeasureError: If the ratings are of several candidates, a dimension is unknown, an option
            is given twice, or the minutes are negative or not a number.
    """
    if len({rating.candidate for rating in ratings}) > 1:
        raise MeasureError("focus: the ratings are of several candidates; give those of one")
    if not minutes >= 0:
        raise MeasureError(f"focus: minutes: {minutes} is not a number of at least 0")
    doubled = Counter((option.task, option.round, option.rater_kind) for option in options)
    for (task, met, kind), times in doubled.items():
        if times > 1:
            raise MeasureError(f"focus: options: {task} in {met} by {kind} is given {times} times")
    outlook = _outlook(ratings, components, options)
    size = len(components.dimensions)
    left, covariance = minutes, outlook.covariance
    open_options = list(range(len(options)))
    steps: list[FocusStep] = []
    while True:
        before = np.diag(covariance)[:size]
        best, best_rate, best_after = -1, 0.0, before
        for number in open_options:
            if options[number].minutes > left:
                continue
            after = np.diag(_given(covariance, outlook.rows[number], size))
            gain = float(np.sum(np.log(before / after)))
            if gain > LEAST_GAIN and gain / options[number].minutes > best_rate:
                best, best_rate, best_after = number, gain / options[number].minutes, after
        if best < 0:
            return steps
        steps.append(_told(options[best], components, best_rate, before, best_after))
        left -= options[best].minutes
        open_options.remove(best)
        covariance = _given(covariance, outlook.rows[best], len(covariance))


def _outlook(
    ratings: Sequence[Rating], components: Components, options: Sequence[Option]
) -> _Outlook:
    """Condition ability and the ratings to come on the ratings there are."""
    asked, aim, rows = _ratings_to_come(ratings, options)
    size, given = len(components.dimensions), len({_reading(r) for r in ratings})
    if not ratings and not asked:
        return _Outlook(components.psi, [np.empty(0, dtype=np.intp) for _ in options])
    table = tabulate([*ratings, *asked], components.dimensions)
    total = len(table.level)
    batch = Batch(
        np.zeros(1, dtype=np.intp),
        np.arange(total, dtype=np.intp)[None],
        np.ones((1, total), dtype=np.bool_),
    )
    at = model.lines(table, batch, model.facets(table, components))
    spread = model.covariance(
        at, components.psi, components.style, components.shared, components.halo
    )[0]
    # What a less direct question adds is noise of its own, on top of that of any rating.
    blur = np.concatenate([np.zeros(given), (1 / np.array(aim) - 1)]) if aim else np.zeros(total)
    spread[np.arange(total), np.arange(total)] += blur * (at.noise[0] + at.luck[0])
    cross = model.with_ability(at, components.psi)[0]
    joint = np.block([[components.psi, cross.T], [cross, spread]])
    seen = size + np.arange(given)
    kept = np.concatenate([np.arange(size), size + np.arange(given, total)])
    return _Outlook(_given(joint, seen, len(joint))[np.ix_(kept, kept)], [size + r for r in rows])


def _ratings_to_come(
    ratings: Sequence[Rating], options: Sequence[Option]
) -> tuple[list[Rating], list[float], list[Index]]:
    """Return the ratings that options would bring (levels are never looked at), aims and places."""
    candidate = ratings[0].candidate if ratings else "candidate"
    asked: list[Rating] = []
    aim: list[float] = []
    rows: list[Index] = []
    known = {rating.rater for rating in ratings}
    for option in options:
        first = len(asked)
        for dimension, weight in option.dimensions.items():
            for rater in range(option.raters if weight > 0 else 0):
                name = f"rater {rater} to come"
                while name in known:
                    name += "'"
                to_come = (candidate, dimension, option.task, option.round, name, option.rater_kind)
                asked.append(Rating(*to_come, level=MIDDLE))
                aim.append(weight)
        rows.append(np.arange(first, len(asked), dtype=np.intp))
    return asked, aim, rows


def _given(covariance: Array, seen: Index, keep: int) -> Array:
    """Return the covariance of the first `keep` coordinates, given those at `seen`."""
    if not len(seen):
        return covariance[:keep, :keep]
    cross = covariance[:keep, seen]
    weight = np.linalg.solve(covariance[np.ix_(seen, seen)], cross.T)
    return np.asarray(covariance[:keep, :keep] - cross @ weight)


def _told(
    option: Option, components: Components, rate: float, before: Array, after: Array
) -> FocusStep:
    doubt = np.diag(components.location_cov)
    sd_before = np.sqrt(before + doubt) * components.conformal
    sd_after = np.sqrt(after + doubt) * components.conformal
    place = int(np.argmax(before / after))
    return FocusStep(
        task=option.task,
        minutes=option.minutes,
        gain=rate * option.minutes,
        gain_per_minute=rate,
        dimension=components.dimensions[place],
        sd_before=float(sd_before[place]),
        sd_after=float(sd_after[place]),
    )


def _reading(rating: Rating) -> tuple[str, ...]:
    return (rating.dimension, rating.task, rating.round, rating.rater, rating.rater_kind)

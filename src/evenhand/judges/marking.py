"""Soft marks of indicators, about 0 to 2: a Gaussian process over (answer, indicator).

Within a dimension an indicator leans on the others of its kind (strong, or red flag): answers that
come as near, show as much substance, say the same or use the same words get like marks. Beside
that each indicator has an offset, slopes and a sense of its own, so that one with few examples
leans on the rest and one with many goes its own way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.coverage import Rows
from evenhand.judges.whole import Alike, Inputs, radial, solve

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Mask = NDArray[np.bool_]

OWN = 4
"""The first signals have slopes of each indicator's own."""
OWN_OFFSET, OWN_SLOPES, OWN_SENSE = 0.2, 0.05, 2.0
NEARNESS, SUBSTANCE = 0.3, 0.5
SENSE, WORDING, UNDER_ONE_PROMPT = 0.5, 1.0, 1.0
"""What the whole answer says, shared by a kind of indicator; more under one prompt."""
START, START_VARIANCE = np.array([0.9, 0.15]), 0.5
"""A mark before anything is known, strong and red flag, and how little is known of it."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """The answers learnt from, as far as marks and levels of others are told by them.

    Attributes:
        rows: Their rows; `sense` may be left empty, since the models keep what they need of it.
        inputs: The answers.
    """

    rows: Rows
    inputs: Inputs


@dataclass(frozen=True, eq=False)
class MarkModel:
    """Soft marks as weights on the rows learnt from.

    Attributes:
        centre, spread: (SIGNALS,) standardisation of signals.
        own: (indicators, 1 + OWN) offset and slopes of each indicator.
        sense: (indicators, WIDTH) what clauses near it must say.
        alpha: (rows,) weights of the rows learnt from; 0 for one that was left out.
    """

    centre: Array
    spread: Array
    own: Array
    sense: Array
    alpha: Array

    def marks(self, rows: Rows, alike: Alike, learnt: Learnt, flags: Mask) -> Array:
        """Return soft marks, (rows,).

        Args:
            rows: What the coverage judge sees of some answers.
            alike: How alike they are to the answers learnt from.
            learnt: What the model was fitted on.
            flags: (indicators,) which are red flags.
        """
        z = self._scaled(rows.signal)
        own = self.own[rows.which]
        soft: Array = START[flags[rows.which].astype(int)] + own[:, 0]
        soft += (z[:, :OWN] * own[:, 1:]).sum(1) + (self.sense[rows.which] * rows.sense).sum(1)
        shared, own_share = covariances(alike)
        for here, there in blocks(rows, learnt.rows, flags):
            at = np.ix_(rows.case[here], learnt.rows.case[there])
            same = rows.which[here][:, None] == learnt.rows.which[there][None]
            near = NEARNESS * radial(z[here], self._scaled(learnt.rows.signal[there]))
            soft[here] += (shared[at] + near + same * own_share[at]) @ self.alpha[there]
        return soft

    def _scaled(self, signal: Array) -> Array:
        scaled: Array = (signal - self.centre) / self.spread
        return scaled


def blocks(a: Rows, b: Rows, flags: Mask) -> list[tuple[Index, Index]]:
    """Return the rows of `a` and of `b` of one dimension and kind, for each that `a` has."""
    of_a, of_b = (2 * rows.dimension + flags[rows.which] for rows in (a, b))
    return [(np.flatnonzero(of_a == n), np.flatnonzero(of_b == n)) for n in np.unique(of_a)]


def covariances(alike: Alike) -> tuple[Array, Array]:
    """Return how far marks of two answers go together: of a kind; besides, of an indicator."""
    more = UNDER_ONE_PROMPT * alike.prompt
    shared = (SENSE + more) * alike.sense + (WORDING + more) * alike.wording
    return START_VARIANCE + SUBSTANCE * alike.signs + shared, alike.sense + alike.wording


def fit_marks(
    learnt: Learnt,
    alike: Alike,
    keep: Index,
    marks: Array,
    noise: Array,
    groups: NDArray[np.str_],
    flags: Mask,
) -> tuple[MarkModel, Array]:
    """Fit soft marks to some rows.

    Args:
        learnt: All rows and answers.
        alike: How alike the answers are to each other.
        keep: Indices of the rows to learn from.
        marks: (rows,) the raters' mean marks, 0 to 2.
        noise: (rows,) relative variance of each.
        groups: (rows,) whose each is.
        flags: (indicators,) which are red flags.

    Returns:
        The model, and (rows,) soft marks by models that had not seen the row's group; NaN where
        not kept.
    """
    rows = learnt.rows
    centre, spread = rows.signal[keep].mean(0), rows.signal[keep].std(0) + 1e-6
    z = (rows.signal - centre) / spread
    size = float((rows.sense[keep] ** 2).sum(1).mean())
    shared, own_share = covariances(alike)
    alpha, left_out = np.zeros(len(marks)), np.full(len(marks), np.nan)
    kept = rows.take(keep)
    for block, _ in blocks(kept, kept, flags):
        here = keep[block]
        case, which = rows.case[here], rows.which[here]
        same = which[:, None] == which[None]
        slopes = OWN_SLOPES * z[here, :OWN] @ z[here, :OWN].T
        felt = OWN_SENSE / size * rows.sense[here] @ rows.sense[here].T
        at = np.ix_(case, case)
        covariance = shared[at] + NEARNESS * radial(z[here], z[here])
        covariance += same * (own_share[at] + OWN_OFFSET + slopes + felt)
        start = START[flags[which].astype(int)]
        alpha[here], found = solve(covariance, noise[here], marks[here] - start, groups[here])
        left_out[here] = start + found
    of = np.equal.outer(np.arange(len(flags)), rows.which) * alpha
    own = np.concatenate(
        [OWN_OFFSET * of.sum(1, keepdims=True), OWN_SLOPES * of @ z[:, :OWN]], axis=1
    )
    model = MarkModel(centre, spread, own, OWN_SENSE / size * of @ rows.sense, alpha)
    return model, left_out

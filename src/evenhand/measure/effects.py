"""Effects that candidates share: location, severity, difficulty; Gaussian, one vector for all.

They are integrated out, not plugged in: given the variances, all ratings and effects are jointly
Gaussian, so that their posterior is generalised least squares with a prior (Robinson 1991,
Statistical Science 6:15). A plug-in would understate the variance of a rater's severity, since the
candidates a rater happened to see differ in ability.

The vector has two parts: the common one (judges' severities, locations, difficulties), which most
candidates meet, and the people's severities, of which there may be thousands, each met by few
candidates.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import cg

from evenhand.measure.components import Components
from evenhand.measure.table import Array, Index, Table

LOCATION_SD = 0.5
"""Prior standard deviation of a population's mean level."""
JUDGE_SEVERITY_SD = 0.5
"""Prior standard deviation of a model judge's severity around where the start components put it."""
TIE = 1e6
"""Precision of a sum that is 0 by convention: in effect exact."""
DENSE = 800
"""With more people than this, only those who met a candidate together are solved together."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each effect stands: J judges, D locations, C difficulties; then R people.

    Attributes:
        judges: (J,) the table's raters that are judges.
        people: (R,) the table's raters that are people.
        dimensions: D.
        cells: C.
        centre: (J + D + C,) prior mean; that of people is 0.
        fixed: (J + D + C,) squared prior precision of judges and locations.
        anchored: Whether any human rated; if not, the judges' severities sum to the start's.
    """

    judges: Index
    people: Index
    dimensions: int
    cells: int
    centre: Array
    fixed: Array
    anchored: bool

    @property
    def location(self) -> slice:
        """Where locations stand in the common vector."""
        return slice(len(self.judges), len(self.judges) + self.dimensions)

    @property
    def difficulty(self) -> slice:
        """Where difficulties stand in the common vector."""
        return slice(len(self.judges) + self.dimensions, len(self.centre))

    def precision(self, difficulty: float) -> Array:
        """Return the prior precision of the common vector."""
        found = self.fixed.copy()
        places = np.arange(len(self.centre))[self.difficulty]
        found[places, places] += 1 / difficulty
        return found


def layout(table: Table, start: Components) -> Layout:
    """Lay out the effects of a table around start components."""
    human = np.array([kind == "human" for kind, _ in table.raters], dtype=np.bool_)
    judges, people = np.flatnonzero(~human), np.flatnonzero(human)
    known = [start.judge(table.raters[place][1]).severity for place in judges]
    centre = np.concatenate([known, start.location, np.zeros(len(table.cells))])
    precision = np.zeros_like(centre)
    precision[: len(judges)] = JUDGE_SEVERITY_SD**-2
    precision[len(judges) : len(judges) + len(start.location)] = LOCATION_SD**-2
    fixed = np.diag(precision)
    anchored = bool(human.any())
    if not anchored:
        fixed[: len(judges), : len(judges)] += TIE / len(judges)
    size = len(start.location)
    return Layout(judges, people, size, len(table.cells), centre, fixed, anchored)


@dataclass(frozen=True, eq=False)
class Pairs:
    """The people who met a candidate together, each with themselves too; (K,) each."""

    one: Index
    other: Index


@dataclass(eq=False)
class Information:
    """Precision and score of the effects, as deviations from their prior mean.

    Attributes:
        common: (G, G) for the common vector.
        across: (G, R) between it and people.
        people: (K,) between people, by pair.
        score, people_score: (G,) and (R,).
    """

    common: Array
    across: Array
    people: Array
    score: Array
    people_score: Array


@dataclass(frozen=True, eq=False)
class Effects:
    """Posterior of the effects, as deviations from their prior mean.

    Attributes:
        mean, people_mean: (G,) and (R,).
        common: (G, G) covariance.
        across: (G, R) covariance.
        people: (K,) covariance by pair.
        variance: (R,) variance of each person's severity.
        logdet: Log determinant of the precision.
        fitted: Score times mean: what the effects explain of the sum of squares.
    """

    mean: Array
    people_mean: Array
    common: Array
    across: Array
    people: Array
    variance: Array
    logdet: float
    fitted: float


def solve(of: Information, pairs: Pairs) -> Effects:
    """Return the posterior.

    With few people it is exact. With many, means are exact, and the covariance of two severities
    given the rest is the second-order expansion of the inverse round its diagonal: people share few
    candidates, so what two of them share is small beside what each has.
    """
    count = len(of.people_score)
    if count > DENSE:
        return _solve_sparse(of, pairs)
    size = len(of.score)
    whole = np.zeros((size + count, size + count))
    whole[:size, :size] = of.common
    whole[:size, size:] = of.across
    whole[size:, :size] = of.across.T
    whole[size + pairs.one, size + pairs.other] = of.people
    covariance = np.asarray(np.linalg.inv(whole), dtype=np.float64)
    score = np.concatenate([of.score, of.people_score])
    mean = covariance @ score
    people = covariance[size:, size:]
    return Effects(
        mean[:size],
        mean[size:],
        covariance[:size, :size],
        covariance[:size, size:],
        people[pairs.one, pairs.other],
        np.array(np.diag(people)),
        float(np.linalg.slogdet(whole)[1]),
        float(score @ mean),
    )


def _solve_sparse(of: Information, pairs: Pairs) -> Effects:
    count = len(of.people_score)
    own = pairs.one == pairs.other
    diagonal = np.empty(count)
    diagonal[pairs.one[own]] = of.people[own]
    matrix = csr_array((of.people, (pairs.one, pairs.other)), shape=(count, count))
    scale = csr_array((1 / diagonal, (np.arange(count),) * 2), shape=(count, count))
    sides = np.column_stack([of.across.T, of.people_score])
    solved = np.column_stack([cg(matrix, side, M=scale, rtol=1e-10)[0] for side in sides.T])
    weights, alone = solved[:, :-1], solved[:, -1]
    schur = of.common - of.across @ weights
    common = np.asarray(np.linalg.inv(schur), dtype=np.float64)
    mean = common @ (of.score - of.across @ alone)
    people_mean = alone - weights @ mean
    # (D + O)^-1 = D^-1 - D^-1 O D^-1 + D^-1 O D^-1 O D^-1 - ...
    shared = of.people / (diagonal[pairs.one] * diagonal[pairs.other])
    second = np.bincount(
        pairs.one[~own], (shared * of.people)[~own] / diagonal[pairs.one[~own]], count
    )
    given = np.where(own, 1 / diagonal[pairs.one] + second[pairs.one], -shared)
    across = np.asarray(-common @ weights.T, dtype=np.float64)
    given -= np.einsum("kg,gk->k", weights[pairs.one], across[:, pairs.other])
    variance = np.empty(count)
    variance[pairs.one[own]] = given[own]
    logdet = float(np.log(diagonal).sum() - 0.5 * np.sum((shared * of.people)[~own]))
    logdet += float(np.linalg.slogdet(schur)[1])
    fitted = float(of.score @ mean + of.people_score @ people_mean)
    return Effects(mean, people_mean, common, across, given, variance, logdet, fitted)

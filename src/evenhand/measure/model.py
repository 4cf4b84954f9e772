"""The Many-Facet Gaussian model: what the ratings of one candidate have in common.

A rating of candidate i, on dimension d of the answer to task k, is

    model judge j:  y = 3 - severity_j + loading_j (x + m_i + c_ikd - 3) + e,   e ~ N(0, noise_j)
    human r:        y = x - severity_r + h_ir + e,                         e ~ N(0, human_noise)
    with            x = location_d + theta_id - difficulty_kd + w_ikd

where theta_i ~ N(0, psi) is ability, w the luck of one answer, m the error that all model judges
share on a person, c the one they share on an answer, h the halo of a person in a round. With a
`Moderation` the variances of e and c are multiplied by A and A**g of the answer. What is Gaussian
is a level, or with a `Link` the score that stands for it.

Integrating out all latents leaves the candidate's ratings jointly Gaussian with the covariance that
`covariance` builds; every posterior is Gaussian conditioning on it (Searle, Casella & McCulloch,
Variance Components, 1992, chapter 7).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.moderation import Moderation, scatter
from evenhand.measure.table import (
    Array,
    Batch,
    Flags,
    Index,
    Ratings,
    Table,
    batches,
    tabulate,
)
from evenhand.measure.values import MIDDLE


@dataclass(frozen=True, eq=False)
class Facets:
    """What is assumed of each rater and cell of a table.

    Attributes:
        severity: (raters,) levels taken off.
        loading: (raters,) 1 for humans.
        noise: (raters,) variance of a single reading.
        doubt: (raters,) variance of the severity.
        hardness: (cells,) levels taken off by the task.
        luck: (cells,) variance of the answer effect, with that of an uncertain difficulty.
        ambiguity: (N,) factor on each reading's noise.
        blur: (N,) factor on the error that judges share on its answer.
    """

    severity: Array
    loading: Array
    noise: Array
    doubt: Array
    hardness: Array
    luck: Array
    ambiguity: Array
    blur: Array


@dataclass(frozen=True, eq=False)
class Lines:
    """The rows of a batch, padded: (B, P) arrays; padding has loading 0, noise 1, doubt 0."""

    dimension: Index
    cell: Index
    rater: Index
    circle: Index
    model: Flags
    loading: Array
    noise: Array
    doubt: Array
    luck: Array
    blur: Array


def facets(table: Table, components: Components) -> Facets:
    """Look up every rater and cell of a table in the components."""
    rows = []
    for kind, name in table.raters:
        if kind == "model":
            j = components.judge(name)
            rows.append((j.severity, j.loading, j.noise, j.severity_variance))
        else:
            known = components.rater(name)
            rows.append((known.mean, 1.0, components.human_noise, known.variance))
    severity, loading, noise, doubt = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    tasks = [components.task(task, dimension) for task, dimension in table.cells]
    of = Facets(
        severity,
        loading,
        noise,
        doubt,
        hardness=np.array([effect.mean for effect in tasks], dtype=np.float64),
        luck=np.array([components.answer + effect.variance for effect in tasks], dtype=np.float64),
        ambiguity=np.ones(len(table.level)),
        blur=np.ones(len(table.level)),
    )
    if components.moderation is None:
        return of
    return moderated(table, of, components.location, components.moderation)


def moderated(table: Table, of: Facets, location: Array, moderation: Moderation) -> Facets:
    """Set the ambiguity of every model judge's reading from the panel's scatter on its answer."""
    _, answer = np.unique(table.candidate * len(table.cells) + table.cell, return_inverse=True)
    error = table.level - expected(table, of, location)
    spread, df = scatter(
        answer, len(table.level), error, of.loading[table.rater], of.noise[table.rater], table.model
    )
    ambiguity = np.where(table.model, moderation.ambiguity(spread, df)[answer], 1.0)
    return replace(of, ambiguity=ambiguity, blur=ambiguity**moderation.exponent)


def lines(table: Table, batch: Batch, of: Facets) -> Lines:
    """Gather the rows of a batch."""
    row, real = batch.row, batch.real
    rater = table.rater[row]
    return Lines(
        dimension=table.dimension[row],
        cell=table.cell[row],
        rater=rater,
        circle=np.where(real, table.circle[row], -1),
        model=table.model[row] & real,
        loading=np.where(real, of.loading[rater], 0.0),
        noise=np.where(real, of.noise[rater] * of.ambiguity[row], 1.0),
        doubt=np.where(real, of.doubt[rater], 0.0),
        luck=of.luck[table.cell[row]],
        blur=of.blur[row],
    )


def expected(table: Table, of: Facets, location: Array) -> Array:
    """Return the (N,) levels expected of an average candidate."""
    level = location[table.dimension] - of.hardness[table.cell]
    return MIDDLE - of.severity[table.rater] + of.loading[table.rater] * (level - MIDDLE)


def covariance(at: Lines, psi: Array, style: float, shared: float, halo: float) -> Array:
    """Return the (B, P, P) covariance of the ratings of each candidate."""
    common = signal(at, psi, style, shared)
    common *= at.loading[:, :, None] * at.loading[:, None, :]
    common += same_circle(at) * halo
    common += pairs(at.rater) * np.minimum(at.doubt[:, :, None], at.doubt[:, None, :])
    diagonal = np.arange(at.noise.shape[1])
    common[:, diagonal, diagonal] += at.noise
    return common


def signal(at: Lines, psi: Array, style: float, shared: float) -> Array:
    """Return the (B, P, P) covariance of what loadings multiply: x with what models share."""
    models = both_models(at)
    found = psi[at.dimension[:, :, None], at.dimension[:, None, :]]
    found = found + pairs(at.cell) * (at.luck[:, :, None] + models * (shared * at.blur[:, :, None]))
    return np.asarray(found + models * style)


def both_models(at: Lines) -> Flags:
    """Return (B, P, P): whether two rows of a candidate both come from model judges."""
    return np.asarray(at.model[:, :, None] & at.model[:, None, :])


def same_circle(at: Lines) -> Flags:
    """Return (B, P, P): whether two rows of a candidate share a halo."""
    return pairs(at.circle) & (at.circle >= 0)[:, :, None]


def pairs(code: Index) -> Flags:
    """Return (B, P, P): whether two rows of a candidate carry the same code."""
    return np.asarray(code[:, :, None] == code[:, None, :])


def with_ability(at: Lines, psi: Array) -> Array:
    """Return the (B, P, D) covariance of the ratings with ability."""
    return np.asarray(at.loading[:, :, None] * psi[at.dimension])


@dataclass(frozen=True, eq=False)
class Posterior:
    """Ability of a batch of candidates after their ratings.

    Attributes:
        batch: Which candidates and rows.
        mean: (B, D) levels, not clipped.
        covariance: (B, D, D), without the conformal factor.
        gain: (B, P, D) weight of each row's surprise in each mean.
        surprise: (B, P) level minus what was expected of an average candidate; 0 where padded.
    """

    batch: Batch
    mean: Array
    covariance: Array
    gain: Array
    surprise: Array


def read(ratings: Ratings, components: Components) -> Table:
    """Encode ratings for these components: distinct readings, levels turned into scores.

    Raises:
        MeasureError: If a rating is of a dimension that the components do not know.
    """
    table = tabulate(ratings, components.dimensions)
    return table if components.link is None else components.link.scored(table)


def stage(table: Table, components: Components) -> tuple[Facets, Array]:
    """Return the facets of a table and the (N,) surprise of its readings."""
    of = facets(table, components)
    return of, table.level - expected(table, of, components.location)


def condition(
    table: Table, components: Components, of: Facets, surprise: Array, batch: Batch
) -> Posterior:
    """Return the exact posterior of the candidates of one batch."""
    at = lines(table, batch, of)
    spread = covariance(at, components.psi, components.style, components.shared, components.halo)
    cross = with_ability(at, components.psi)
    gain = np.asarray(np.linalg.solve(spread, cross), dtype=np.float64)
    observed = np.where(batch.real, surprise[batch.row], 0.0)
    moved = np.einsum("bpd,bp->bd", gain, observed)
    left = components.psi - np.swapaxes(cross, 1, 2) @ gain
    return Posterior(batch, components.location + moved, left, gain, observed)


def posteriors(table: Table, components: Components) -> Iterator[Posterior]:
    """Yield the exact posterior of every candidate of a table that `read` made, by batches."""
    of, surprise = stage(table, components)
    for batch in batches(table):
        yield condition(table, components, of, surprise, batch)

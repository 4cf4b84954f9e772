"""Abilities of all candidates after their ratings, on the model's own scale."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.model import condition, read, stage
from evenhand.measure.table import Array, Flags, Ratings, Table, batches, side_by_side


@dataclass(frozen=True, eq=False)
class Posteriors:
    """Posterior of the abilities of C candidates on D dimensions.

    Attributes:
        candidates: Names, in order of first appearance.
        dimensions: Those of the components.
        mean: (C, D) in scores: levels, or what the link makes of them; not clipped.
        covariance: (C, D, D), without the conformal factor and without `location_cov`.
        human: (C, D) whether a human rated the candidate on the dimension.
    """

    candidates: tuple[str, ...]
    dimensions: tuple[str, ...]
    mean: Array
    covariance: Array
    human: Flags


def posterior(
    ratings: Ratings, components: Components, *, candidates: Sequence[str] = ()
) -> Posteriors:
    """Return the exact Gaussian posterior of every candidate.

    Args:
        ratings: Ratings of any number of candidates, in any order.
        components: Parameters of the model.
        candidates: Candidates to add even if nobody rated them: anyone of the population.

    Raises:
        MeasureError: If a rating is of an unknown dimension.
    """
    table = read(ratings, components)
    known = set(table.candidates)
    names = (*table.candidates, *(one for one in dict.fromkeys(candidates) if one not in known))
    size = len(components.dimensions)
    mean = np.repeat(components.location[None], len(names), axis=0)
    covariance = np.repeat(components.psi[None], len(names), axis=0)
    human = np.zeros((len(names), size), dtype=np.bool_)
    human[table.candidate[~table.model], table.dimension[~table.model]] = True
    if len(table.level):
        _fill(table, components, mean, covariance)
    return Posteriors(names, components.dimensions, mean, covariance, human)


def _fill(table: Table, components: Components, mean: Array, covariance: Array) -> None:
    of, surprise = stage(table, components)
    for found in side_by_side(
        lambda batch: condition(table, components, of, surprise, batch), batches(table)
    ):
        mean[found.batch.candidate] = found.mean
        covariance[found.batch.candidate] = found.covariance

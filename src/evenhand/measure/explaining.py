"""Where an estimate comes from: the exact share of every rating."""

from collections.abc import Mapping, Sequence

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.estimating import estimate, readout_of
from evenhand.measure.model import posteriors, read
from evenhand.measure.values import Contribution, MeasureError, Rating


def contributions(
    ratings: Sequence[Rating],
    components: Components,
    dimension: str,
    *,
    weights: Mapping[str, float] | None = None,
) -> list[Contribution]:
    """Split the estimate of one candidate on one dimension into exact summands.

    The posterior mean is linear in the ratings, so each rating has a share of its own: its weight
    times its surprise, the level beyond what was expected of an average candidate. A rating on
    another dimension has a share too, since abilities are correlated.

    Args:
        ratings: All ratings of one candidate, and of nobody else.
        components: Parameters of the model.
        dimension: A dimension, or `overall`.
        weights: Weights of `overall`, as for `estimate`.

    Returns:
        The prior, then one contribution for each rating in the order given, then what the scale
        did: clipping to 1..5 and, with a link, the map from scores back to levels. Together they
        are the mean that `estimate` reports; without the last, the score behind it.

    Raises:
        MeasureError: If there are no ratings, they are of several candidates, or the dimension is
            unknown.
    """
    if not ratings:
        raise MeasureError("contributions: there are no ratings; give those of one candidate")
    if len({rating.candidate for rating in ratings}) > 1:
        raise MeasureError(
            "contributions: the ratings are of several candidates; give those of one"
        )
    readout = readout_of(components, dimension, weights)
    table = read(ratings, components)
    (posterior,) = posteriors(table, components)
    rows = posterior.batch.row[0]
    gain, surprise = np.empty(len(rows)), np.empty(len(rows))
    gain[rows] = posterior.gain[0] @ readout
    surprise[rows] = posterior.surprise[0]
    level = np.bincount(table.reading, [r.level for r in ratings]) / table.draws
    prior = float(readout @ components.location)
    found = [Contribution("prior", None, prior)]
    for rating, row in zip(ratings, table.reading, strict=True):
        # Draws of one reading split its weight evenly.
        share = gain[row] / table.draws[row] * (surprise[row] + rating.level - level[row])
        found.append(Contribution("rating", rating, float(share)))
    reported = next(
        e.mean for e in estimate(ratings, components, weights=weights) if e.dimension == dimension
    )
    return [*found, Contribution("scale", None, reported - sum(part.share for part in found))]

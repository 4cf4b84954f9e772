"""Where the width of an interval comes from: too few answers, the judges, the raters, the level.

The error of an estimate is a sum of independent parts: what of ability the ratings did not reach,
and for each kind of error the weights of the estimate times that error. So its variance splits
exactly, without an order in which the parts are taken away:

    v = (e - Z'g)' psi (e - Z'g) + sum over kinds of g' S_kind g + e' location_cov e

with g the weights of the ratings and e the dimension (error variances of a linear predictor;
Searle, Casella & McCulloch, Variance Components, 1992, section 7.4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.estimating import readout_of
from evenhand.measure.model import (
    Lines,
    both_models,
    facets,
    lines,
    pairs,
    posteriors,
    read,
    same_circle,
)
from evenhand.measure.table import Array
from evenhand.measure.values import MeasureError, Rating

SourceKind = Literal["unseen", "answers", "judges", "raters", "level"]


@dataclass(frozen=True)
class Source:
    """One part of the variance of an estimate.

    Attributes:
        kind: `unseen` (what the ratings did not reach of this person: ask more), `answers` (luck of
            single answers and questions of unknown difficulty: ask more), `judges` (what model
            judges get wrong, together or alone: have a person rate), `raters` (severity, halo and
            error of people: have another person rate) or `level` (how hard this loop is on the
            whole: rate golds).
        variance: In squared scores, conformal factor not included.
        share: Of the whole variance, 0 to 1.
    """

    kind: SourceKind
    variance: float
    share: float


def sources(
    ratings: Sequence[Rating],
    components: Components,
    dimension: str,
    *,
    weights: Mapping[str, float] | None = None,
) -> list[Source]:
    """Split the variance of one candidate's estimate on one dimension into its sources.

    Args:
        ratings: All ratings of one candidate; none are needed.
        components: Parameters of the model.
        dimension: A dimension, or `overall`.
        weights: Weights of `overall`, as for `estimate`.

    Returns:
        The five kinds, the largest first. With a link the split is that of the score behind the
        level, which has the same shares where the map is straight.

    Raises:
        MeasureError: If the ratings are of several candidates, or the dimension is unknown.
    """
    if len({rating.candidate for rating in ratings}) > 1:
        raise MeasureError("sources: the ratings are of several candidates; give those of one")
    readout = readout_of(components, dimension, weights)
    found: dict[SourceKind, float] = {
        "unseen": float(readout @ components.psi @ readout),
        "answers": 0.0,
        "judges": 0.0,
        "raters": 0.0,
        "level": float(readout @ components.location_cov @ readout),
    }
    table = read(ratings, components)
    for posterior in posteriors(table, components):
        at = lines(table, posterior.batch, facets(table, components))
        gain = posterior.gain[0] @ readout
        reached = np.zeros(len(readout))
        np.add.at(reached, at.dimension[0], gain * at.loading[0])
        found["unseen"] = float((readout - reached) @ components.psi @ (readout - reached))
        for kind, error in _errors(at, components).items():
            found[kind] = float(gain @ error @ gain)
    total = sum(found.values())
    split = [Source(kind, value, value / total) for kind, value in found.items()]
    return sorted(split, key=lambda source: -source.variance)


def _errors(at: Lines, components: Components) -> dict[SourceKind, Array]:
    """Return the (P, P) covariance of each kind of error in one candidate's ratings."""
    loaded = at.loading[0][:, None] * at.loading[0]
    answer, models = pairs(at.cell)[0], both_models(at)[0]
    severity = pairs(at.rater)[0] * np.minimum(at.doubt[0][:, None], at.doubt[0])
    noise = np.diag(at.noise[0])
    shared = components.style + answer * (components.shared * at.blur[0][:, None])
    halo = same_circle(at)[0] * components.halo
    return {
        "answers": loaded * answer * at.luck[0][:, None],
        "judges": models * (loaded * shared + severity + noise),
        "raters": ~models * (severity + noise) + halo,
    }

"""Effects that candidates share: location, severity, difficulty; one Gaussian vector for all.

They are integrated out, not plugged in: given the variances, all ratings and effects are jointly
Gaussian, so that their posterior is generalised least squares with a prior (Robinson 1991,
Statistical Science 6:15). A plug-in would understate the variance of a rater's severity, since the
candidates a rater happened to see differ in ability.
"""

from dataclasses import dataclass

import numpy as np

from evenhand.measure.components import Components
from evenhand.measure.table import Array, Batch, Flags, Index, Table

LOCATION_SD = 0.5
"""Prior standard deviation of a population's mean level."""
JUDGE_SEVERITY_SD = 0.5
"""Prior standard deviation of a model judge's severity around where the start components put it."""
TIE = 1e6
"""Precision of a sum that is 0 by convention: in effect exact."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each effect stands in the vector: D locations, then R severities, then C difficulties.

    Attributes:
        size: Length G of the vector.
        raters: Number of raters R.
        human: (R,) which raters are human.
        severities: (R,) places.
        difficulties: (C,) places.
        centre: (G,) prior mean.
        fixed: (G, G) prior precision of locations and judges.
        anchored: Whether any human rated; if not, the judges' severities sum to the start's.
    """

    size: int
    human: Flags
    severities: Index
    difficulties: Index
    centre: Array
    fixed: Array
    anchored: bool

    def precision(self, severity: float, difficulty: float) -> Array:
        """Return the (G, G) prior precision for these two variances."""
        found = self.fixed.copy()
        for places, variance in (
            (self.severities[self.human], severity),
            (self.difficulties, difficulty),
        ):
            found[places, places] += 1 / variance
        return found


def layout(table: Table, start: Components) -> Layout:
    """Lay out the effects of a table around start components."""
    dimensions, raters, cells = len(start.dimensions), len(table.raters), len(table.cells)
    size = dimensions + raters + cells
    human = np.array([kind == "human" for kind, _ in table.raters], dtype=np.bool_)
    severities = np.arange(dimensions, dimensions + raters)
    difficulties = np.arange(dimensions + raters, size)
    centre = np.zeros(size)
    centre[:dimensions] = start.location
    for place, (kind, name) in zip(severities, table.raters, strict=True):
        centre[place] = start.judge(name).severity if kind == "model" else 0.0
    fixed = np.zeros((size, size))
    fixed[np.arange(dimensions), np.arange(dimensions)] = LOCATION_SD**-2
    judges = severities[~human]
    fixed[judges, judges] = JUDGE_SEVERITY_SD**-2
    anchored = bool(human.any())
    if not anchored:
        fixed[np.ix_(judges, judges)] += TIE / len(judges)
    return Layout(size, human, severities, difficulties, centre, fixed, anchored)


@dataclass(frozen=True, eq=False)
class Share:
    """The effects that the candidates of one batch meet.

    Attributes:
        places: (B, p) places in the vector; 0 where padded.
        local: (B, P, 3) where the location, severity and difficulty of each row stand in `places`.
    """

    places: Index
    local: Index


def share(table: Table, batch: Batch, of: Layout) -> Share:
    """Number the effects of each candidate of a batch."""
    row = np.where(batch.real, batch.row, batch.row[:, :1])
    ids = np.stack(
        [table.dimension[row], of.severities[table.rater[row]], of.difficulties[table.cell[row]]],
        axis=2,
    ).reshape(len(row), -1)
    order = np.argsort(ids, axis=1, kind="stable")
    ranked = np.take_along_axis(ids, order, axis=1)
    position = np.zeros_like(ranked)
    position[:, 1:] = np.cumsum(ranked[:, 1:] != ranked[:, :-1], axis=1)
    local = np.empty_like(position)
    np.put_along_axis(local, order, position, axis=1)
    places = np.zeros((len(row), int(position.max()) + 1), dtype=np.intp)
    np.put_along_axis(places, position, ranked, axis=1)
    return Share(places, local.reshape(*row.shape, 3))


def design(of: Share, real: Flags, location: Array, severity: Array, difficulty: Array) -> Array:
    """Return the (B, P, p) design whose three entries in each row are the (B, P) arrays given."""
    found = np.zeros((*real.shape, of.places.shape[1]))
    candidate, row = np.nonzero(real)
    for kind, entry in enumerate((location, severity, difficulty)):
        found[candidate, row, of.local[candidate, row, kind]] = entry[candidate, row]
    return found

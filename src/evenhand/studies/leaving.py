"""What a panel leaves to people at the gate: a level that is not given is neither right nor free.

Figures over given levels alone can be bought by abstaining from whatever is hard. So it is asked
where levels are missing, and what all levels come to where the missing ones say nothing.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evenhand.studies.agreement import BANDS, in_band, pearson
from evenhand.studies.golden import GoldenRun

Array = NDArray[np.float64]

FEWEST = 5
"""A correlation of a dimension rests on so many levels at least."""


def by_part(run: GoldenRun) -> dict[str, dict[str, float]]:
    """Return each figure that is taken dimension by dimension or band by band: code, part, figure.

    Every dimension and band with a rated golden answer is there, read or not.
    """
    return {
        "dimension_r": {
            name: _correlation(run, run.dimension == name) for name in dimensions_of(run)
        },
        "dimension_abstained": left_by_dimension(run),
        "band_abstained": left_by_band(run),
    }


def dimensions_of(run: GoldenRun) -> list[str]:
    """Return the dimensions that raters rated."""
    return sorted({*run.dimension.tolist(), *run.left_dimension.tolist()})


def left_by_dimension(run: GoldenRun) -> dict[str, float]:
    """Return the share of levels abstained from, of each dimension that raters rated."""
    return {
        name: _share(run.left_dimension == name, run.dimension == name)
        for name in dimensions_of(run)
    }


def left_by_band(run: GoldenRun) -> dict[str, float]:
    """Return the share of levels abstained from, of each band that has any."""
    shares = {
        band: _share(in_band(run.left_truth, band), in_band(run.truth, band)) for band in BANDS
    }
    return {band: share for band, share in shares.items() if not math.isnan(share)}


def filled(run: GoldenRun) -> tuple[Array, Array]:
    """Return all levels and the raters' means: (n,) each, the given ones first.

    In place of a level that is not given stands the mean of all that the raters gave: what is known
    of an answer that nobody read.
    """
    truth = np.concatenate([run.truth, run.left_truth])
    middle = truth.mean() if len(truth) else math.nan
    return np.concatenate([run.level, np.full(len(run.left_truth), middle)]), truth


def flipped(run: GoldenRun) -> float:
    """Return the share of levels of the answers read twice that one reading alone abstained from.

    NaN where nothing was read twice.
    """
    if not len(run.first):
        return math.nan
    return float(np.mean(np.isnan(run.first) != np.isnan(run.second)))


def worst(parts: Mapping[str, float], *, lowest: bool) -> float:
    """Return the lowest or the highest figure of all; NaN where one is, or where there is none."""
    # NaN is not smaller than anything, so it is asked for by name.
    pick = np.min if lowest else np.max
    return float(pick(list(parts.values()))) if parts else math.nan


def _correlation(run: GoldenRun, rows: NDArray[np.bool_]) -> float:
    if np.count_nonzero(rows) < FEWEST:
        return math.nan
    return pearson(run.level[rows], run.truth[rows])


def _share(left: NDArray[np.bool_], given: NDArray[np.bool_]) -> float:
    missing, there = np.count_nonzero(left), np.count_nonzero(given)
    return missing / (missing + there) if missing + there else math.nan

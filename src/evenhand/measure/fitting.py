"""Fitting the components to ratings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from evenhand.measure.components import (
    COLD_CONFORMAL,
    Components,
    Effect,
    JudgeFacet,
    components_for,
)
from evenhand.measure.em import Effects, Parameters, Problem, expect, maximise, problem
from evenhand.measure.identify import anchors, remarks
from evenhand.measure.table import Table
from evenhand.measure.values import MeasureError, Rating

FEWEST = 5
"""With fewer candidates the start components are returned as they are."""
ENOUGH = 200
"""Candidates, and anchored answers, from which a calibration is no longer provisional."""
ENOUGH_ANCHORS = 150
MOST_STEPS = 200
TOLERANCE = 0.05
"""A step that raises the log posterior by less than this has converged."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What a fit found.

    Attributes:
        components: The fitted components.
        converged: Whether the log posterior had stopped rising.
        steps: EM steps taken.
        notes: In words: what the data cannot tell apart, and whether the fit stopped early.
        trace: Log posterior at the start of each step; it never falls.
    """

    components: Components
    converged: bool
    steps: int
    notes: tuple[str, ...]
    trace: tuple[float, ...]


def fit(ratings: Sequence[Rating], start: Components | None = None) -> Fit:
    """Fit the components by EM, with weak priors centred on the start.

    The prior on each variance is worth 10 observed latents, and that on psi 10 candidates.
    With human ratings the judges are placed on the human scale; without any, the judges' severities
    and loadings keep the mean that the start gives them.

    Args:
        ratings: All ratings that the components should rest on.
        start: Components to begin from and shrink to; the cold start of `components_for` by
            default. What it knows of judges, raters and tasks that the ratings do not show is kept.

    Raises:
        MeasureError: If there are no ratings, or one is of a dimension that `start` does not know.
    """
    if not ratings:
        raise MeasureError("fit: there are no ratings; give at least one")
    begin = components_for(ratings) if start is None else start
    of = problem(list(ratings), begin)
    notes = remarks(of.table, begin)
    people = len(of.table.candidates)
    if people < FEWEST:
        few = f"only {people} candidates were rated: the start components are kept as they are"
        return Fit(begin, True, 0, (few, *notes), ())
    now, trace = of.start, []
    converged = False
    while True:
        sums, effects, log_posterior = expect(of, now)
        trace.append(log_posterior)
        converged = len(trace) > 1 and trace[-1] - trace[-2] < TOLERANCE
        if converged or len(trace) > MOST_STEPS:
            break
        now = maximise(of, now, effects, sums)
    if not converged:
        notes = (
            f"the fit had not settled after {MOST_STEPS} steps: treat its figures as provisional",
            *notes,
        )
    return Fit(_components(of, begin, now, effects), converged, len(trace) - 1, notes, tuple(trace))


def _components(of: Problem, start: Components, now: Parameters, found: Effects) -> Components:
    """Read components off parameters and effects."""
    table, where = of.table, of.layout
    variance = np.diag(found.covariance)
    judges, raters = dict(start.judges), dict(start.raters)
    for place, (kind, name) in enumerate(table.raters):
        at = where.severities[place]
        mean, doubt = float(found.mean[at]), max(float(variance[at]), 0.0)
        if kind == "model":
            loading, noise = float(now.loading[place]), float(now.noise[place])
            judges[name] = JudgeFacet(mean, loading, noise, doubt)
        else:
            raters[name] = Effect(mean, doubt)
    difficulties = {task: dict(known) for task, known in start.difficulties.items()}
    for place, (task, dimension) in zip(where.difficulties, table.cells, strict=True):
        level = start.index(dimension)
        # An error that location and difficulty share cancels in every rating of the task.
        doubt = variance[place] + variance[level] - 2 * found.covariance[place, level]
        effect = Effect(float(found.mean[place]), max(float(doubt), 0.0))
        difficulties.setdefault(task, {})[dimension] = effect
    people, anchored, size = len(table.candidates), anchors(table), len(start.dimensions)
    provisional = people < ENOUGH or anchored < ENOUGH_ANCHORS
    # A factor is measured against anchors; until one is, only a small sample asks for more width.
    factor = 1.0 if start.provisional else start.conformal
    if people < ENOUGH:
        factor = max(start.conformal, COLD_CONFORMAL)
    return replace(
        replace(start, **cast("dict[str, Any]", now.sizes)),
        location=found.mean[:size],
        psi=now.psi,
        location_cov=found.covariance[:size, :size],
        judges=judges,
        raters=raters,
        difficulties=difficulties,
        conformal=factor,
        provisional=provisional,
        source=f"fitted to {_size(table)}, {anchored} anchored answers, from: {start.source}",
    )


def _size(table: Table) -> str:
    return f"{len(table.level)} ratings of {len(table.candidates)} candidates"

"""Fitting the components to ratings."""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from evenhand.measure.climbing import Climb, climb
from evenhand.measure.components import (
    COLD_CONFORMAL,
    Components,
    Effect,
    JudgeFacet,
    components_for,
)
from evenhand.measure.em import FLOOR, WORTH, Parameters, Problem, problem
from evenhand.measure.expecting import expect
from evenhand.measure.identify import anchors, remarks
from evenhand.measure.link import LEAST_SPREAD, Link, learn
from evenhand.measure.moderation import Moderation, moderation_of, scatter
from evenhand.measure.severities import Severities
from evenhand.measure.table import Array, Ratings, Table, among, tabulate
from evenhand.measure.values import MIDDLE, MeasureError

FEWEST = 5
"""With fewer candidates the start components are returned as they are."""
ENOUGH = 200
"""Candidates, and anchored answers, from which a calibration is no longer provisional."""
ENOUGH_ANCHORS = 150
LEAST_ANCHORS = 40
"""With fewer anchored answers the exponent of the judges' shared error stays as it was."""
PILOT = 2000
"""Of more candidates than this, so many are fitted first, to begin near the answer."""
STEPS = 300
"""E-steps after which a fit that still rises is stopped."""
TOLERANCE = 0.05
"""A step that raises the log posterior by less than this has converged. For more people than PILOT
it grows with their number: nobody needs parameters ten times finer than these people can fix."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What a fit found.

    Attributes:
        components: The fitted components.
        converged: Whether the log posterior had stopped rising.
        steps: E-steps taken, those of the pilot not counted.
        notes: In words: what the data cannot tell apart, and whether the fit stopped early.
        trace: Log posterior of the parameters kept, in order; it never falls.
        severities: What is known of people's severities together; None if the start was kept.
    """

    components: Components
    converged: bool
    steps: int
    notes: tuple[str, ...]
    trace: tuple[float, ...]
    severities: Severities | None = None


def fit(ratings: Ratings, start: Components | None = None, *, normal_scores: bool = True) -> Fit:
    """Fit the components by EM, with weak priors centred on the start.

    The prior on each variance is worth 10 observed latents, and that on psi 10 candidates.
    With human ratings the judges are placed on the human scale; without any, the judges' severities
    and loadings keep the mean that the start gives them. From 200 candidates on, columns of levels
    are turned into normal scores (see `Link`).

    Args:
        ratings: All ratings that the components should rest on.
        start: Components to begin from and shrink to; the cold start of `components_for` by
            default. What it knows of judges, raters and tasks that the ratings do not show is kept.
        normal_scores: False takes levels as numbers, however many people there are: then severities
            are differences of mean levels, and not shifts of what lies behind the levels.

    Raises:
        MeasureError: If there are no ratings, or one is of a dimension that `start` does not know.
    """
    if not len(ratings):
        raise MeasureError("fit: there are no ratings; give at least one")
    begin = components_for(ratings) if start is None else start
    table = tabulate(ratings, begin.dimensions)
    notes = remarks(table, begin)
    people = len(table.candidates)
    if people < FEWEST:
        few = f"only {people} candidates were rated: the start components are kept as they are"
        return Fit(begin, True, 0, (few, *notes), ())
    link = learn(table) if people >= ENOUGH else begin.link
    if not normal_scores:
        link = None
    if link is not None:
        table = link.scored(table)
    moderation = begin.moderation
    of, now = problem(table, begin), None
    if people >= ENOUGH:
        moderation, now = _pilot(table, begin)
    if moderation is not None:
        of = _moderated(of, now, moderation)
    tolerance = TOLERANCE * max(1, people / PILOT)
    found = climb(of, of.start if now is None else now.parameters, tolerance=tolerance, most=STEPS)
    if not found.converged:
        notes = (
            f"the fit had not settled after {STEPS} steps: treat its figures as provisional",
            *notes,
        )
    found = _averaged(of, found)
    components = _components(of, begin, found, _settled(of, found, moderation), link)
    return Fit(
        components,
        found.converged,
        len(found.trace) - 1,
        notes,
        found.trace,
        _severities(of, found),
    )


def _averaged(of: Problem, found: Climb) -> Climb:
    """Put the means of the effects' variances in place of their modes, and the effects they give.

    There may be a dozen tasks. The likeliest variance of their difficulty is lower than the mean of
    what it may be, by (n + WORTH) / (n + WORTH - 4) for the inverse gamma that n effects leave, and
    so would be the doubt about the level of every person. All other variances rest on so many
    latents that mode and mean agree. Of effects that nobody met the start stands as it is.
    """
    sizes = dict(found.parameters.sizes)
    for name in ("difficulty", "human_severity"):
        if of.counts[name]:
            worth = of.counts[name] + WORTH
            sizes[name] *= worth / (worth - 4)
    parameters = replace(found.parameters, sizes=sizes)
    _, effects, _ = expect(of, parameters)
    return replace(found, parameters=parameters, effects=effects)


def _pilot(table: Table, start: Components) -> tuple[Moderation | None, Climb]:
    """Fit some of the people, all answers taken to be equally hard to judge; see if they are."""
    people = len(table.candidates)
    if people > PILOT:
        table = among(table, np.arange(PILOT) * people // PILOT)
    of = problem(table, start)
    found = climb(of, of.start, tolerance=10 * TOLERANCE, most=STEPS)
    return moderation_of(*_scatter(of, found)), found


def _moderated(of: Problem, found: Climb | None, moderation: Moderation) -> Problem:
    """Weigh every answer by how far its judges scatter; the exponent is learnt on anchored ones."""
    few = int(of.anchored.sum()) < LEAST_ANCHORS
    return replace(
        of,
        ambiguity=moderation.ambiguity(*_scatter(of, found)),
        anchored=np.zeros_like(of.anchored) if few else of.anchored,
        start=replace(of.start, exponent=moderation.exponent),
    )


def _settled(of: Problem, found: Climb, moderation: Moderation | None) -> Moderation | None:
    """Return the moderation by which estimates find the ambiguity that the fit used."""
    if moderation is None:
        return None
    spread, df = _scatter(of, found)
    usual = (moderation.prior_df + df) * of.ambiguity - moderation.prior_df
    scale = float(np.sum(df * spread) / max(float(np.sum(usual[df > 0])), FLOOR))
    return Moderation(moderation.prior_df, scale, found.parameters.exponent)


def _scatter(of: Problem, found: Climb | None) -> tuple[Array, Array]:
    """Return the scatter of the judges on each answer, and its degrees of freedom."""
    n, where = of.nodes, of.layout
    severity = where.centre[: len(where.judges)]
    now = of.start
    if found is not None:
        severity = severity + found.effects.mean[: len(where.judges)]
        now = found.parameters
    answer, judge = np.nonzero(n.given)
    base = where.centre[where.location][n.dimension[answer]] - MIDDLE
    error = n.panel[n.given] - (MIDDLE - severity[judge] + now.loading[judge] * base)
    return scatter(
        answer, n.answers, error, now.loading[judge], now.noise[judge], np.ones_like(answer) > 0
    )


def _components(
    of: Problem,
    start: Components,
    found: Climb,
    moderation: Moderation | None,
    link: Link | None,
) -> Components:
    """Read components off a climb."""
    table, where, now = of.table, of.layout, found.parameters
    mean, doubt = where.centre + found.effects.mean, np.diag(found.effects.common)
    judges, raters = dict(start.judges), dict(start.raters)
    for place, rater in enumerate(where.judges):
        judges[table.raters[rater][1]] = JudgeFacet(
            float(mean[place]), float(now.loading[place]), float(now.noise[place]),
            max(float(doubt[place]), 0.0),
        )  # fmt: skip
    for place, rater in enumerate(where.people):
        severity = float(found.effects.people_mean[place])
        raters[table.raters[rater][1]] = Effect(
            severity, max(float(found.effects.variance[place]), 0.0)
        )
    people, anchored = len(table.candidates), anchors(table)
    # A factor is measured against anchors; until one is, only a small sample asks for more width.
    least = COLD_CONFORMAL if people < ENOUGH else 0.0
    factors = (1.0, 1.0) if start.provisional else (start.conformal, start.conformal_rated)
    if people < ENOUGH:
        factors = (max(start.conformal, least), max(start.conformal_rated, least))
    return replace(
        replace(start, **cast("dict[str, Any]", now.sizes)),
        location=mean[where.location],
        psi=now.psi,
        location_cov=found.effects.common[where.location, where.location],
        judges=judges,
        raters=raters,
        difficulties=_difficulties(of, start, found),
        conformal=factors[0],
        conformal_rated=factors[1],
        moderation=moderation,
        link=None if link is None else _spread(link, now),
        provisional=people < ENOUGH or anchored < ENOUGH_ANCHORS,
        source=f"fitted to {_size(table)}, {anchored} anchored answers, from: {start.source}",
    )


def _severities(of: Problem, found: Climb) -> Severities:
    effects = found.effects
    return Severities(
        tuple(of.table.raters[rater][1] for rater in of.layout.people),
        effects.people_mean, of.pairs.one, of.pairs.other, effects.people,
    )  # fmt: skip


def _difficulties(of: Problem, start: Components, found: Climb) -> dict[str, dict[str, Effect]]:
    table, where, common = of.table, of.layout, found.effects.common
    difficulties = {task: dict(known) for task, known in start.difficulties.items()}
    for cell, (task, dimension) in enumerate(table.cells):
        place = where.difficulty.start + cell
        level = where.location.start + start.index(dimension)
        # An error that location and difficulty share cancels in every rating of the task.
        doubt = common[place, place] + common[level, level] - 2 * common[place, level]
        effect = Effect(float(found.effects.mean[place]), max(float(doubt), 0.0))
        difficulties.setdefault(task, {})[dimension] = effect
    return difficulties


def _spread(link: Link, now: Parameters) -> Link:
    """Say what stands between ability and a human level: all that raters and questions add."""
    between = ("answer", "difficulty", "human_severity", "halo", "human_noise")
    total = sum(now.sizes[name] for name in between)
    return replace(
        link,
        spread={
            # Cutting the scale adds to a score's noise, but not to what the cuts were made in.
            name: float(np.sqrt(max(total - column.coarseness, LEAST_SPREAD**2)))
            for name, column in link.humans.items()
        },
    )


def _size(table: Table) -> str:
    return f"{len(table.level)} ratings of {len(table.candidates)} candidates"

"""What EM updates, from what, and its M-step; the E-step is `expecting.expect`."""

from dataclasses import dataclass, replace

import numpy as np

from evenhand.measure import effects
from evenhand.measure.components import Components
from evenhand.measure.nodes import Block, Nodes, blocks, nodes
from evenhand.measure.table import Array, Flags, Table

WORTH = 10.0
"""What the prior on each variance is worth, in latents observed (in candidates, for psi)."""
LOADING_SD = 0.15
"""Prior standard deviation of a judge's loading around where the start components put it."""
FLOOR = 1e-9
"""Smallest variance, so that a start of 0 can be inverted."""
EXPONENTS = np.linspace(0, 1.5, 16)
"""Where the exponent of the error that judges share is sought."""
SCALARS = ("style", "answer", "shared", "halo", "human_severity", "difficulty", "human_noise")


@dataclass(frozen=True, eq=False)
class Parameters:
    """What EM updates.

    Attributes:
        psi: (D, D) covariance of ability.
        sizes: The scalar variances by name.
        loading, noise: (J,) of each judge.
        exponent: By which the error that judges share follows an answer's ambiguity.
    """

    psi: Array
    sizes: dict[str, float]
    loading: Array
    noise: Array
    exponent: float = 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """The data in the form that every step needs, and the start, on which the priors centre.

    Attributes:
        ambiguity: (A,) factor on the judges' noise on each answer.
        anchored: (A,) whether a human read the answer too; the exponent is learnt on these.
    """

    table: Table
    nodes: Nodes
    blocks: list[Block]
    pairs: effects.Pairs
    layout: effects.Layout
    start: Parameters
    counts: dict[str, float]
    ambiguity: Array
    anchored: Flags


@dataclass(eq=False)
class Sums:
    """What the E-step adds up.

    Attributes:
        latents: Z'M Z of each kind of latent.
        ability: (D, D) Z'M Z of ability.
        own: (M,) diagonal of M.
        squares, cross, signals: (J,) E[e e], E[e f], E[f f] over a judge's readings, each divided
            by its ambiguity; f is what a loading multiplies.
        human_squares: E[e e] over human readings.
    """

    latents: dict[str, float]
    ability: Array
    own: Array
    squares: Array
    cross: Array
    signals: Array
    human_squares: float


def problem(table: Table, start: Components) -> Problem:
    """Set a fit up for a table in scores."""
    where = effects.layout(table, start)
    assumed = [start.judge(table.raters[place][1]) for place in where.judges]
    parameters = Parameters(
        start.psi,
        {name: max(float(getattr(start, name)), FLOOR) for name in SCALARS},
        np.array([judge.loading for judge in assumed]),
        np.array([judge.noise for judge in assumed]),
        0.0 if start.moderation is None else start.moderation.exponent,
    )
    of = nodes(table, where)
    found, pairs = blocks(of, where, len(table.candidates))
    answer = of.candidate * len(table.cells) + of.cell
    human = of.circle >= 0
    counts = {
        "style": len(np.unique(of.candidate[~human])),
        "answer": len(np.unique(answer)),
        "shared": of.answers,
        "halo": len(np.unique((of.candidate * len(table.circles) + of.circle)[human])),
        "human_severity": len(where.people),
        "difficulty": len(table.cells),
        "human_noise": int(human.sum()),
        "psi": len(table.candidates),
    }
    return Problem(
        table, of, found, pairs, where, parameters,
        {name: float(count) for name, count in counts.items()},
        np.ones(of.answers), np.asarray(np.isin(answer[~human], answer[human])),
    )  # fmt: skip


def maximise(of: Problem, now: Parameters, posterior: effects.Effects, sums: Sums) -> Parameters:
    """The M-step: return the next parameters."""
    counts = of.counts
    difficulty = posterior.mean[of.layout.difficulty]
    totals = {
        name: counts[name] * now.sizes[name] + now.sizes[name] ** 2 * total
        for name, total in sums.latents.items()
    }
    totals["human_severity"] = float(np.sum(posterior.people_mean**2 + posterior.variance))
    totals["difficulty"] = float(
        np.sum(difficulty**2 + np.diag(posterior.common)[of.layout.difficulty])
    )
    totals["human_noise"] = sums.human_squares
    sizes = {
        name: max((total + WORTH * of.start.sizes[name]) / (counts[name] + WORTH), FLOOR)
        for name, total in totals.items()
    }
    people = counts["psi"]
    psi = people * now.psi + now.psi @ sums.ability @ now.psi + WORTH * of.start.psi
    psi = (psi + psi.T) / (2 * (people + WORTH))
    loading = _loadings(of, now, sums)
    change = loading - now.loading
    left = sums.squares - 2 * change * sums.cross + change**2 * sums.signals
    rows = of.nodes.given.sum(axis=0)
    noise = np.maximum((left + WORTH * of.start.noise) / (rows + WORTH), FLOOR)
    return Parameters(psi, sizes, loading, noise, now.exponent)


def with_exponent(of: Problem, now: Parameters, sums: Sums) -> Parameters:
    """Choose the exponent, and the size it goes with, that the anchored answers make likeliest."""
    at, ambiguity = of.anchored, of.ambiguity
    size = now.sizes["shared"] * ambiguity**now.exponent
    second = (size + size**2 * sums.own[: len(size)])[at]
    best, found = np.inf, now
    for exponent in EXPONENTS:
        blur = ambiguity[at] ** exponent
        scale = (float(np.sum(second / blur)) + WORTH * of.start.sizes["shared"]) / (
            len(second) + WORTH
        )
        cost = float(np.sum(np.log(scale * blur) + second / (scale * blur)))
        if cost < best:
            best = cost
            found = replace(
                now, exponent=float(exponent), sizes={**now.sizes, "shared": max(scale, FLOOR)}
            )
    return found


def _loadings(of: Problem, now: Parameters, sums: Sums) -> Array:
    """Maximise over the judges' loadings, given the present noise."""
    if not len(now.loading):
        return now.loading
    curvature = sums.signals / now.noise + LOADING_SD**-2
    pull = (of.start.loading - now.loading) / LOADING_SD**2
    best = now.loading + (sums.cross / now.noise + pull) / curvature
    if not of.layout.anchored:
        # Only humans fix the scale: without them the loadings keep the start's mean.
        best = best - np.sum(best - of.start.loading) / curvature / np.sum(1 / curvature)
    return np.asarray(best)


def log_prior(start: Parameters, now: Parameters) -> float:
    """Inverse-Wishart and inverse-gamma priors worth WORTH latents, Gaussian on loadings."""
    found = logdet(now.psi) + float(np.trace(np.linalg.solve(now.psi, start.psi)))
    variances = [(now.sizes[name], start.sizes[name]) for name in SCALARS]
    variances += zip(now.noise.tolist(), start.noise.tolist(), strict=True)
    found += sum(float(np.log(value)) + centre / value for value, centre in variances)
    pull = float(np.sum(((now.loading - start.loading) / LOADING_SD) ** 2))
    return -0.5 * (WORTH * found + pull)


def logdet(matrix: Array) -> float:
    """Return the log determinant of a covariance."""
    return float(np.linalg.slogdet(matrix)[1])

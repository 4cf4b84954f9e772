"""The two halves of an EM step for the parameters, with every effect integrated out.

The complete data are the latents of each candidate and the effects of `effects`. With K the inverse
covariance of a candidate's ratings, r their surprise at the posterior mean of the effects, X their
design and C the posterior covariance of the effects,

    M = K r r'K - K + K X C X'K

holds all that the data say about variances: a latent of variance s with loadings Z has
E[u u'] = s + s Z'M Z s, and likewise the residuals (Dempster, Rubin & Tsutakawa 1981, JASA 76:341).
"""

from dataclasses import dataclass

import numpy as np

from evenhand.measure import effects, model
from evenhand.measure.components import Components
from evenhand.measure.table import Array, Batch, Flags, Table, batches, tabulate
from evenhand.measure.values import MIDDLE, Rating

WORTH = 10.0
"""What the prior on each variance is worth, in latents observed (in candidates, for psi)."""
LOADING_SD = 0.15
"""Prior standard deviation of a judge's loading around where the start components put it."""
FLOOR = 1e-9
"""Smallest variance, so that a start of 0 can be inverted."""
SCALARS = ("style", "answer", "shared", "halo", "human_severity", "difficulty", "human_noise")


@dataclass(frozen=True, eq=False)
class Parameters:
    """What EM updates: psi, the scalar variances by name, loading and noise of each rater."""

    psi: Array
    sizes: dict[str, float]
    loading: Array
    noise: Array


@dataclass(frozen=True, eq=False)
class Problem:
    """The data in the form that every step needs, and the start, on which the priors centre."""

    table: Table
    blocks: list[tuple[Batch, effects.Share]]
    layout: effects.Layout
    start: Parameters
    counts: dict[str, float]


@dataclass(frozen=True, eq=False)
class Solved:
    """One batch in the E-step: padded rows, K, K X, K (y - X centre), X."""

    at: model.Lines
    inverse: Array
    weighted: Array
    surprise: Array
    design: Array


@dataclass(eq=False)
class Sums:
    """What the E-step adds up over candidates.

    Attributes:
        latents: Z'M Z of each kind of latent.
        ability: (D, D) Z'M Z of ability.
        squares: (R,) E[e e] by rater.
        cross: (R,) E[e f] by rater, f being what a model judge's loading multiplies.
        signals: (R,) E[f f] by rater.
    """

    latents: dict[str, float]
    ability: Array
    squares: Array
    cross: Array
    signals: Array


@dataclass(frozen=True, eq=False)
class Effects:
    """Posterior of the effects: (G,) mean and (G, G) covariance."""

    mean: Array
    covariance: Array


def problem(ratings: list[Rating], start: Components) -> Problem:
    """Set a fit up."""
    table = tabulate(ratings, start.dimensions)
    of = effects.layout(table, start)
    assumed = model.facets(table, start)
    sizes = {name: max(float(getattr(start, name)), FLOOR) for name in SCALARS}
    blocks = [(batch, effects.share(table, batch, of)) for batch in batches(table)]
    people = len(table.candidates)
    cells = table.candidate * len(table.cells) + table.cell
    circles = table.candidate * len(table.circles) + table.circle
    counts = {
        "style": len(np.unique(table.candidate[table.model])),
        "answer": len(np.unique(cells)),
        "shared": len(np.unique(cells[table.model])),
        "halo": len(np.unique(circles[~table.model])),
        "human_severity": int(of.human.sum()),
        "difficulty": len(table.cells),
        "human_noise": int((~table.model).sum()),
        "psi": people,
    }
    parameters = Parameters(start.psi, sizes, assumed.loading, assumed.noise)
    return Problem(table, blocks, of, parameters, {k: float(v) for k, v in counts.items()})


def expect(of: Problem, now: Parameters) -> tuple[Sums, Effects, float]:
    """The E-step: return the sums, the effects and the log posterior at the parameters."""
    solved, posterior, log_posterior = _solve(of, now)
    raters = len(of.table.raters)
    sums = Sums(
        latents=dict.fromkeys(("style", "answer", "shared", "halo"), 0.0),
        ability=np.zeros_like(now.psi),
        squares=np.zeros(raters),
        cross=np.zeros(raters),
        signals=np.zeros(raters),
    )
    for (batch, share), s in zip(of.blocks, solved, strict=True):
        shift = (posterior.mean - of.layout.centre)[share.places]
        kr = s.surprise - np.einsum("bpk,bk->bp", s.weighted, shift)
        spread = posterior.covariance[share.places[:, :, None], share.places[:, None, :]]
        moments = kr[:, :, None] * kr[:, None, :] - s.inverse
        moments += s.weighted @ spread @ np.swapaxes(s.weighted, 1, 2)
        _add_latents(s.at, moments, sums)
        residual = s.at.noise + s.at.noise**2 * np.einsum("bpp->bp", moments)
        ef, ff = _loading_sums(s, share, batch, kr, spread, posterior, now)
        who = s.at.rater[batch.real]
        for total, entry in ((sums.squares, residual), (sums.cross, ef), (sums.signals, ff)):
            total += np.bincount(who, entry[batch.real], raters)
    return sums, posterior, log_posterior


def _solve(of: Problem, now: Parameters) -> tuple[list[Solved], Effects, float]:
    """Invert every candidate's covariance and solve for the effects."""
    table, where = of.table, of.layout
    facets = model.Facets(
        severity=where.centre[where.severities],
        loading=now.loading,
        noise=now.noise,
        doubt=np.zeros(len(table.raters)),
        hardness=np.zeros(len(table.cells)),
        luck=np.full(len(table.cells), now.sizes["answer"]),
    )
    surprise = table.level - model.expected(table, facets, where.centre[: len(now.psi)])
    information = where.precision(now.sizes["human_severity"], now.sizes["difficulty"])
    prior_logdet = _logdet(information)
    score = np.zeros(where.size)
    solved, quadratic, logdets = [], 0.0, 0.0
    for batch, share in of.blocks:
        at = model.lines(table, batch, facets)
        spread = model.covariance(
            at, now.psi, now.sizes["style"], now.sizes["shared"], now.sizes["halo"]
        )
        inverse = np.asarray(np.linalg.inv(spread), dtype=np.float64)
        x = effects.design(share, batch.real, at.loading, -np.ones_like(at.loading), -at.loading)
        y = np.where(batch.real, surprise[batch.row], 0.0)
        weighted = inverse @ x
        ky = np.einsum("bpq,bq->bp", inverse, y)
        quadratic += float(np.sum(ky * y))
        logdets += float(np.linalg.slogdet(spread)[1].sum())
        pairs = share.places[:, :, None] * where.size + share.places[:, None, :]
        block = np.swapaxes(x, 1, 2) @ weighted
        information += np.bincount(pairs.ravel(), block.ravel(), where.size**2).reshape(
            information.shape
        )
        score += np.bincount(
            share.places.ravel(), np.einsum("bpk,bp->bk", weighted, y).ravel(), where.size
        )
        solved.append(Solved(at, inverse, weighted, ky, x))
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    shift = covariance @ score
    likelihood = -0.5 * (logdets + quadratic - prior_logdet + _logdet(information) - score @ shift)
    posterior = Effects(where.centre + shift, covariance)
    return solved, posterior, float(likelihood) + _log_prior(of.start, now, where.human)


def _add_latents(at: model.Lines, moments: Array, sums: Sums) -> None:
    """Add up Z'M Z of each latent over a batch."""
    loaded = moments * (at.loading[:, :, None] * at.loading[:, None, :])
    models, cell = model.both_models(at), model.pairs(at.cell)
    sums.latents["style"] += float(np.sum(loaded, where=models))
    sums.latents["answer"] += float(np.sum(loaded, where=cell))
    sums.latents["shared"] += float(np.sum(loaded, where=cell & models))
    sums.latents["halo"] += float(np.sum(moments, where=model.same_circle(at)))
    size = len(sums.ability)
    pairs = at.dimension[:, :, None] * size + at.dimension[:, None, :]
    sums.ability += np.bincount(pairs.ravel(), loaded.ravel(), size**2).reshape(size, size)


def _loading_sums(
    s: Solved,
    share: effects.Share,
    batch: Batch,
    kr: Array,
    spread: Array,
    posterior: Effects,
    now: Parameters,
) -> tuple[Array, Array]:
    """Return (B, P) E[e f] and E[f f], f being what a model judge's loading multiplies."""
    signal = model.signal(s.at, now.psi, now.sizes["style"], now.sizes["shared"])
    with_ratings = signal * s.at.loading[:, None, :]
    ones = np.ones_like(s.at.loading)
    own = effects.design(share, batch.real, ones, 0 * ones, -ones)
    mean = np.einsum("bpk,bk->bp", own, posterior.mean[share.places]) - MIDDLE
    mean += np.einsum("bpq,bq->bp", with_ratings, kr)
    moved = own - with_ratings @ s.weighted
    moved_spread = moved @ spread
    explained = with_ratings @ s.inverse
    ef = s.at.noise * (
        kr * mean
        - np.einsum("bpp->bp", explained)
        - np.einsum("bpk,bpk->bp", s.weighted, moved_spread)
    )
    ff = mean**2 + np.einsum("bpp->bp", signal)
    ff -= np.einsum("bpq,bpq->bp", explained, with_ratings)
    ff += np.einsum("bpk,bpk->bp", moved, moved_spread)
    return ef, ff


def maximise(of: Problem, now: Parameters, posterior: Effects, sums: Sums) -> Parameters:
    """The M-step: return the next parameters."""
    human, counts = of.layout.human, of.counts
    second = posterior.mean**2 + np.diag(posterior.covariance)
    totals = {
        name: counts[name] * now.sizes[name] + now.sizes[name] ** 2 * total
        for name, total in sums.latents.items()
    }
    totals["human_severity"] = float(second[of.layout.severities[human]].sum())
    totals["difficulty"] = float(second[of.layout.difficulties].sum())
    totals["human_noise"] = float(sums.squares[human].sum())
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
    rows = np.bincount(of.table.rater, minlength=len(human))
    noise = (left + WORTH * of.start.noise) / (rows + WORTH)
    return Parameters(
        psi, sizes, loading, np.where(human, sizes["human_noise"], np.maximum(noise, FLOOR))
    )


def _loadings(of: Problem, now: Parameters, sums: Sums) -> Array:
    """Maximise over the judges' loadings, given the present noise."""
    judge = ~of.layout.human
    if not judge.any():
        return now.loading
    curvature = (sums.signals / now.noise + LOADING_SD**-2)[judge]
    pull = (of.start.loading - now.loading) / LOADING_SD**2
    best = now.loading[judge] + (sums.cross / now.noise + pull)[judge] / curvature
    if not of.layout.anchored:
        # Only humans fix the scale: without them the loadings keep the start's mean.
        excess = np.sum(best - of.start.loading[judge])
        best = best - excess / curvature / np.sum(1 / curvature)
    loading = now.loading.copy()
    loading[judge] = best
    return loading


def _log_prior(start: Parameters, now: Parameters, human: Flags) -> float:
    """Inverse-Wishart and inverse-gamma priors worth WORTH latents, Gaussian on loadings."""
    found = _logdet(now.psi) + float(np.trace(np.linalg.solve(now.psi, start.psi)))
    variances = [(now.sizes[name], start.sizes[name]) for name in SCALARS]
    variances += zip(now.noise[~human].tolist(), start.noise[~human].tolist(), strict=True)
    found += sum(float(np.log(value)) + centre / value for value, centre in variances)
    pull = float(np.sum(((now.loading - start.loading)[~human] / LOADING_SD) ** 2))
    return -0.5 * (WORTH * found + pull)


def _logdet(matrix: Array) -> float:
    return float(np.linalg.slogdet(matrix)[1])

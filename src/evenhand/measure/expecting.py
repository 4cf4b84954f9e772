"""The E-step of EM for the parameters, with every effect integrated out.

The complete data are the latents of each candidate and the effects of `effects`. With K the inverse
covariance of a candidate's nodes, r their surprise at the posterior mean of the effects, X their
design and C the posterior covariance of the effects,

    M = K r r'K - K + K X C X'K

holds all that the data say about variances: a latent of variance s with loadings Z has
E[u u'] = s + s Z'M Z s, and likewise the residuals (Dempster, Rubin & Tsutakawa 1981, JASA 76:341).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from evenhand.measure import effects
from evenhand.measure.em import Parameters, Problem, Sums, log_prior, logdet
from evenhand.measure.nodes import Block
from evenhand.measure.table import Array, Index, side_by_side
from evenhand.measure.values import MIDDLE


@dataclass(frozen=True, eq=False)
class Panel:
    """The answers as their judges read them together, at some parameters and the prior effects.

    Attributes:
        base: (A,) level expected of the answer, from the middle of the scale.
        error: (A, J) reading minus what is expected of an average answer; 0 where none is.
        weight: (A, J) of each reading in the joint one, before loadings: 1 / variance.
        pull: (A, J) how a judge's severity lowers the joint reading.
        surprise, noise: (M,) joint reading minus expectation, and its variance; humans' too.
        within: What the scatter of judges adds to the log likelihood, times -2.
        information, score: (J, J) and (J,): what it says about their severities.
    """

    base: Array
    error: Array
    weight: Array
    pull: Array
    surprise: Array
    noise: Array
    within: float
    information: Array
    score: Array


@dataclass(frozen=True, eq=False)
class Solved:
    """One block at some parameters: design, K, K X, K r at the prior effects, and sums of them."""

    block: Block
    design: Array
    inverse: Array
    weighted: Array
    surprise: Array
    fit: float
    logdet: float


def expect(of: Problem, now: Parameters) -> tuple[Sums, effects.Effects, float]:
    """The E-step: return the sums, the effects and the log posterior at the parameters."""
    panel = _read_together(of, now)
    solved = side_by_side(lambda block: _solve(of, now, panel, block), of.blocks)
    posterior, log_posterior = _effects(of, now, panel, solved)
    people = len(of.nodes.candidate)
    own, mean, spread = np.zeros(people), np.zeros(people), np.zeros(people)
    shared = np.zeros((of.nodes.answers, len(now.loading)))
    latents = dict.fromkeys(("style", "answer", "shared", "halo"), 0.0)
    ability = np.zeros_like(now.psi)
    for s, moments, found in side_by_side(lambda s: _moments(panel, s, posterior), solved):
        block = s.block
        latents["style"] += float(np.sum(moments, where=block.models))
        latents["answer"] += float(np.sum(moments, where=block.cell))
        latents["halo"] += float(np.sum(moments, where=block.circle))
        size = len(ability)
        ability += np.bincount(
            block.dimensions.ravel(), moments.ravel(), size**2
        ).reshape(size, size)  # fmt: skip
        real, node = block.real, block.node[block.real]
        own[node] = np.einsum("bpp->bp", moments)[real]
        mean[node], spread[node] = found[0][real], found[1][real]
        read = node < of.nodes.answers
        shared[node[read]] = found[2][real][read]
    latents["shared"] = float(own[: of.nodes.answers] @ of.ambiguity**now.exponent)
    sums = _sums(of, now, panel, posterior, latents, ability, own, mean, spread, shared)
    return sums, posterior, log_posterior


def _read_together(of: Problem, now: Parameters) -> Panel:
    """Join each answer's readings."""
    where, n = of.layout, of.nodes
    judges, location = where.centre[: len(where.judges)], where.centre[where.location]
    base = location[n.dimension] - MIDDLE
    answers = n.answers
    expected = MIDDLE - judges + now.loading * base[:answers, None]
    error = np.where(n.given, n.panel - expected, 0.0)
    weight = np.where(n.given, 1 / (now.noise * of.ambiguity[:, None]), 0.0)
    loaded = weight * now.loading
    precision = np.maximum(loaded @ now.loading, 1e-12)
    joint = np.sum(loaded * error, axis=1) / precision
    pull = loaded / precision[:, None]
    within = float(np.sum(weight * error**2) - np.sum(precision * joint**2))
    within += float(np.log(precision).sum() - np.sum(np.log(weight, where=n.given, out=0 * weight)))
    return Panel(
        base[:answers],
        error,
        weight,
        pull,
        surprise=np.concatenate([joint, n.level - MIDDLE - base[answers:]]),
        noise=np.concatenate([1 / precision, np.full(len(n.level), now.sizes["human_noise"])]),
        within=within,
        information=np.diag(weight.sum(axis=0)) - loaded.T @ pull,
        score=-np.sum(weight * (error - now.loading * joint[:, None]), axis=0),
    )


def _solve(of: Problem, now: Parameters, panel: Panel, block: Block) -> Solved:
    """Invert the covariance of every candidate of a block."""
    sizes, answers = now.sizes, of.nodes.answers
    read = block.real & (block.node < answers)
    blur = np.ones(len(panel.noise))
    blur[:answers] = of.ambiguity**now.exponent
    spread = now.psi.ravel()[block.dimensions]
    spread += block.cell * (
        sizes["answer"] + block.models * (sizes["shared"] * blur[block.node])[:, :, None]
    )
    spread += block.models * sizes["style"] + block.circle * sizes["halo"]
    spread *= block.real[:, :, None] & block.real[:, None, :]
    diagonal = np.arange(spread.shape[1])
    spread[:, diagonal, diagonal] += np.where(block.real, panel.noise[block.node], 1.0)
    design = block.design.copy()
    design[:, :, : len(now.loading)][read] = -panel.pull[block.node[read]]
    surprise = np.where(block.real, panel.surprise[block.node], 0.0)
    inverse = np.asarray(np.linalg.inv(spread), dtype=np.float64)
    inverse[:, diagonal, diagonal] *= block.real
    ky = np.einsum("bpq,bq->bp", inverse, surprise)
    return Solved(
        block, design, inverse, inverse @ design, ky,
        float(np.sum(ky * surprise)), float(np.linalg.slogdet(spread)[1].sum()),
    )  # fmt: skip


def _effects(
    of: Problem, now: Parameters, panel: Panel, solved: Iterable[Solved]
) -> tuple[effects.Effects, float]:
    """Return the posterior of the effects, and the log posterior of the parameters."""
    where, sizes = of.layout, now.sizes
    judges, size, people = len(where.judges), len(where.centre), len(where.people)
    prior = where.precision(sizes["difficulty"])
    own = (of.pairs.one == of.pairs.other) / sizes["human_severity"]
    known = effects.Information(
        prior.copy(), np.zeros((size, people)), own, np.zeros(size), np.zeros(people)
    )
    known.common[:judges, :judges] += panel.information
    known.score[:judges] += panel.score
    total = panel.within
    for s in solved:
        total += s.fit + s.logdet
        gathered = np.swapaxes(s.design, 1, 2) @ s.weighted
        score = np.einsum("bpk,bp->bk", s.design, s.surprise)
        common, met = s.block.common, s.block.people
        cut = common.shape[1]
        _add(known.common, common[:, :, None] * size + common[:, None, :], gathered[:, :cut, :cut])
        _add(known.score, common, score[:, :cut])
        if people:
            _add(
                known.across, common[:, :, None] * people + met[:, None, :], gathered[:, :cut, cut:]
            )
            _add(known.people, s.block.pair, gathered[:, cut:, cut:])
            _add(known.people_score, met, score[:, cut:])
    posterior = effects.solve(known, of.pairs)
    total += posterior.logdet - logdet(prior) + people * float(np.log(sizes["human_severity"]))
    return posterior, -0.5 * (total - posterior.fitted) + log_prior(of.start, now)


def _add(total: Array, places: Index, values: Array) -> None:
    flat = total.reshape(-1)
    flat += np.bincount(places.ravel(), values.ravel(), total.size)


def _moments(
    panel: Panel, s: Solved, posterior: effects.Effects
) -> tuple[Solved, Array, tuple[Array, Array, Array]]:
    """Return M, and of what loadings multiply: mean, variance, covariance with severities.

    The last three are deviations from the base, (B, P), (B, P) and (B, P, J).
    """
    block, judges = s.block, panel.pull.shape[1]
    cut = block.common.shape[1]
    common, people = block.common, block.people
    shift = np.concatenate([posterior.mean[common], posterior.people_mean[people]], axis=1)
    spread = np.empty((*shift.shape, shift.shape[1]))
    spread[:, :cut, :cut] = posterior.common[common[:, :, None], common[:, None, :]]
    across = posterior.across[common[:, :, None], people[:, None, :]]
    spread[:, :cut, cut:], spread[:, cut:, :cut] = across, np.swapaxes(across, 1, 2)
    spread[:, cut:, cut:] = posterior.people[block.pair]
    kr = s.surprise - np.einsum("bpk,bk->bp", s.weighted, shift)
    moved = s.weighted @ spread
    moments = kr[:, :, None] * kr[:, None, :] - s.inverse
    moments += moved @ np.swapaxes(s.weighted, 1, 2)
    noise = np.where(block.real, panel.noise[block.node], 0.0)
    severity = s.design[:, :, :judges]
    mean = np.where(block.real, panel.surprise[block.node], 0.0) - noise * kr
    mean -= np.einsum("bpj,bj->bp", severity, shift[:, :judges])
    # How far the level moves with the effects, once the readings have been taken into account.
    follows = noise[:, :, None] * s.weighted
    follows[:, :, :judges] -= severity
    with_effects = noise[:, :, None] * moved - severity @ spread[:, :judges]
    variance = noise - noise**2 * np.einsum("bpp->bp", s.inverse)
    variance += np.einsum("bpk,bpk->bp", with_effects, follows)
    return s, moments, (mean, variance, with_effects[:, :, :judges])


def _sums(
    of: Problem,
    now: Parameters,
    panel: Panel,
    posterior: effects.Effects,
    latents: dict[str, float],
    ability: Array,
    own: Array,
    mean: Array,
    spread: Array,
    shared: Array,
) -> Sums:
    """Add up what concerns single readings; mean, spread and shared are those of `_moments`."""
    answers, judges = of.nodes.answers, len(now.loading)
    weight = of.nodes.given / of.ambiguity[:, None]
    level, doubt = mean[:answers, None], spread[:answers, None]
    error = panel.error + posterior.mean[:judges] - now.loading * level
    signal = panel.base[:, None] + level
    severity = np.diag(posterior.common)[:judges]
    squares = error**2 + severity + now.loading**2 * doubt - 2 * now.loading * shared
    noise = now.sizes["human_noise"]
    return Sums(
        latents,
        ability,
        own,
        squares=np.sum(weight * squares, axis=0),
        cross=np.sum(weight * (error * signal + shared - now.loading * doubt), axis=0),
        signals=np.sum(weight * (signal**2 + doubt), axis=0),
        human_squares=float(np.sum(noise + noise**2 * own[answers:])),
    )

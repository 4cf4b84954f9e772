"""The density that NUTS draws from in `measure_mcmc.py`: the fit's model and priors, in numpyro.

Abilities, the luck of answers, style, shared error and halo are integrated out, as in the fit. That
the two have one density `gap` shows: joint density at the mode of the effects, less half the log
determinant there, is the fit's log posterior up to a constant.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.flatten_util import ravel_pytree
from jax.scipy.special import ndtr
from numpyro.infer.util import log_density, potential_energy, unconstrain_fn
from scipy.special import ndtri

from evenhand.measure.effects import JUDGE_SEVERITY_SD, LOCATION_SD
from evenhand.measure.em import EXPONENTS, LOADING_SD, SCALARS, WORTH, Parameters, Problem
from evenhand.measure.expecting import expect
from evenhand.measure.table import Flags, Index
from evenhand.measure.values import MIDDLE
from worlds import Array

FLATTEST = 0.5
"""Least curvature taken for a mass: half that of a standard normal coordinate."""


@dataclass(frozen=True, eq=False)
class Data:
    """What the density needs: the nodes of `measure.nodes`, and their places by candidate.

    Attributes:
        start: The start of the fit, on which the priors centre.
        severity, location: (J,) and (D,) prior means.
        panel, given: (A, J) of the answers that judges read.
        ambiguity: (A,).
        level, person: (H,) of human readings.
        cell: (A + H,).
        levels_of: (C, D) one-hot dimension of each cell.
        at: (B, P) node of each place; 0 where padded.
        real: (B, P).
        dimension: (B, P, D) one-hot; 0 where padded.
        cells, models, both, circle: (B, P, P) 1 where two nodes share a cell, are both answers as
            judges read them, are the same such answer, share a halo; else 0.
        people: Number of human raters.
    """

    start: Parameters
    severity: Array
    location: Array
    panel: Array
    given: Flags
    ambiguity: Array
    level: Array
    person: Index
    cell: Index
    levels_of: Array
    at: Index
    real: Flags
    dimension: Array
    cells: Array
    models: Array
    both: Array
    circle: Array
    people: int


def data_of(of: Problem) -> Data:
    """Lay the problem of a fit out by candidate."""
    n, where = of.nodes, of.layout
    order = np.argsort(n.candidate, kind="stable")
    count = np.bincount(n.candidate, minlength=len(of.table.candidates))
    offset = np.arange(count.max())
    real = offset < count[:, None]
    first = (np.cumsum(count) - count)[:, None]
    at = np.where(real, order[np.where(real, first + offset, 0)], 0)
    levels_of = np.zeros((len(of.table.cells), where.dimensions))
    levels_of[n.cell, n.dimension] = 1.0
    model = real & (at < n.answers)

    def same(code: Any, some: Any) -> Array:
        both = some[:, :, None] & some[:, None, :]
        return np.asarray(both & (code[:, :, None] == code[:, None, :]), dtype=np.float64)

    return Data(
        start=of.start,
        severity=where.centre[: len(where.judges)],
        location=where.centre[where.location],
        panel=n.panel,
        given=n.given,
        ambiguity=of.ambiguity,
        level=n.level,
        person=n.person[n.answers :],
        cell=n.cell,
        levels_of=levels_of,
        at=at,
        real=real,
        dimension=np.eye(where.dimensions)[n.dimension[at]] * real[:, :, None],
        cells=same(n.cell[at], real),
        models=same(np.zeros_like(at), model),
        both=same(n.cell[at], model),
        circle=same(n.circle[at], real & ~model),
        people=len(where.people),
    )


def _gauss(spread: Any, surprise: Any) -> Any:
    return _gauss_forward(spread, surprise)[0]


def _gauss_forward(spread: Any, surprise: Any) -> Any:
    """Return log determinants plus squares of all candidates, and what the derivative needs.

    Written by hand since differentiating a Cholesky factor costs several times as much.
    """
    root = jnp.linalg.cholesky(spread)
    eye = jnp.broadcast_to(jnp.eye(spread.shape[1]), spread.shape)
    half = jax.lax.linalg.triangular_solve(root, eye, left_side=True, lower=True)
    inverse = jnp.einsum("bkp,bkq->bpq", half, half)
    pulled = jnp.einsum("bpq,bq->bp", inverse, surprise)
    logdet = 2 * jnp.sum(jnp.log(jnp.diagonal(root, axis1=1, axis2=2)))
    return logdet + jnp.sum(pulled * surprise), (inverse, pulled)


def _gauss_backward(kept: Any, slope: Any) -> Any:
    inverse, pulled = kept
    return slope * (inverse - pulled[:, :, None] * pulled[:, None, :]), 2 * slope * pulled


gauss = jax.custom_vjp(_gauss)
gauss.defvjp(_gauss_forward, _gauss_backward)


def joint(of: Data, p: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Return the nodes' (B, P, P) covariance and (B, P) surprise, and what judges' scatter adds."""
    answers = len(of.panel)
    weight = jnp.where(of.given, 1 / (p["noise"] * of.ambiguity[:, None]), 0.0)
    loaded = weight * p["loading"]
    precision = loaded @ p["loading"]
    base = p["cell"][of.cell]
    expected = MIDDLE - p["severity"] + p["loading"] * (base[:answers, None] - MIDDLE)
    error = jnp.where(of.given, of.panel - expected, 0.0)
    mean = jnp.sum(loaded * error, axis=1) / precision
    within = jnp.sum(weight * error**2) - jnp.sum(precision * mean**2) + jnp.sum(jnp.log(precision))
    within -= jnp.sum(jnp.log(jnp.where(of.given, weight, 1.0)))
    human = of.level - base[answers:] + p["people"][of.person]
    noise = jnp.concatenate([1 / precision, jnp.full(len(of.level), p["human_noise"])])
    blur = jnp.concatenate([of.ambiguity ** p["exponent"], jnp.ones(len(of.level))])
    spread = jnp.einsum("bpd,de,bqe->bpq", of.dimension, p["psi"], of.dimension)
    spread += of.cells * p["answer"] + of.models * p["style"] + of.circle * p["halo"]
    spread += of.both * (p["shared"] * blur[of.at])[:, :, None]
    own = jnp.where(of.real, noise[of.at], 1.0)
    spread += own[:, :, None] * jnp.eye(own.shape[1])
    surprise = jnp.where(of.real, jnp.concatenate([mean, human])[of.at], 0.0)
    return spread, surprise, within


def model(of: Data) -> None:
    """The model in numpyro, priors as in `measure.em` and `measure.effects`.

    Location and difficulty of a cell enter as their difference; `levels` parts them again.
    """
    p: dict[str, Any] = {}
    for name in SCALARS:
        prior = dist.InverseGamma(WORTH / 2 - 1, WORTH / 2 * of.start.sizes[name])
        p[name] = numpyro.sample(name, prior)
    noise = dist.InverseGamma(WORTH / 2 - 1, WORTH / 2 * of.start.noise)
    p["noise"] = numpyro.sample("noise", noise)
    p["loading"] = numpyro.sample("loading", dist.Normal(of.start.loading, LOADING_SD))
    # Uniform, in coordinates in which its ends lie not so far out as with a logit.
    rank = numpyro.sample("rank", dist.Normal(0.0, 1.0))
    p["exponent"] = numpyro.deterministic("exponent", EXPONENTS[-1] * ndtr(rank))
    size = len(of.start.psi)
    anything = dist.ImproperUniform(dist.constraints.positive_definite, (), (size, size))
    psi = p["psi"] = numpyro.sample("psi", anything)
    pull = jnp.linalg.slogdet(psi)[1] + jnp.trace(jnp.linalg.solve(psi, of.start.psi))
    numpyro.factor("psi_prior", -WORTH / 2 * pull)
    p["severity"] = numpyro.sample("severity", dist.Normal(of.severity, JUDGE_SEVERITY_SD))
    shared = LOCATION_SD**2 * of.levels_of @ of.levels_of.T
    cells = dist.MultivariateNormal(
        of.levels_of @ of.location, shared + p["difficulty"] * jnp.eye(len(shared))
    )
    p["cell"] = numpyro.sample("cell", cells)
    people = dist.Normal(jnp.zeros(of.people), jnp.sqrt(p["human_severity"]))
    p["people"] = numpyro.sample("people", people)
    spread, surprise, within = joint(of, p)
    numpyro.factor("ratings", -0.5 * (within + gauss(spread, surprise)))


def sites(of: Problem, data: Data, now: Parameters) -> tuple[dict[str, Any], float, float]:
    """Return the model's sites at some parameters and the effects' mode, and what `gap` needs.

    That is the fit's log posterior, and half the log determinant that the mode's density lacks.
    """
    _, effects, height = expect(of, now)
    where = of.layout
    mean = where.centre + effects.mean
    share = np.clip(now.exponent / EXPONENTS[-1], 0.01, 0.99)
    found = {
        **now.sizes, "noise": now.noise, "loading": now.loading, "psi": now.psi,
        "rank": float(ndtri(share)), "severity": mean[: len(where.judges)],
        "cell": data.levels_of @ mean[where.location] - mean[where.difficulty],
        "people": effects.people_mean,
    }  # fmt: skip
    asked = data.levels_of.sum(axis=0)
    located = np.sum(np.log(LOCATION_SD**-2 + asked / now.sizes["difficulty"]))
    return found, height, 0.5 * (float(located) - effects.logdet)


def gap(of: Problem, data: Data, now: Parameters) -> float:
    """Return by how much the two log densities differ at some parameters: a constant."""
    # The density is flat in the exponent, not in the coordinate that stands for it.
    inside = np.clip(now.exponent, 0.01 * EXPONENTS[-1], 0.99 * EXPONENTS[-1])
    found, height, half = sites(of, data, replace(now, exponent=float(inside)))
    density, _ = log_density(model, (data,), {}, found)
    return float(density - dist.Normal(0.0, 1.0).log_prob(found["rank"])) + half - height


def masses(of: Data, at: dict[str, Any]) -> Array:
    """Return the inverse of the curvature of the density at some point, as NUTS's mass matrix.

    With it paths are short from the first draw on. It bears on how fast the chains move, not on
    where they go.
    """
    flat, back = ravel_pytree(unconstrain_fn(model, (of,), {}, at))
    slope = jax.grad(lambda v: potential_energy(model, (of,), {}, back(v)))
    row = jax.jit(jax.grad(lambda v, one: slope(v) @ one))
    curvature = np.array([row(flat, one) for one in np.eye(len(flat))])
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    return np.asarray((vectors / np.maximum(values, FLATTEST)) @ vectors.T)

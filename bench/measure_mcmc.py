"""The fit and its closed form against full Bayes: the same model and priors by NUTS in numpyro.

World S1 of `worlds.py`. Both sides take the link's scores and the answers' ambiguities as data. The
fit finds the likeliest variances and integrates all else out given these; NUTS draws variances,
loadings, exponent and every severity and difficulty from their joint posterior, with abilities, the
luck of answers, style, shared error and halo integrated out. For each draw abilities are then drawn
exactly and mapped to levels by that draw's own spread. No conformal factor on either side.

Before it samples, the bench shows that the two have one density: joint density at the mode of the
effects, less half the log determinant there, is the fit's log posterior up to a constant.

    make bench-setup
    python bench/measure_mcmc.py [--people 1000] [--seed 1] [--warmup 60] [--draws 200]
"""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.flatten_util import ravel_pytree
from jax.scipy.special import ndtr
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS, init_to_value
from numpyro.infer.util import log_density, potential_energy, unconstrain_fn
from scipy.special import ndtri

from evenhand.measure import Components, Estimator, Fit, components_for, fit
from evenhand.measure.effects import JUDGE_SEVERITY_SD, LOCATION_SD
from evenhand.measure.em import EXPONENTS, LOADING_SD, SCALARS, WORTH, Parameters, Problem, problem
from evenhand.measure.estimating import clip
from evenhand.measure.expecting import expect
from evenhand.measure.fitting import ENOUGH
from evenhand.measure.link import LEAST_SPREAD
from evenhand.measure.model import read, stage
from evenhand.measure.table import Flags, Index
from evenhand.measure.values import MIDDLE
from saying import machine, tell
from worlds import DIMENSIONS, WORLDS, Array, World, world

T = TypeVar("T")
CHAINS = 2
EACH = 4
"""Abilities drawn for each draw of the parameters."""
COVERAGE, ERROR, FASTER = 0.5, 2.0, 20.0
"""Asked: at most so many points of coverage and per cent of RMSE apart; at least so much faster."""
FLATTEST = 0.5
"""Least curvature taken for a mass: half that of a standard normal coordinate."""
RHAT = 1.05
"""Chains whose worst R-hat is above have not met, and are no yardstick."""


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


def levels(of: Data, draw: dict[str, Any], key: Any) -> Any:
    """Return (EACH, B, D) exact draws of the candidates' scores, given one draw of the rest."""
    spread, surprise, _ = joint(of, draw)
    cross = of.dimension @ draw["psi"]
    gain = jnp.linalg.solve(spread, cross)
    mean = jnp.einsum("bpd,bp->bd", gain, surprise)
    left = draw["psi"] - jnp.swapaxes(cross, 1, 2) @ gain
    root = jnp.linalg.cholesky((left + jnp.swapaxes(left, 1, 2)) / 2)
    one, other = jax.random.split(key)
    size = len(of.location)
    precision = LOCATION_SD**-2 + of.levels_of.sum(axis=0) / draw["difficulty"]
    located = of.location * LOCATION_SD**-2 + draw["cell"] @ of.levels_of / draw["difficulty"]
    location = located / precision + jax.random.normal(one, (EACH, size)) / jnp.sqrt(precision)
    luck = jax.random.normal(other, (EACH, len(mean), size))
    return location[:, None, :] + mean + jnp.einsum("bde,nbe->nbd", root, luck)


def by_level(of: Components, scores: Array, draws: dict[str, Array]) -> Array:
    """Map (n, EACH, B, D) scores back to levels, each draw by its own spread; as `link.Back`."""
    assert of.link is not None
    between = ("answer", "difficulty", "human_severity", "halo", "human_noise")
    total = np.sum([draws[name] for name in between], axis=0)
    found = scores.copy()  # where no human column is long enough, a score is a level
    for d, name in enumerate(of.dimensions):
        if (column := of.link.humans.get(name)) is None:
            continue
        left = np.maximum(total - column.coarseness, LEAST_SPREAD**2)
        width = np.sqrt(left)[:, None, None]
        steps = zip(column.cuts, np.diff(column.levels), strict=True)
        found[..., d] = column.levels[0] + sum(
            step * np.asarray(ndtr((scores[..., d] - cut) / width)) for cut, step in steps
        )
    return found


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """Return what some work returns, and its seconds by the clock and of all threads' CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - clock, time.process_time() - cpu


def sample(of: Data, at: dict[str, Any], warmup: int, draws: int, seed: int) -> dict[str, Array]:
    """Return (CHAINS, draws, ...) draws of every parameter.

    The chains begin at the start of the fit; `at` is where the curvature is taken.
    """
    begin = {**of.start.sizes, "noise": of.start.noise, "loading": of.start.loading,
             "psi": of.start.psi, "rank": 0.0, "severity": of.severity,
             "cell": of.levels_of @ of.location, "people": np.zeros(of.people)}  # fmt: skip
    kernel = NUTS(
        model, init_strategy=init_to_value(values=begin), max_tree_depth=7, dense_mass=True,
        inverse_mass_matrix=masses(of, at), adapt_mass_matrix=False,
    )  # fmt: skip
    run = MCMC(
        kernel, num_warmup=warmup, num_samples=draws, num_chains=CHAINS,
        chain_method="sequential", progress_bar=False,
    )  # fmt: skip
    run.run(jax.random.PRNGKey(seed), of, extra_fields=("diverging", "num_steps"))
    steps, lost = (np.asarray(run.get_extra_fields()[k]) for k in ("num_steps", "diverging"))
    print(f"  NUTS: {CHAINS} chains of {warmup} + {draws}, {steps.mean():.0f} leaps a draw, "
          f"{lost.sum()} diverged")  # fmt: skip
    found = run.get_samples(group_by_chain=True).items()
    return {name: np.asarray(v) for name, v in found if name != "rank"}


def summarise(draws: dict[str, Array]) -> tuple[float, float]:
    """Print how far the chains have met; return the worst R-hat and the least effective draws."""
    found = summary(draws, group_by_chain=True)
    worst = {name: float(np.nanmax(s["r_hat"])) for name, s in found.items()}
    least = {name: float(np.nanmin(s["n_eff"])) for name, s in found.items()}
    for name in sorted(worst, key=worst.__getitem__)[-5:]:
        print(f"    {name:15} worst R-hat {worst[name]:.3f}, least effective draws "
              f"{least[name]:.0f}, mean {float(np.mean(found[name]['mean'])):.3f}")  # fmt: skip
    return max(worst.values()), min(least.values())


def by_mcmc(
    of: Data, components: Components, draws: dict[str, Array], seed: int
) -> tuple[Array, Array, Array]:
    """Return mean, low and high level, each (B, D)."""
    flat = {name: v.reshape(-1, *v.shape[2:]) for name, v in draws.items()}
    keys = jax.random.split(jax.random.PRNGKey(seed), len(flat["style"]))
    scores = jax.jit(lambda p, k: jax.lax.map(lambda one: levels(of, *one), (p, k)))(flat, keys)
    found = by_level(components, np.asarray(scores), flat)
    found = found.reshape(-1, *found.shape[2:])
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    return clip(found.mean(axis=0)), clip(low), clip(high)


def ours(of: World) -> tuple[Fit, Array, Array, Array]:
    """Return the fit, and mean, low and high level, each (B, D)."""
    fitted = fit(of.ratings)
    found = Estimator(fitted.components).columns(of.ratings)
    size = len(DIMENSIONS)
    return fitted, found.mean[:, :size], found.low[:, :size], found.high[:, :size]


def same_problem(of: World, fitted: Fit) -> Problem:
    """Return what the fit worked on: scores, ambiguities, and the start it shrank to."""
    table = read(of.ratings, fitted.components)
    facets, _ = stage(table, fitted.components)
    answer = (table.candidate * len(table.cells) + table.cell)[table.model]
    _, first = np.unique(answer, return_index=True)
    begin = problem(table, components_for(of.ratings))
    return Problem(**{**vars(begin), "ambiguity": facets.ambiguity[table.model][first]})


def at_fit(of: Problem, components: Components) -> Parameters:
    """Return the fitted parameters."""
    names = [of.table.raters[place][1] for place in of.layout.judges]
    return Parameters(
        components.psi,
        {name: float(getattr(components, name)) for name in SCALARS},
        np.array([components.judges[name].loading for name in names]),
        np.array([components.judges[name].noise for name in names]),
        0.0 if components.moderation is None else components.moderation.exponent,
    )


def main() -> None:
    """Run both and print how far apart they are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warmup", type=int, default=60)
    parser.add_argument("--draws", type=int, default=200)
    asked = parser.parse_args()
    if asked.people < ENOUGH:
        parser.error(f"--people: at least {ENOUGH}, from which on there is a link to map back by")
    jax.config.update("jax_enable_x64", True)
    of = world(WORLDS["S1"], asked.seed, people=asked.people)
    print(f"world S1, {asked.people} people, {len(of.ratings)} ratings, seed {asked.seed}; "
          f"{machine()}, numpyro {numpyro.__version__}, jax {jax.__version__}",
          flush=True)  # fmt: skip
    (fitted, *known), clock, cpu = timed(lambda: ours(of))
    same = same_problem(of, fitted)
    data = data_of(same)
    ends = (same.start, at_fit(same, fitted.components))
    gaps = [gap(same, data, now) for now in ends]
    reached = [
        tell("one density: gap at the start and at the fit equal to 1e-4",
             f"{gaps[0]:.6f} and {gaps[1]:.6f}", abs(gaps[0] - gaps[1]) <= 1e-4)
    ]  # fmt: skip
    draws, sampling, sampling_cpu = timed(
        lambda: sample(data, sites(same, data, ends[1])[0], asked.warmup, asked.draws, asked.seed)
    )
    rhat, effective = summarise(draws)
    (mean, low, high), drawing, drawing_cpu = timed(
        lambda: by_mcmc(data, fitted.components, draws, asked.seed)
    )
    figures = {}
    for name, (m, lo, hi) in {"model": known, "NUTS": (mean, low, high)}.items():
        error = np.sqrt(np.mean((m - of.truth) ** 2))
        hit = np.mean((lo <= of.truth) & (of.truth <= hi))
        figures[name] = float(hit), float(error), float(np.mean(hi - lo))
    sampling, sampling_cpu = sampling + drawing, sampling_cpu + drawing_cpu
    print(f"  {'':6} {'coverage':>8} {'RMSE':>6} {'width':>6} {'seconds':>8} {'CPU':>8}")
    for name, took in (("model", (clock, cpu)), ("NUTS", (sampling, sampling_cpu))):
        cover, error, width = figures[name]
        print(f"  {name:6} {cover:8.2%} {error:6.4f} {width:6.3f} {took[0]:8.1f} {took[1]:8.1f}")
    apart = 100 * (figures["model"][0] - figures["NUTS"][0])
    worse = 100 * (figures["model"][1] / figures["NUTS"][1] - 1)
    both = float(np.corrcoef(known[0].ravel(), mean.ravel())[0, 1])
    off = float(np.sqrt(np.mean((known[0] - mean) ** 2)))
    print(f"  means of the two: correlation {both:.5f}, differ by {off:.4f} levels (RMS)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"  peak memory of both {peak:.1f} GB")
    reached += [
        tell(f"chains have met: worst R-hat at most {RHAT}",
             f"{rhat:.3f}, least effective draws {effective:.0f}", rhat <= RHAT),
        tell(f"coverage within {COVERAGE} points", f"{apart:+.2f}", abs(apart) <= COVERAGE),
        tell(f"RMSE within {ERROR:.0f} %", f"{worse:+.2f} %", abs(worse) <= ERROR),
        tell(f"at least {FASTER:.0f} times faster",
             f"{sampling / clock:.0f} by the clock, {sampling_cpu / cpu:.0f} by CPU",
             min(sampling / clock, sampling_cpu / cpu) >= FASTER),
    ]  # fmt: skip
    print(f"{reached.count(False)} of {len(reached)} asked for were missed")


if __name__ == "__main__":
    main()

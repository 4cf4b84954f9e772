"""The fit and its closed form against full Bayes: the same model and priors by NUTS in numpyro.

World S1 of `worlds.py`. Both sides take the link's scores and the answers' ambiguities as data. The
fit finds the likeliest variances and integrates all else out given these; NUTS draws variances,
loadings, exponent and every severity and difficulty from their joint posterior, with abilities, the
luck of answers, style, shared error and halo integrated out. For each draw abilities are then drawn
exactly and mapped to levels by that draw's own spread. No conformal factor on either side.

Before it samples, the bench shows that the two have one density (`mcmc_density.py`).

    make bench-setup
    python bench/measure_mcmc.py [--people 1000] [--seed 1] [--warmup 60] [--draws 200]
"""

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from jax.scipy.special import ndtr
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS, init_to_value

from evenhand.measure import Components, Estimator, Fit, components_for, fit
from evenhand.measure.effects import LOCATION_SD
from evenhand.measure.em import SCALARS, Parameters, Problem, problem
from evenhand.measure.estimating import clip
from evenhand.measure.fitting import ENOUGH
from evenhand.measure.link import LEAST_SPREAD
from evenhand.measure.model import read, stage
from mcmc_density import Data, data_of, gap, joint, masses, model, sites
from saying import machine, tell
from worlds import DIMENSIONS, WORLDS, Array, World, world

T = TypeVar("T")
CHAINS = 2
EACH = 4
"""Abilities drawn for each draw of the parameters."""
COVERAGE, ERROR, FASTER = 0.5, 2.0, 20.0
"""Asked: at most so many points of coverage and per cent of RMSE apart; at least so much faster."""
RHAT = 1.05
"""Chains whose worst R-hat is above have not met, and are no yardstick."""


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

"""Measurement beside other people's packages, on the same ratings in one run.

World S1 of `worlds.py`, no golds and no conformal factor. Each peer is given as much of the model
as it can express, and says mean and 90 % interval of each person on each dimension:

    lme4, one       each dimension by itself (R; crossed random raters, questions, answers)
    lme4, all       all dimensions together: full covariance of abilities, style, shared error, halo
    MixedLM, one    statsmodels; each dimension by itself, raters as fixed effects
    raschpy, own    many-facet Rasch, dimensions as items; a person's measure on a dimension from
                    the ratings on it
    raschpy, total  the same, one measure of a person for all dimensions

A person with nothing rated on a dimension is anyone of the population to those that have one; with
raschpy it is a miss of the interval, and left out of RMSE. Without R or lme4 its rows are skipped.

    make bench-setup
    python bench/measure_peers.py [--people 300] [--seed 1] [--peers NAME ...]
"""

import argparse
import resource
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from raschpy import MFRM
from statsmodels.regression.mixed_linear_model import MixedLM

from evenhand.measure import Estimator, fit
from saying import machine
from worlds import DIMENSIONS, WORLDS, Array, World, world

NORMAL_90 = 1.6448536269514722
SCRIPT = Path(__file__).with_name("peers_lme4.R")
OURS = "evenhand"
ANYONE = "anyone"
Triple = tuple[Array, Array, Array]
"""Mean, low and high level, each (C, D); not a number where a peer says nothing."""
CANNOT = {
    OURS: "all facets of the model; no interval for its variances, which are taken as known",
    "lme4, one": "crossed raters and questions; not: other dimensions, loadings, noise by rater",
    "lme4, all": "all but loadings, noise by rater, ambiguity and the ends of the scale",
    "MixedLM, one": "as lme4 by dimension, but raters as fixed effects: nothing is crossed",
    "raschpy, own": "ends of the scale, severity; not: shared error, halo, luck, other dimensions",
    "raschpy, total": "the same, and one trait behind all dimensions",
}


def frame(of: World) -> Any:
    """Return the ratings as a data frame with the grouping factors that peers want."""
    t = of.ratings
    kinds, names = (np.array(column) for column in zip(*t.raters, strict=True))
    found = pd.DataFrame({
        "candidate": np.array(t.candidates)[t.candidate],
        "dimension": np.array(t.dimensions)[t.dimension],
        "cell": np.array(t.tasks)[t.task],
        "round": np.array(t.rounds)[t.round],
        "rater": names[t.rater],
        "model": (kinds[t.rater] == "model").astype(int),
        "level": t.level,
    })  # fmt: skip
    found["human"] = 1 - found.model
    found["answer"] = found.candidate + found.cell
    # A model's row is of no person and no circle: its loading there is `human`, which is 0.
    found["circle"] = found.candidate + found["round"] + found.rater.where(found.human == 1, "")
    for judge in sorted(set(found.rater[found.model == 1])):
        found[f"judge_{judge}"] = (found.rater == judge).astype(int)
    return found


def placed(of: World, rows: Any) -> tuple[Array, Array]:
    """Spread rows of candidate, dimension, mean and sd out to two (C, D) arrays.

    Who has no row is taken for anyone of the population.
    """
    mean = rows.pivot(index="candidate", columns="dimension", values="mean")
    sd = rows.pivot(index="candidate", columns="dimension", values="sd")
    people, names = list(of.ratings.candidates), list(DIMENSIONS)
    mean, sd = (
        part.reindex([ANYONE, *people])[names].fillna(part.loc[ANYONE]).loc[people].to_numpy()
        for part in (mean, sd)
    )
    return mean, sd


def normal(mean: Array, sd: Array) -> Triple:
    """Return means with normal intervals, clipped to the scale."""
    low, high = mean - NORMAL_90 * sd, mean + NORMAL_90 * sd
    return np.clip(mean, 1, 5), np.clip(low, 1, 5), np.clip(high, 1, 5)


def evenhand(of: World, _: Any) -> Triple:
    """The model of this package."""
    found = Estimator(fit(of.ratings).components).columns(of.ratings)
    size = len(DIMENSIONS)
    return found.mean[:, :size], found.low[:, :size], found.high[:, :size]


def lme4(of: World, ratings: Any, how: str) -> Triple:
    """Run lme4 through Rscript."""
    with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as folder:
        given, out = Path(folder) / "ratings.csv", Path(folder) / "out.csv"
        ratings.to_csv(given, index=False)
        done = subprocess.run(
            ["Rscript", str(SCRIPT), str(given), str(out), how],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        print(f"    lme4, {how}: {done.stdout.split()[2]} evaluations of the likelihood")
        return normal(*placed(of, pd.read_csv(out)))


def mixed(of: World, ratings: Any) -> Triple:
    """Each dimension by statsmodels; the level is the mean of its questions' fixed effects."""
    found = [_mixed_one(dimension, rows) for dimension, rows in ratings.groupby("dimension")]
    return normal(*placed(of, pd.concat(found)))


def _mixed_one(dimension: str, rows: Any) -> Any:
    """Fit one dimension; severities of each kind of rater sum to 0."""
    cells = sorted(set(rows.cell))
    fixed = {f"cell_{name}": (rows.cell == name).astype(float) for name in cells}
    fixed |= {name: rows[name] for name in rows if name.startswith("judge_") and rows[name].any()}
    peers = set(rows.rater[rows["round"] == "peer"])
    managers = set(rows.rater[rows.human == 1]) - peers
    for first, *others in (sorted(crowd) for crowd in (peers, managers) if crowd):
        last = (rows.rater == first).astype(float)
        fixed |= {f"rater_{name}": (rows.rater == name).astype(float) - last for name in others}
    data = pd.DataFrame({**fixed, "level": rows.level, "candidate": rows.candidate,
                         "cell": rows.cell})  # fmt: skip
    # With one question its luck is the person's; with one reading of each answer, the error's.
    luck = {"answer": "0 + C(cell)"} if rows.model.any() and len(cells) > 1 else None
    model = MixedLM.from_formula(
        f"level ~ 0 + {' + '.join(fixed)}", data, groups="candidate", re_formula="1",
        vc_formula=luck,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a variance at 0, which is an answer
        done = model.fit(reml=True)
        effects, spreads = done.random_effects, done.random_effects_cov
    level = np.zeros(len(fixed))
    level[: len(cells)] = 1 / len(cells)
    doubt = level @ np.asarray(done.cov_params())[: len(level), : len(level)] @ level
    base = level @ np.asarray(done.fe_params)
    return pd.DataFrame({
        "candidate": [*effects, ANYONE],
        "dimension": dimension,
        "mean": [*(base + effects[name].iloc[0] for name in effects), base],
        "sd": np.sqrt([*(np.asarray(spreads[name])[0, 0] + doubt for name in effects),
                       float(done.cov_re.iloc[0, 0]) + doubt]),
    })  # fmt: skip


def rasch(of: World, ratings: Any, how: str) -> Triple:
    """Many-facet Rasch: dimensions are the items, all raters one facet, levels whole numbers."""
    rows = ratings.copy()
    rows["item"] = rows.dimension
    again = rows.groupby(["rater", "candidate", "dimension"]).cumcount() > 0
    rows.loc[again, "item"] += " again"
    rows = rows[~rows.duplicated(["rater", "candidate", "item"])]
    rows["score"] = rows.level.round() - 1
    wide = rows.pivot(index=["rater", "candidate"], columns="item", values="score")
    every = pd.MultiIndex.from_product([sorted(set(rows.rater)), list(of.ratings.candidates)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of raters who saw few people
        model = MFRM(wide.reindex(every), max_score=4)
        model.calibrate(model="global")
        found = [_rasch_one(model, of, name, how) for name in DIMENSIONS]
    mean, low, high = (np.column_stack(column) for column in zip(*found, strict=True))
    return mean, low, high


def _rasch_one(model: Any, of: World, dimension: str, how: str) -> Triple:
    """Return mean, low and high of one dimension: what the human raters would give on average."""
    names = [name for name in model.item_names if name.split()[0] == dimension]
    items = names if how == "own" else list(model.item_names)
    where = model.person(list(of.ratings.candidates), items=items)
    error = model.csem(person_locations=where, items=items)
    effects, steps = model.facet_effects_global, np.cumsum([0.0, *model.thresholds_global])
    severity = np.array([effects[name] for name in effects.index if name.startswith("h")])
    score = np.arange(5)

    def level(at: Any) -> Array:
        logit = np.asarray(at)[:, None] - float(model.items_global[dimension]) - severity
        power = score * logit[..., None] - steps
        chance = np.exp(power - power.max(axis=-1, keepdims=True))
        chance /= chance.sum(axis=-1, keepdims=True)
        return np.asarray(1 + (chance @ score).mean(axis=1))

    half = NORMAL_90 * error
    return level(where), level(where - half), level(where + half)


PEERS: dict[str, Callable[[World, Any], Triple]] = {
    OURS: evenhand,
    "lme4, one": lambda of, ratings: lme4(of, ratings, "one"),
    "MixedLM, one": mixed,
    "raschpy, own": lambda of, ratings: rasch(of, ratings, "own"),
    "raschpy, total": lambda of, ratings: rasch(of, ratings, "total"),
    "lme4, all": lambda of, ratings: lme4(of, ratings, "all"),
}


def cpu() -> float:
    """Return seconds of CPU of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def figures(of: World, found: Triple) -> Array:
    """Return coverage, mean width, RMSE, interval score at 90 %, and the share placed."""
    mean, low, high = found
    known = ~np.isnan(mean)
    hit = (low <= of.truth) & (of.truth <= high)
    width = high - low
    score = width + 20 * (np.maximum(low - of.truth, 0) + np.maximum(of.truth - high, 0))
    error = np.sqrt(np.mean((mean - of.truth)[known] ** 2))
    return np.array([hit.mean(), width[known].mean(), error, score[known].mean(), known.mean()])


def run(of: World, names: list[str]) -> dict[str, Array]:
    """Return the figures of each peer with its seconds by the clock and of CPU."""
    ratings = frame(of)
    found = {}
    for name in names:
        clock, used = time.perf_counter(), cpu()
        said = PEERS[name](of, ratings)
        took = [time.perf_counter() - clock, cpu() - used]
        found[name] = np.concatenate([figures(of, said), took])
    return found


def compare(found: dict[str, Array]) -> None:
    """Print the table, what each cannot say, and where a peer is better."""
    print(f"  {'':15} {'coverage':>8} {'width':>6} {'RMSE':>6} {'score':>6} {'placed':>7} "
          f"{'seconds':>8} {'CPU':>7}")  # fmt: skip
    for name, (cover, width, error, score, known, clock, used) in found.items():
        print(f"  {name:15} {cover:8.1%} {width:6.2f} {error:6.3f} {score:6.2f} {known:7.1%} "
              f"{clock:8.1f} {used:7.1f}")  # fmt: skip
    for name in found:
        print(f"  {name:15} expresses {CANNOT[name]}")
    if OURS not in found:
        return
    better = {"coverage nearer 90 %": 0, "smaller RMSE": 2, "smaller interval score": 3,
              "less CPU": 6}  # fmt: skip
    for what, place in better.items():
        of = {name: abs(row[place] - 0.9 * (place == 0)) for name, row in found.items()}
        ahead = [name for name, value in of.items() if value < of[OURS]]
        print(f"  {what} than ours: {', '.join(ahead) or 'none'}")


def main() -> None:
    """Run every peer that is there and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS))
    asked = parser.parse_args()
    of = world(WORLDS["S1"], asked.seed, people=asked.people)
    names = asked.peers
    r = subprocess.run(["Rscript", "-e", "library(lme4)"], capture_output=True).returncode \
        if shutil.which("Rscript") else 1  # fmt: skip
    if r:
        names = [name for name in names if not name.startswith("lme4")]
        print("lme4 is skipped: there is no R with it here; `make bench-setup` installs both")
    print(f"world S1, {asked.people} people, {len(of.ratings)} ratings, seed {asked.seed}, nominal "
          f"90 %; {machine()}, {versions()}", flush=True)  # fmt: skip
    compare(run(of, names))


def versions() -> str:
    """Return the versions of the peers."""
    return ", ".join(f"{name} {version(name)}" for name in ("statsmodels", "raschpy"))


if __name__ == "__main__":
    main()

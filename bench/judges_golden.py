"""How well the embedded panel agrees with the raters of the golden answers, by authors left out.

    python bench/judges_golden.py [PACK] [--development]

Each golden answer is rated by parameters fitted without its author: judges, line, gate, cuts and
the components of the measurement model alike, each itself cross-fitted by author inside. What was
chosen by hand (kernels, penalties, features) was chosen on twelve of the eighteen authors;
docs/judges.md says how far that holds. What the panel abstains from has no level: it is left out
of the figures, and its share is given by itself. With `--development` those twelve alone are rated,
so that a setting can be tried without a look at the rest. The golden answers are model-written and
model-rated.
"""

import argparse
import os
import resource
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import Panel, load_panel
from evenhand.judges.clauses import words
from evenhand.rubric import Pack, load_pack, shipped_pack

Array = NDArray[np.float64]

CHOSEN_ON = ("d01", "d03", "d05", "d06", "d07", "d09", "d11", "d13", "d14", "d16", "d17", "d18")
FLUENT_BUT_EMPTY = ("d14", "d15", "d17")
NOT_NATIVE = ("d13",)
SHORT = 60
"""Words up to which an answer is short."""
NOTHING = ("", ":", "Thought process:", "Let us solve this step by step.", "n/a", "かいせつ")


def r_of(a: Array, b: Array) -> float:
    """Return Pearson's r."""
    return float(np.corrcoef(a, b)[0, 1])


def partial(score: Array, other: Array, given: Array) -> float:
    """Return the correlation of two variables when a third is held."""
    design = np.stack([np.ones(len(given)), given], axis=1)

    def rest(values: Array) -> Array:
        found: Array = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
        return found

    return r_of(rest(score), rest(other))


def kappa(a: Array, b: Array) -> float:
    """Return quadratic-weighted kappa of levels rounded to halves."""
    x, y = np.round(a * 2), np.round(b * 2)
    return float(1 - ((x - y) ** 2).mean() / ((x[:, None] - y[None]) ** 2).mean())


@dataclass(frozen=True, eq=False)
class Table:
    """Rated answers, one row for each (answer, dimension).

    Attributes:
        author, dimension: (n,) names.
        truth: (n,) the raters' mean level.
        length: (n,) log of the number of words.
        level, low, high: (n,) by the panel; NaN where it abstains.
        judges: (n, judges) level by each judge.
        flagged: Share of answers with a flag.
        answers: How many answers there are.
    """

    author: NDArray[np.str_]
    dimension: NDArray[np.str_]
    truth: Array
    length: Array
    level: Array
    low: Array
    high: Array
    judges: Array
    flagged: float
    answers: int

    @property
    def error(self) -> Array:
        """(n,) level less truth."""
        found: Array = self.level - self.truth
        return found

    @property
    def abstained(self) -> NDArray[np.bool_]:
        """(n,) which levels the panel withholds."""
        found: NDArray[np.bool_] = np.isnan(self.level)
        return found

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(n,) whether the interval holds the raters' mean."""
        found: NDArray[np.bool_] = (self.truth >= self.low - 1e-9) & (
            self.truth <= self.high + 1e-9
        )
        return found

    def take(self, rows: NDArray[np.bool_]) -> "Table":
        """Return some of the rows."""
        kept = ("author", "dimension", "truth", "length", "level", "low", "high", "judges")
        return replace(self, **{name: getattr(self, name)[rows] for name in kept})


def rate(pack: Pack, panel: Panel, authors: set[str]) -> Table:
    """Rate the golden answers of some authors."""
    rows: list[tuple[str, str, float, float, float, float, float]] = []
    judges, flags = [], []
    for answer in pack.golden:
        if answer.author not in authors:
            continue
        result = panel.judge(pack.prompt(answer.prompt), answer.text)
        flags.append(bool(result.flags))
        length = float(np.log(max(len(words(answer.text)), 1)))
        for score in result.scores:
            rated = [r.level for r in answer.ratings if r.dimension == score.dimension]
            told = (score.level or np.nan, score.low or np.nan, score.high or np.nan)
            rows.append((answer.author, score.dimension, float(np.mean(rated)), length, *told))
            judges.append([verdict.level or np.nan for verdict in score.verdicts])
    truth, lengths, level, low, high = np.array([row[2:] for row in rows], dtype=np.float64).T
    return Table(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        truth,
        lengths,
        level,
        low,
        high,
        np.array(judges, dtype=np.float64),
        float(np.mean(flags)),
        len(flags),
    )


def tell(table: Table, judges: tuple[str, ...]) -> dict[str, float]:
    """Print the figures by judge, by part, by dimension and by author; return r by dimension."""
    for j, name in enumerate(judges):
        found = table.judges[:, j]
        print(
            f"  {name:<12} r {r_of(found, table.truth):.3f}  "
            f"length {partial(found, table.length, table.truth):+.2f}"
        )
    held = ~np.isin(table.author, CHOSEN_ON)
    everybody = held | ~held
    parts = {"all authors": everybody, "settings chosen on": ~held, "the rest": held}
    for name, rows in parts.items():
        if rows.any():
            length = partial(table.level[rows], table.length[rows], table.truth[rows])
            print(f"  {name:<22} {line(table, rows)}  length {length:+.2f}")
    by_dimension = {}
    for name in sorted(set(table.dimension.tolist())):
        rows = table.dimension == name
        by_dimension[name] = r_of(table.level[rows], table.truth[rows])
        print(f"  {name:<22} {line(table, rows)}  bias {table.error[rows].mean():+.2f}")
    for name in sorted(set(table.author.tolist())):
        rows = table.author == name
        print(
            f"  {name} bias {table.error[rows].mean():+.2f}  level {table.truth[rows].mean():.2f}"
        )
    return by_dimension


def line(table: Table, rows: NDArray[np.bool_]) -> str:
    """Return the figures of some rows."""
    level, truth = table.level[rows], table.truth[rows]
    return (
        f"r {r_of(level, truth):.3f}  RMSE {np.sqrt(((level - truth) ** 2).mean()):.3f}  "
        f"kappa {kappa(level, truth):.3f}  cover {table.inside[rows].mean():.3f}  "
        f"width {(table.high - table.low)[rows].mean():.2f}"
    )


def tell_abstentions(table: Table) -> None:
    """Print which share of levels the panel withholds, by whose they are: all are honest."""
    kinds = {
        "all": np.ones(len(table.truth), dtype=bool),
        "not native": np.isin(table.author, NOT_NATIVE),
        "fluent but empty": np.isin(table.author, FLUENT_BUT_EMPTY),
        f"of {SHORT} words or fewer": table.length <= np.log(SHORT),
        "level under 2.5": table.truth < 2.5,
        "level 2.5 to 3.5": (table.truth >= 2.5) & (table.truth < 3.5),
        "level 3.5 and over": table.truth >= 3.5,
        **{name: table.author == name for name in sorted(set(table.author.tolist()))},
    }
    for name, rows in kinds.items():
        held = table.abstained[rows]
        if held.any() or not name.startswith("d"):
            print(f"  left to people, {name:<24} {held.sum():>3} of {len(held):>3}")


def tell_speed(panel: Panel, loading: float, rating: float) -> None:
    """Print what it costs on this machine; `loading` and `rating` an answer are in seconds."""
    pack = panel.pack
    four = [answer for answer in pack.golden if answer.author == pack.golden[0].author][:4]
    begun = time.perf_counter()
    for answer in four:
        panel.judge(pack.prompt(answer.prompt), answer.text)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {os.cpu_count()} cores: loaded in {loading:.1f} s, {1 / rating:.1f} answers/s, "
        f"four answers in {time.perf_counter() - begun:.2f} s, {memory:.0f} MB"
    )


def tell_targets(
    table: Table, by_dimension: dict[str, float], nothing: float, abstained: float
) -> bool:
    """Print each target with what was found; return whether all are met."""
    error = table.error
    fluent = np.isin(table.author, FLUENT_BUT_EMPTY)
    foreign = np.isin(table.author, NOT_NATIVE)
    found = {
        "r": (r_of(table.level, table.truth), ">=", 0.92),
        "RMSE": (float(np.sqrt((error**2).mean())), "<=", 0.5),
        "kappa": (kappa(table.level, table.truth), ">=", 0.85),
        "coverage, not under": (float(table.inside.mean()), ">=", 0.87),
        "coverage, not over": (float(table.inside.mean()), "<=", 0.93),
        "r of every dimension": (min(by_dimension.values()), ">=", 0.8),
        "|length|": (abs(partial(table.level, table.length, table.truth)), "<=", 0.2),
        "fluent but empty, over-rated by": (float(error[fluent].mean()), "<=", 0.3),
        "not native, under-rated by": (float(-error[foreign].mean()), "<=", 0.2),
        "level of an answer that says nothing": (nothing, "<=", 1.25),
        "false flags": (table.flagged, "<=", 0.02),
        "levels abstained from": (abstained, "<=", 0.05),
    }
    kept = []
    for name, (value, sign, bound) in found.items():
        kept.append(value >= bound if sign == ">=" else value <= bound)
        print(f"  {'met   ' if kept[-1] else 'MISSED'} {name} {sign} {bound} (is {value:.3f})")
    return all(kept)


def main() -> int:
    """Print the figures; return 1 where one misses its target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack", type=Path, nargs="?", default=shipped_pack())
    parser.add_argument("--development", action="store_true", help="the twelve authors alone")
    chosen = parser.parse_args()
    pack = load_pack(chosen.pack)
    started = time.perf_counter()
    panel = load_panel(pack)
    loaded = time.perf_counter()
    authors = {answer.author for answer in pack.golden}
    table = rate(pack, panel, authors & set(CHOSEN_ON) if chosen.development else authors)
    rated = time.perf_counter()
    print(f"pack {pack.id} {pack.version}, {len(table.truth)} levels; {pack.golden_label}")
    read = table.take(~table.abstained)
    by_dimension = tell(read, panel.judges)
    tell_abstentions(table)
    tell_speed(panel, loaded - started, (rated - loaded) / table.answers)
    nothing = max(panel.judge(p, t).scores[0].level or 0 for p in pack.prompts for t in NOTHING)
    abstained = float(table.abstained.mean())
    return 0 if tell_targets(read, by_dimension, float(nothing), abstained) else 1


if __name__ == "__main__":
    sys.exit(main())

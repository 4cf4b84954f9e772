"""How well the embedded panel agrees with the raters of the golden answers, by authors left out.

    python bench/judges_golden.py [PACK]

Each golden answer is rated by parameters fitted without its author: judges, line, gate, cuts and
the components of the measurement model alike, each itself cross-fitted by author inside. What was
chosen by hand (kernels, penalties, features) was chosen on twelve of the eighteen authors;
docs/judges.md says how far that holds. The golden answers are model-written and model-rated.
"""

import os
import resource
import sys
import time
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


def rate(pack: Pack, panel: Panel) -> dict[str, list[object]]:
    """Rate every golden answer; a column for each thing reported."""
    names = ("author", "dimension", "truth", "length", "level", "low", "high", "flags", "judges")
    table: dict[str, list[object]] = {name: [] for name in names}
    for answer in pack.golden:
        result = panel.judge(pack.prompt(answer.prompt), answer.text)
        for score in result.scores:
            rated = [r.level for r in answer.ratings if r.dimension == score.dimension]
            row = (
                answer.author,
                score.dimension,
                float(np.mean(rated)),
                float(np.log(max(len(words(answer.text)), 1))),
                score.level,
                score.low,
                score.high,
                len(result.flags),
                [verdict.level for verdict in score.verdicts],
            )
            for name, value in zip(table, row, strict=True):
                table[name].append(value)
    return table


def main() -> int:
    """Print the figures; return 1 where one misses its target."""
    pack = load_pack(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped_pack())
    started = time.perf_counter()
    panel = load_panel(pack)
    loaded = time.perf_counter()
    table = rate(pack, panel)
    rated = time.perf_counter()
    author = np.array(table["author"])
    dimension = np.array(table["dimension"])
    truth, length, level, low, high = (
        np.array(table[name], dtype=np.float64)
        for name in ("truth", "length", "level", "low", "high")
    )
    error = level - truth
    print(f"pack {pack.id} {pack.version}, {len(truth)} levels; {pack.golden_label}")
    judges = np.array(table["judges"], dtype=np.float64)
    for j, name in enumerate(panel.judges):
        print(
            f"  {name:<12} r {r_of(judges[:, j], truth):.3f}  "
            f"length {partial(judges[:, j], length, truth):+.2f}"
        )
    held = ~np.isin(author, CHOSEN_ON)
    inside = (truth >= low - 1e-9) & (truth <= high + 1e-9)
    parts = {"all authors": held | ~held, "settings chosen on": ~held, "the rest": held}
    for name, rows in parts.items():
        print(
            f"  {name:<19} r {r_of(level[rows], truth[rows]):.3f}  "
            f"RMSE {np.sqrt((error[rows] ** 2).mean()):.3f}  "
            f"kappa {kappa(level[rows], truth[rows]):.3f}  "
            f"cover {inside[rows].mean():.3f}  width {(high - low)[rows].mean():.2f}  "
            f"length {partial(level[rows], length[rows], truth[rows]):+.2f}"
        )
    for name in panel.axes.dimensions:
        rows = dimension == name
        r = r_of(level[rows], truth[rows])
        print(f"  {name:<22} r {r:.3f}  bias {error[rows].mean():+.2f}")
    for name in sorted(set(author.tolist())):
        rows = author == name
        print(f"  {name} bias {error[rows].mean():+.2f}  mean level {truth[rows].mean():.2f}")
    flagged = np.mean(np.array(table["flags"]) > 0)
    nothing = max(panel.judge(p, t).scores[0].level or 0 for p in pack.prompts for t in NOTHING)
    print(f"  flagged {flagged:.3f}; highest level of an answer that says nothing {nothing:.2f}")
    four = [answer for answer in pack.golden if answer.author == pack.golden[0].author][:4]
    begun = time.perf_counter()
    for answer in four:
        panel.judge(pack.prompt(answer.prompt), answer.text)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {os.cpu_count()} cores: loaded in {loaded - started:.1f} s, "
        f"{len(pack.golden) / (rated - loaded):.1f} answers/s, four answers in "
        f"{time.perf_counter() - begun:.2f} s, {memory:.0f} MB"
    )
    fluent, foreign = np.isin(author, FLUENT_BUT_EMPTY), np.isin(author, NOT_NATIVE)
    checks = {
        "r >= 0.88": r_of(level, truth) >= 0.88,
        "RMSE <= 0.60": bool(np.sqrt((error**2).mean()) <= 0.60),
        "coverage 0.85 to 0.95": 0.85 <= inside.mean() <= 0.95,
        "|length| <= 0.30": abs(partial(level, length, truth)) <= 0.30,
        "empty <= 1.25": nothing <= 1.25,
        "false flags <= 0.02": flagged <= 0.02,
        f"fluent but empty <= +0.3 (is {error[fluent].mean():+.2f})": error[fluent].mean() <= 0.3,
        f"not native >= -0.2 (is {error[foreign].mean():+.2f})": error[foreign].mean() >= -0.2,
    }
    for name, kept in checks.items():
        print(f"  {'met   ' if kept else 'MISSED'} {name}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

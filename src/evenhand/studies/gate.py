"""The golden gate: what a change of judge, model, prompt or rubric passes before it is active."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import AnyPanel
from evenhand.rubric import Pack
from evenhand.studies.agreement import (
    BANDS,
    Ceiling,
    bias,
    bootstrap,
    coverage,
    human_ceiling,
    kappa_by_band,
    kendall_tau_b,
    mean_width,
    partial_correlation,
    pearson,
    quadratic_kappa,
    repeat_sd,
    rmse,
    spearman,
)
from evenhand.studies.by_judge import most_abstained
from evenhand.studies.flips import Flip, Standing, flips, ratings_from, standings
from evenhand.studies.golden import GoldenRun, Heard, MarkPair, Progress, run_golden
from evenhand.studies.leaving import (
    by_part,
    filled,
    flipped,
    left_by_band,
    left_by_dimension,
    worst,
)
from evenhand.studies.limits import Limit, Limits, limits_of

FORMAT = "evenhand-gate/1"
SEED = 20


@dataclass(frozen=True)
class Check:
    """One figure held to its limit.

    Attributes:
        code: names it in every output.
        says: what it is, in words.
        asked: the limit in words.
        least, most: the limit in figures; None where that end is open.
        got: the figure; None where it is not defined, which does not pass.
        low, high: its 90 % interval over authors drawn anew; None where none is made.
        source: where the limit comes from.
        where: the dimensions or bands that miss it; those where it is not defined, if there are.
    """

    code: str
    says: str
    asked: str
    least: float | None
    most: float | None
    got: float | None
    low: float | None
    high: float | None
    source: str
    passed: bool
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class GateResult:
    """What came of a gate: JSON-ready by `as_dict`.

    Attributes:
        pack: hash of the pack.
        panel, version: what was tried.
        label: the sentence to show beside the figures.
        checks: each figure held to its limit.
        figures: further figures without a limit, by name; None where not defined.
        dimensions: r, bias and the share abstained from, by dimension.
        bands: kappa of the panel and between raters, and the share abstained from, by band of the
            raters' mean.
        indicators: kappa of marks, and the share of answers where the panel could tell.
        judges: of each by itself: what it was asked, the share that it abstained from, r and bias
            of its own levels, and the share of marks above 0 that no quote bears out.
        against: name and version of the panel compared with; None without one.
        before: its figures, by check code.
        flips: who would change sides of the bar.
        compared: how many candidates were looked at for that.
    """

    pack: str
    panel: str
    version: str
    label: str
    checks: tuple[Check, ...]
    figures: Mapping[str, float | None]
    dimensions: Mapping[str, Mapping[str, float | None]]
    bands: Mapping[str, Mapping[str, float | None]]
    indicators: Mapping[str, Mapping[str, float | None]]
    judges: Mapping[str, Mapping[str, float | None]]
    against: tuple[str, str] | None = None
    before: Mapping[str, float | None] | None = None
    flips: tuple[Flip, ...] = ()
    compared: int = 0

    @property
    def passed(self) -> bool:
        """Say whether every check is passed."""
        return all(check.passed for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return {"format": FORMAT, "passed": self.passed, **asdict(self)}


def run_gate(
    pack: Pack,
    panel: AnyPanel,
    *,
    limits: Limits | None = None,
    against: AnyPanel | None = None,
    progress: Progress | None = None,
    heard: Heard | None = None,
) -> GateResult:
    """Hold a panel against the golden answers, and against another panel.

    With another panel, the golden authors stand in for candidates in the list of who would change
    sides of the bar.

    Args:
        pack: with golden answers.
        panel: what is tried.
        limits: what it is held to; without it, those of the pack.
        against: the panel in use.
        progress: is told after each reading.
        heard: is told what came of each, whichever panel read.

    Raises:
        JudgeError: a panel cannot judge at all.
        StudyError: the pack's limits cannot be read.
    """
    held_to = limits or limits_of(pack)
    run = run_golden(pack, panel, progress=progress, heard=heard)
    result = judge_run(pack, panel, run, held_to)
    if against is None:
        return result
    other = run_golden(pack, against, progress=progress, heard=heard)
    moved = flips(
        _author_standings(pack, against, other), _author_standings(pack, panel, run), pack.bar
    )
    return with_flips(
        result,
        moved,
        compared=len({answer.author for answer in pack.golden}),
        against=(against.name, against.version),
        before={code: told(got) for code, got in _figures(other, held_to).items()},
    )


def with_flips(
    result: GateResult,
    moved: Sequence[Flip],
    *,
    compared: int,
    against: tuple[str, str],
    before: Mapping[str, float | None] | None = None,
) -> GateResult:
    """Return a result with who would change sides of the bar."""
    parts = {name: getattr(result, name) for name in GateResult.__dataclass_fields__}
    parts |= {"flips": tuple(moved), "compared": compared, "against": against, "before": before}
    return GateResult(**parts)


def judge_run(pack: Pack, panel: AnyPanel, run: GoldenRun, limits: Limits) -> GateResult:
    """Hold the readings of a panel to limits."""
    got, parts = _figures(run, limits), by_part(run)
    checks = [
        _check(code, limit, got[code], _interval(code, run), _where(limit, parts.get(code, {})))
        for code, limit in limits.checks.items()
    ]
    for name, group in limits.groups.items():
        checks.append(_check(f"bias:{name}", group.limit, got[f"bias:{name}"], None))
    raters = _ceiling(pack)
    by_band = kappa_by_band(run.level, run.truth, run.truth)
    left, left_in = left_by_dimension(run), left_by_band(run)
    return GateResult(
        pack=pack.hash,
        panel=panel.name,
        version=panel.version,
        label=pack.golden_label,
        checks=tuple(checks),
        figures={name: told(value) for name, value in _further(run, raters).items()},
        dimensions={
            one.id: {
                "r": told(pearson(run.level[rows], run.truth[rows])),
                "bias": told(bias(run.level[rows], run.truth[rows])),
                "abstained": left.get(one.id),
            }
            for one in pack.dimensions
            for rows in [run.dimension == one.id]
        },
        bands={
            band: {
                "panel": told(by_band[band]),
                "raters": told(raters.by_band[band]),
                "abstained": left_in.get(band),
            }
            for band in BANDS
        },
        indicators=_indicators(run.marks),
        judges={
            name: {what: told(value) for what, value in one.figures().items()}
            for name, one in run.judges.items()
        },
    )


def told(value: float) -> float | None:
    """Return a figure as JSON can hold it: None where it is not a number."""
    return None if math.isnan(value) else float(value)


def _check(
    code: str,
    limit: Limit,
    got: float,
    interval: tuple[float | None, float | None] | None,
    where: tuple[str, ...] = (),
) -> Check:
    low, high = interval or (None, None)
    passed = limit.keeps(got)
    return Check(
        code, limit.says, limit.asked, limit.low, limit.high, told(got), low, high, limit.source,
        passed, where,
    )  # fmt: skip


def _where(limit: Limit, parts: Mapping[str, float]) -> tuple[str, ...]:
    undefined = tuple(name for name, value in parts.items() if math.isnan(value))
    return undefined or tuple(name for name, value in parts.items() if not limit.keeps(value))


def _figures(run: GoldenRun, limits: Limits) -> dict[str, float]:
    """Return every figure that may have a limit, by its code."""
    parts, (level, truth) = by_part(run), filled(run)
    both = ~np.isnan(run.first) & ~np.isnan(run.second)
    figures = {
        "r": pearson(run.level, run.truth),
        "rmse": rmse(run.level, run.truth),
        "kappa": quadratic_kappa(run.level, run.truth),
        "dimension_r": worst(parts["dimension_r"], lowest=True),
        "r_filled": pearson(level, truth),
        "rmse_filled": rmse(level, truth),
        "coverage": coverage(run.truth, run.low, run.high),
        "length": partial_correlation(run.level, run.length, run.truth),
        "nothing": run.nothing,
        "false_flags": run.flagged,
        "unsupported": float(run.unsupported),
        "repeat": repeat_sd(run.first[both], run.second[both]),
        "repeat_flips": flipped(run),
        "abstained": run.abstained,
        "dimension_abstained": worst(parts["dimension_abstained"], lowest=False),
        "band_abstained": worst(parts["band_abstained"], lowest=False),
        "judge_abstained": most_abstained(run.judges.values()),
        "seconds": float(np.quantile(run.seconds, 0.99)) if len(run.seconds) else math.nan,
        "cost": _mean(run.cost),
    }
    for name, group in limits.groups.items():
        rows = np.isin(run.author, group.authors)
        figures[f"bias:{name}"] = bias(run.level[rows], run.truth[rows])
    return figures


def _interval(code: str, run: GoldenRun) -> tuple[float | None, float | None] | None:
    statistics = {
        "r": lambda rows: pearson(run.level[rows], run.truth[rows]),
        "rmse": lambda rows: rmse(run.level[rows], run.truth[rows]),
        "kappa": lambda rows: quadratic_kappa(run.level[rows], run.truth[rows]),
        "coverage": lambda rows: coverage(run.truth[rows], run.low[rows], run.high[rows]),
        "length": lambda rows: partial_correlation(
            run.level[rows], run.length[rows], run.truth[rows]
        ),
    }
    if code not in statistics:
        return None
    found = bootstrap(statistics[code], run.author, seed=SEED)
    return told(found.low), told(found.high)


def _further(run: GoldenRun, raters: Ceiling) -> dict[str, float]:
    timed = len(run.seconds) > 0
    return {
        "levels": float(len(run.level)),
        "bias": bias(run.level, run.truth),
        "spearman": spearman(run.level, run.truth),
        "tau_b": kendall_tau_b(run.level, run.truth),
        "width": mean_width(run.low, run.high),
        "raters_r": raters.r,
        "raters_kappa": raters.kappa,
        "seconds_p50": float(np.quantile(run.seconds, 0.5)) if timed else math.nan,
        "seconds_p99": float(np.quantile(run.seconds, 0.99)) if timed else math.nan,
        "cost_per_answer": _mean(run.cost),
        "cost_in_all": run.spent,
    }


def _mean(values: NDArray[np.float64]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _indicators(marks: Sequence[MarkPair]) -> dict[str, dict[str, float | None]]:
    by_indicator: dict[str, list[MarkPair]] = {}
    for pair in marks:
        by_indicator.setdefault(pair.indicator, []).append(pair)
    found = {}
    for name, pairs in by_indicator.items():
        clear = [(p.raters, p.panel) for p in pairs if p.panel is not None]
        table: NDArray[np.float64] = np.array(clear, dtype=np.float64).reshape(-1, 2)
        kappa = quadratic_kappa(table[:, 0], table[:, 1], step=1.0)
        found[name] = {"kappa": told(kappa), "told": len(clear) / len(pairs)}
    return found


def _ceiling(pack: Pack) -> Ceiling:
    return human_ceiling(
        [(f"{a.id} {r.dimension}", r.rater, r.level) for a in pack.golden for r in a.ratings]
    )


def _author_standings(pack: Pack, panel: AnyPanel, run: GoldenRun) -> list[Standing]:
    ratings = [
        rating
        for answer in pack.golden
        for rating in ratings_from(answer.author, answer.prompt, run.results[answer.id])
    ]
    if not ratings:
        return []
    return standings(ratings, panel.components, bar=pack.bar, weights=pack.weights)

"""From a judge's levels to the raters': a monotone map and a facet, fitted on golden answers.

Everything is fitted once on all golden authors and once without each of them, so that a golden
answer is never rated by a map that has seen its author.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.calibration import EVERYBODY, text_key
from evenhand.judges.combine import MIDDLE, OWN_NOISE
from evenhand.judges.errors import JudgeError
from evenhand.judges.judged import FEWEST_AUTHORS
from evenhand.judges.learning import FOLDS
from evenhand.judges.llm import grounding, prompting
from evenhand.judges.llm.config import JudgeConfig, PanelConfig
from evenhand.measure import JudgeFacet
from evenhand.rubric import Pack

Array = NDArray[np.float64]

MOST_KNOTS, PER_KNOT = 8, 12
FEWEST = 30
"""Answers that a map needs; below, a judge stays provisional."""


@dataclass(frozen=True)
class JudgeFit:
    """A judge fitted to some authors.

    Attributes:
        raw, mapped: Knots of the map, both ascending; straight between them, level beyond.
        facet: How the mapped levels relate to the raters' mean.
        spread: Root mean square error of mapped levels of authors left out.
    """

    raw: tuple[float, ...]
    mapped: tuple[float, ...]
    facet: JudgeFacet
    spread: float

    def level(self, raw: float) -> float:
        """Map a level."""
        return float(np.interp(raw, self.raw, self.mapped))


@dataclass(frozen=True)
class JudgeCalibration:
    """What is known of one judge on one pack.

    Attributes:
        made_from: What it was made from; another judge, prompt or pack needs another.
        answers: How many rated (answer, dimension) pairs it rests on.
        correlation: Of mapped levels with the raters' mean, authors left out.
        without: Fits by the author left out; `EVERYBODY` for none.
        authors: Author by the key of each golden text.
    """

    made_from: Mapping[str, str]
    answers: int
    correlation: float
    without: Mapping[str, JudgeFit]
    authors: Mapping[str, str]

    def fit_for(self, text: str) -> JudgeFit:
        """Return the fit to rate a text by: the author left out where it is golden."""
        return self.without[self.authors.get(text_key(text), EVERYBODY)]

    def blind_to(self, author: str) -> "JudgeCalibration":
        """Return it as if nobody had ever seen what an author wrote, whatever is rated."""
        fit = self.without.get(author, self.without[EVERYBODY])
        return replace(self, without={**self.without, EVERYBODY: fit}, authors={})

    def facet(self, author: str) -> JudgeFacet:
        """Return the facet without an author."""
        return self.without[author].facet


def calibrate_judge(
    levels: Array, mean: Array, author: NDArray[np.str_], common: float
) -> JudgeFit:
    """Fit the map and the facet of one judge.

    Args:
        levels: (n,) what the judge says, uncalibrated.
        mean: (n,) the raters' mean.
        author: (n,) who wrote the answer.
        common: Error variance that all model judges share, in levels squared.

    Raises:
        JudgeError: there are too few answers or authors.
    """
    names = sorted(set(author.tolist()))
    if len(levels) < FEWEST or len(names) < FEWEST_AUTHORS - 1:
        raise JudgeError(
            f"{len(levels)} verdicts on answers of {len(names)} authors; calibration needs "
            f"at least {FEWEST} of {FEWEST_AUTHORS}"
        )
    found = cross_fitted(levels, mean, author)
    loading = max(float(np.polyfit(mean, found, 1)[0]), 0.0)
    at_middle = float(found.mean() + loading * (MIDDLE - mean.mean()))
    residual = float((found - (at_middle + loading * (mean - MIDDLE))).var())
    facet = JudgeFacet(
        MIDDLE - at_middle,
        loading,
        max(residual - loading**2 * common, OWN_NOISE),
        residual / len(names),
    )
    raw, mapped = fit_map(levels, mean)
    return JudgeFit(raw, mapped, facet, float(np.sqrt(((found - mean) ** 2).mean())))


def cross_fitted(levels: Array, mean: Array, author: NDArray[np.str_]) -> Array:
    """Map the levels of each sixth of the authors by a map fitted to the others: (n,)."""
    names = sorted(set(author.tolist()))
    fold = np.array([names.index(name) % FOLDS for name in author.tolist()])
    found = np.empty_like(levels)
    for number in range(FOLDS):
        held = fold == number
        if held.any():
            raw, mapped = fit_map(levels[~held], mean[~held])
            found[held] = np.interp(levels[held], raw, mapped)
    return found


def fit_map(levels: Array, mean: Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Fit a monotone map: means of the raters' levels by quantile of the judge's, pooled upwards.

    Pooling adjacent violators (Ayer et al. 1955) makes the means ascend.
    """
    count = int(np.clip(len(levels) // PER_KNOT, 1, MOST_KNOTS))
    edges = np.unique(np.quantile(levels, np.linspace(0, 1, count + 1)[1:-1]))
    cell = np.searchsorted(edges, levels, side="right")
    blocks: list[tuple[float, float, int]] = []
    for number in np.unique(cell):
        here = cell == number
        blocks.append((float(levels[here].mean()), float(mean[here].mean()), int(here.sum())))
        while len(blocks) > 1 and blocks[-1][1] <= blocks[-2][1]:
            (x, y, n), (u, v, m) = blocks.pop(), blocks.pop()
            blocks.append(((x * n + u * m) / (n + m), (y * n + v * m) / (n + m), n + m))
    return tuple(x for x, _, _ in blocks), tuple(y for _, y, _ in blocks)


def calibrate_all(
    pack: Pack, judge: JudgeConfig, rows: list[tuple[str, float, float]], common: float
) -> JudgeCalibration:
    """Fit one judge on all golden authors and without each of them.

    Args:
        pack: Whose golden answers were rated.
        judge: Who rated them.
        rows: Author, the judge's uncalibrated level and the raters' mean of each verdict.
        common: Error variance that all model judges share.

    Raises:
        JudgeError: there are too few answers or authors.
    """
    author = np.array([row[0] for row in rows])
    levels, mean = (np.array([row[place] for row in rows]) for place in (1, 2))
    without = {EVERYBODY: calibrate_judge(levels, mean, author, common)}
    for name in sorted({answer.author for answer in pack.golden}):
        keep = author != name
        without[name] = calibrate_judge(levels[keep], mean[keep], author[keep], common)
    found = cross_fitted(levels, mean, author)
    flat = float(found.std()) == 0 or float(mean.std()) == 0
    return JudgeCalibration(
        made_from(pack, judge),
        len(rows),
        0.0 if flat else float(np.corrcoef(found, mean)[0, 1]),
        without,
        {text_key(answer.text): answer.author for answer in pack.golden},
    )


def made_from(pack: Pack, judge: JudgeConfig) -> dict[str, str]:
    """Name what a calibration is made from."""
    return {
        "judge": judge.hash,
        "prompts": prompting.VERSION,
        "grounding": grounding.VERSION,
        "pack": pack.source_hash,
    }


def calibration_folder(panel: PanelConfig) -> Path:
    """Return where calibrations stand, and what they are made from: beside the panels file."""
    return panel.source.parent / f"{panel.source.stem}.calibration"


def calibration_file(panel: PanelConfig, judge: JudgeConfig, pack: Pack) -> Path:
    """Return where a judge's calibration stands."""
    return calibration_folder(panel) / f"{judge.name}.{pack.id}.json"


def save_calibration(found: JudgeCalibration, file: Path) -> None:
    """Write a calibration."""
    file.parent.mkdir(parents=True, exist_ok=True)
    plain = {
        "made_from": dict(found.made_from),
        "answers": found.answers,
        "correlation": found.correlation,
        "without": {
            author: {
                "raw": fit.raw,
                "mapped": fit.mapped,
                "facet": vars(fit.facet),
                "spread": fit.spread,
            }
            for author, fit in found.without.items()
        },
        "authors": dict(sorted(found.authors.items())),
    }
    file.write_text(json.dumps(plain, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read_calibration(file: Path, made: Mapping[str, str]) -> JudgeCalibration | None:
    """Read a calibration; None where there is none, or it was made from something else.

    Raises:
        JudgeError: the file is broken.
    """
    if not file.is_file():
        return None
    try:
        plain: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        found = JudgeCalibration(
            dict(plain["made_from"]),
            int(plain["answers"]),
            float(plain["correlation"]),
            {author: _fit_of(fit) for author, fit in plain["without"].items()},
            dict(plain["authors"]),
        )
        found.without[EVERYBODY]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise JudgeError(
            f"{file}: the calibration is broken ({error}); remove it, or calibrate again"
        ) from error
    return found if found.made_from == made else None


def _fit_of(plain: Mapping[str, Any]) -> JudgeFit:
    raw, mapped = ([float(x) for x in plain[name]] for name in ("raw", "mapped"))
    return JudgeFit(tuple(raw), tuple(mapped), JudgeFacet(**plain["facet"]), float(plain["spread"]))

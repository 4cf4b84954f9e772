"""What each judge of a panel said of the golden answers by itself.

The panel's joined level hides a judge that never answered: the others give one all the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import PanelResult, Verdict
from evenhand.rubric import Pack
from evenhand.studies.agreement import bias, pearson


@dataclass(frozen=True, eq=False)
class JudgeRun:
    """One judge over the golden answers that it was asked about.

    Attributes:
        asked: how many (answer, dimension) it gave a verdict on, abstentions among them.
        level, truth: (n,) where it gave a level: its own, and the raters' mean.
        claimed, ungrounded: marks above 0 that it gave, and those of them that no quote bears out.
    """

    asked: int
    level: NDArray[np.float64]
    truth: NDArray[np.float64]
    claimed: int
    ungrounded: int

    @property
    def abstained(self) -> float:
        """Share of what it was asked about that it gave no level; NaN where nothing was asked."""
        return 1 - len(self.level) / self.asked if self.asked else math.nan

    def figures(self) -> dict[str, float]:
        """Return what is shown of it, by name; NaN where a figure is not defined."""
        return {
            "asked": float(self.asked),
            "abstained": self.abstained,
            "r": pearson(self.level, self.truth),
            "bias": bias(self.level, self.truth),
            "ungrounded": self.ungrounded / self.claimed if self.claimed else math.nan,
        }


def judges_of(
    pack: Pack, names: Sequence[str], results: Mapping[str, PanelResult]
) -> dict[str, JudgeRun]:
    """Gather the verdicts of each judge of a panel on the dimensions that raters rated.

    Args:
        pack: with golden answers.
        names: of every judge of the panel; one that was never asked is among what is returned.
        results: by the id of the golden answer.
    """
    said: dict[str, list[tuple[Verdict, float]]] = {name: [] for name in names}
    for answer in pack.golden:
        for verdict in _asked(results[answer.id]):
            rated = [r.level for r in answer.ratings if r.dimension == verdict.dimension]
            if rated:
                said.setdefault(verdict.judge, []).append((verdict, float(np.mean(rated))))
    return {name: _run(rows) for name, rows in said.items()}


def most_abstained(judges: Iterable[JudgeRun]) -> float:
    """Return the share of the judge that abstained most.

    It is NaN where one was never asked: nothing is known of that one.
    """
    shares = [one.abstained for one in judges]
    # NaN is not smaller than anything, so it is asked for by name.
    return float(np.max(shares)) if shares else math.nan


def _asked(result: PanelResult) -> list[Verdict]:
    """Return the verdicts but for those of judges that were not asked, as of an empty answer."""
    spared = {(one.dimension, one.judge) for one in result.decisions if not one.asked}
    return [
        verdict
        for score in result.scores
        for verdict in score.verdicts
        if (verdict.dimension, verdict.judge) not in spared
    ]


def _run(rows: Sequence[tuple[Verdict, float]]) -> JudgeRun:
    told = [(verdict.level, truth) for verdict, truth in rows if verdict.level is not None]
    table = np.array(told, dtype=np.float64).reshape(-1, 2)
    return JudgeRun(
        asked=len(rows),
        level=table[:, 0],
        truth=table[:, 1],
        claimed=sum(verdict.claimed for verdict, _ in rows),
        ungrounded=sum(verdict.ungrounded for verdict, _ in rows),
    )

"""The concordance study: do the candidates whom people would have advanced score highest?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from evenhand.studies.concordance.auc import auc_with_interval, roc, tau_b_with_interval
from evenhand.studies.concordance.brier import Brier, brier
from evenhand.studies.concordance.calibration import Group, Line, groups, line
from evenhand.studies.concordance.ceiling import Ceiling, ceiling
from evenhand.studies.concordance.curve import Benefit, decision_curve
from evenhand.studies.concordance.disagreeing import Disagreement, disagreements
from evenhand.studies.concordance.kappa import Table, design_effect, kappa_with_interval, table_of
from evenhand.studies.concordance.planning import needed_for_auc, needed_for_kappa
from evenhand.studies.concordance.values import (
    TOO_FEW,
    Decision,
    Figure,
    Flags,
    Sample,
    Score,
    by_cluster,
    sample_of,
    untold,
)

CUT: Final = 0.5
"""The panel's side: at or above the bar from this P on."""
WANTED: Final = 0.1
"""Half-width that n is worked out for."""
DRAWS: Final = 2000


@dataclass(frozen=True)
class Parts:
    """What is told only where there are enough candidates."""

    brier: Brier
    line: Line
    roc: Sequence[tuple[float, float, float]]
    groups: Sequence[Group]
    curve: Sequence[Benefit]


@dataclass(frozen=True)
class Needed:
    """How many candidates give kappa and the AUC a half-width of `half`, at what was observed."""

    half: float
    kappa: int
    auc: int


@dataclass(frozen=True)
class Concordance:
    """The study's result. Figures that are not told say why; counts always are.

    Attributes:
        candidates, decisions, judges: how many have both a score and a decision.
        advanced: share of decisions to advance.
        without_score, without_decision: candidates left out.
        cut: the P from which the panel's side is the yes side.
        confidence: of the intervals.
        table: the 2 x 2 of decisions.
        kappa, auc, tau_b: with intervals.
        expected_kappa: kappa when each candidate's side is drawn with their P; its interval is the
            range of such draws: how far kappa could move because the estimates are not certain.
        parts: Brier score, calibration and curves; None where there are too few.
        ceiling: people among themselves; None where nobody was judged by two.
        needed: None where kappa or the AUC is not told.
        disagreements: the most surprising first.
    """

    candidates: int
    decisions: int
    judges: int
    advanced: float
    without_score: int
    without_decision: int
    cut: float
    confidence: float
    table: Table
    kappa: Figure
    expected_kappa: Figure
    auc: Figure
    tau_b: Figure
    parts: Parts | None
    ceiling: Ceiling | None
    needed: Needed | None
    disagreements: Sequence[Disagreement]

    def as_dict(self) -> dict[str, Any]:
        """Return the result for JSON: infinite ends and what is not defined are null."""
        plain = asdict(self)
        plain["agreement"], plain["pabak"] = self.table.agreement, self.table.pabak
        if self.ceiling is not None:
            plain["ceiling"]["share"] = self.ceiling.share
        cleaned: dict[str, Any] = _finite(plain)
        return cleaned


def study(
    scores: Sequence[Score],
    decisions: Sequence[Decision],
    *,
    cut: float = CUT,
    confidence: float = 0.9,
    wanted: float = WANTED,
    seed: int = 0,
) -> Concordance:
    """Hold scores against what people would have done.

    Every decision counts; those on one candidate are not independent, and every interval is over
    candidates.

    Args:
        scores: one a candidate.
        decisions: one a candidate and judge.
        cut: the panel's side of a candidate is yes from this P on.
        confidence: of the intervals.
        wanted: half-width that n is worked out for.
        seed: of the draws of `expected_kappa`.
    """
    sample = sample_of(scores, decisions)
    decided = {one.candidate for one in decisions}
    side = sample.p >= cut
    table = table_of(side.astype(float), sample.advance.astype(float))
    kappa = auc = tau_b = expected = untold(TOO_FEW)
    parts, needed = None, None
    if sample.enough:
        kappa = kappa_with_interval(side, sample.advance, sample.of, confidence)
        expected = _expected_kappa(sample, confidence, seed)
        auc = auc_with_interval(sample.p, sample.advance, sample.of, confidence)
        tau_b = tau_b_with_interval(sample.p, sample.advance, sample.of, auc, confidence)
        parts = _parts(sample, confidence)
        needed = _needed(sample, side, table, auc, wanted, confidence)
    return Concordance(
        candidates=len(sample.candidates),
        decisions=len(sample.of),
        judges=len(set(sample.judges)),
        advanced=float(sample.advance.mean()) if len(sample.of) else math.nan,
        without_score=len(decided - set(sample.candidates)),
        without_decision=len({one.candidate for one in scores} - set(sample.candidates)),
        cut=cut,
        confidence=confidence,
        table=table,
        kappa=kappa,
        expected_kappa=expected,
        auc=auc,
        tau_b=tau_b,
        parts=parts,
        ceiling=ceiling(sample, cut, confidence),
        needed=needed,
        disagreements=disagreements(sample, cut),
    )


def _parts(sample: Sample, confidence: float) -> Parts:
    advance = sample.advance.astype(float)
    of = sample.of
    return Parts(
        brier(sample.p, advance, of, confidence),
        line(sample.p, advance, of, confidence),
        roc(sample.p, sample.advance),
        groups(sample.p, advance, of, confidence),
        decision_curve(sample.p, advance, of, confidence),
    )


def _expected_kappa(sample: Sample, confidence: float, seed: int) -> Figure:
    """Return kappa of the table of expected counts, and the range of kappas of drawn sides."""
    y = sample.advance.astype(float)
    value = table_of(sample.p, y).kappa
    rng = np.random.default_rng(seed)
    n, share = len(y), float(y.mean())
    yes, every = by_cluster(y, sample.of), by_cluster(np.ones(n), sample.of)
    p_of = by_cluster(sample.p, sample.of) / every
    drawn = np.empty(DRAWS)
    for k in range(DRAWS):
        # One draw at a time: thousands of candidates by thousands of draws fill the memory.
        side = rng.random(len(p_of)) < p_of
        agreement = (yes[side].sum() + (every - yes)[~side].sum()) / n
        said = every[side].sum() / n
        chance = said * share + (1 - said) * (1 - share)
        drawn[k] = (agreement - chance) / (1 - chance)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Figure(value, float(low), float(high))


def _needed(
    sample: Sample, side: Flags, table: Table, auc: Figure, wanted: float, confidence: float
) -> Needed | None:
    if auc.value is None or auc.low is None or math.isnan(table.kappa):
        return None
    effect = design_effect(side, sample.advance, sample.of)
    decisions_each = len(sample.of) / len(sample.candidates)
    # An AUC of 1 would need nobody: its interval's middle is taken instead.
    area = auc.value if 0 < auc.value < 1 else ((auc.low or 0) + (auc.high or 1)) / 2
    share = float(sample.advance.mean())
    return Needed(
        wanted,
        needed_for_kappa(table.plus(0.5), wanted, confidence, effect / decisions_each),
        needed_for_auc(area, share, wanted, confidence),
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value

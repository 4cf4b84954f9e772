"""A concordance study as lines for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.studies.concordance.study import Concordance, Parts
from evenhand.studies.concordance.values import TOO_FEW, Figure
from evenhand.studies.telling import NEEDS, told

SHOWN = 20


def lines_of(result: Concordance) -> Iterator[str]:
    """Yield the study, figure by figure, with what its size supports."""
    table, percent = result.table, f"{result.confidence:.0%}"
    yield (
        f"{result.candidates} candidates with {result.decisions} decisions of {result.judges} "
        f"judges; intervals at {percent}"
    )
    if result.without_score or result.without_decision:
        yield (
            f"left out: {result.without_score} with a decision and no score, "
            f"{result.without_decision} with a score and no decision"
        )
    yield ""
    yield f"{'':34}{'would advance':>14}{'would not':>11}"
    above = f"P(at or above the bar) >= {result.cut:g}"
    yield f"{above:<34}{table.both_yes:>14.0f}{table.panel_only:>11.0f}"
    yield f"{'below':<34}{table.people_only:>14.0f}{table.both_no:>11.0f}"
    yield ""
    if result.candidates:
        yield f"same side               {table.agreement:.0%}"
    yield f"kappa                   {told(result.kappa)}"
    if result.kappa.value is not None:
        yield f"  at equal shares       {table.pabak:.2f} (PABAK)"
        yield f"  sides drawn by P      {told(result.expected_kappa)}"
    yield f"AUC                     {told(result.auc)}"
    yield f"tau-b                   {told(result.tau_b)}"
    if result.parts is None:
        yield NEEDS
    else:
        yield from _parts(result.parts)
    yield from _ceiling(result)
    yield from _needed(result)
    yield from _disagreements(result)


def _parts(parts: Parts) -> Iterator[str]:
    score, curve = parts.brier, parts.curve
    yield f"Brier                   {told(score.score, '.3f')}; {score.null:.3f} with no knowledge"
    yield (
        f"  miscalibration        {score.miscalibration:.3f}, discrimination "
        f"{score.discrimination:.3f}, skill {told(score.skill)}"
    )
    yield f"calibration intercept   {told(parts.line.intercept)}; 0 is right"
    yield f"calibration slope       {told(parts.line.slope)}; 1 is right"
    yield ""
    yield "net benefit by threshold: of the score, of advancing all, of advancing nobody"
    for one in curve[1::4]:
        figure = told(Figure(one.net, one.low, one.high, TOO_FEW), "+.3f")
        yield f"  {one.threshold:.2f}  {figure}  {one.everyone:+.3f}  0"


def _ceiling(result: Concordance) -> Iterator[str]:
    yield ""
    one = result.ceiling
    if one is None:
        yield "people among themselves: nobody was judged by two, so the ceiling is not known"
        return
    yield f"people among themselves ({one.candidates} candidates, {one.pairs} pairs)"
    yield f"  kappa                 {told(one.kappa)}; the panel with them {told(one.panel)}"
    yield f"  AUC                   {told(one.auc)}"
    if one.gap.value is not None:
        share = "" if one.share is None else f", {one.share:.0%} of people's own"
        yield f"  panel minus people    {told(one.gap, '+.2f')}{share}"


def _needed(result: Concordance) -> Iterator[str]:
    if result.needed is not None:
        yield (
            f"for plus or minus {result.needed.half:g}: {result.needed.kappa} candidates for "
            f"kappa, {result.needed.auc} for the AUC"
        )


def _disagreements(result: Concordance) -> Iterator[str]:
    yield ""
    apart = result.disagreements
    yield f"{len(apart)} candidates on whom the panel and somebody part, most surprising first"
    for one in apart[:SHOWN]:
        yes, no = ", ".join(one.advance) or "nobody", ", ".join(one.not_advance) or "nobody"
        yield (
            f"  {one.candidate}: P {one.p_bar:.2f}; advance: {yes}; not: {no}; "
            f"{one.surprise:.1f} bits"
        )
    if len(apart) > SHOWN:
        yield f"  and {len(apart) - SHOWN} more (all of them with --json)"

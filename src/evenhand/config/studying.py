"""Studies at an operator's word: what `evenhand study` does."""

from __future__ import annotations

from pathlib import Path

import click

from evenhand.config.commands import (
    AS_JSON,
    CONFIDENCE,
    EXISTING_FILE,
    LEVEL,
    Within,
    example,
    say,
)


@click.group()
def study() -> None:
    """Hold scores against what people would have done, and against what came of it."""


@study.command()
@click.argument("estimates", type=EXISTING_FILE)
@click.argument("decisions", type=EXISTING_FILE)
@click.option("--bar", type=LEVEL, help="Another bar than the estimates'; P is worked out anew.")
@click.option(
    "--cut",
    type=Within(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    help="P(at or above the bar) from which the panel's side is yes.",
)
@click.option("--dimension", default="overall", show_default=True, help="Which estimates.")
@click.option(
    "--wanted",
    type=Within(0, 1, min_open=True),
    default=0.1,
    show_default=True,
    help="Half-width of an interval to work n out for.",
)
@CONFIDENCE
@AS_JSON
@example("evenhand study concordance estimates.csv decisions.csv --bar 3.5")
def concordance(
    estimates: Path,
    decisions: Path,
    bar: float | None,
    cut: float,
    dimension: str,
    wanted: float,
    confidence: float,
    as_json: bool,
) -> None:
    """See whether the candidates whom people would have advanced score highest.

    ESTIMATES is what `evenhand measure` writes. DECISIONS is a CSV with candidate, judge and
    advance (yes or no), made without sight of a score; sure (0 to 100) and date may stand beside.
    """
    from evenhand.studies.concordance import lines_of, read_decisions_csv, read_scores_csv
    from evenhand.studies.concordance import study as held
    from evenhand.studies.errors import StudyError

    scores = read_scores_csv(estimates, dimension=dimension, bar=bar)
    result = held(
        scores, read_decisions_csv(decisions), cut=cut, confidence=confidence, wanted=wanted
    )
    if not result.candidates:
        raise StudyError(
            f"{decisions.name}: names no candidate of {estimates.name}, such as "
            f"{scores[0].candidate}"
        )
    say(result.as_dict(), lines_of(result), as_json=as_json)


@study.command()
@click.argument("estimates", type=EXISTING_FILE)
@click.argument("outcomes", type=EXISTING_FILE)
@click.option("--signals", type=EXISTING_FILE, help="CSV with candidate, kind, name and value.")
@click.option("--outcome", default="", help="Which outcome, where the file has several.")
@click.option("--dimension", default="overall", show_default=True, help="Which estimates.")
@click.option(
    "--reliability",
    type=Within(0, 1, min_open=True),
    help="Of the outcome, such as 0.52 for a supervisor's rating; tests the claim of 80 %.",
)
@CONFIDENCE
@AS_JSON
@example("evenhand study validity estimates.csv ratings.csv --signals signals.csv")
def validity(
    estimates: Path,
    outcomes: Path,
    signals: Path | None,
    outcome: str,
    dimension: str,
    reliability: float | None,
    confidence: float,
    as_json: bool,
) -> None:
    """See whether the score, and conventional signals, go with what came of it.

    ESTIMATES is what `evenhand measure` writes. OUTCOMES is a CSV with candidate, outcome and
    value, or one of decisions as `evenhand study concordance` reads.
    """
    from evenhand.studies.validity import (
        lines_of,
        read_levels_csv,
        read_outcome_csv,
        read_signals_csv,
    )
    from evenhand.studies.validity import validity as held

    name, values = read_outcome_csv(outcomes, name=outcome)
    result = held(
        read_levels_csv(estimates, dimension=dimension),
        read_signals_csv(signals) if signals else [],
        values,
        name=name,
        confidence=confidence,
        reliability=reliability,
    )
    say(result.as_dict(), lines_of(result), as_json=as_json)

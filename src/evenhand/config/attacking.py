"""Attacking a panel at an operator's word: what `evenhand redteam` does."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from evenhand.config.commands import AS_JSON, EXISTING_FOLDER, example, say

_PHRASES = Path(__file__).parents[1] / "studies" / "redteam" / "phrases"
SETS = sorted(file.stem for file in _PHRASES.glob("*.yaml"))
"""By their files: the studies are loaded only where they are run."""


@click.command()
@click.option("--pack", required=True, type=EXISTING_FOLDER, help="Folder of the pack.")
@click.option("--panel", default="embedded", show_default=True, help="NAME or FILE:NAME.")
@click.option(
    "--each",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Golden answers of each of three qualities that each attack is put into.",
)
@click.option(
    "--phrases",
    type=click.Choice(SETS),
    default="first",
    show_default=True,
    help="What the attacks say: the detectors were written with the first set in view.",
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    help="Bound the run: so many answers for each attack, and what is flagged is not read.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of every draw.")
@AS_JSON
@example("evenhand redteam --pack packs/production-ml-engineer --panel embedded")
def redteam(
    pack: Path, panel: str, each: int, phrases: str, most: int | None, seed: int, as_json: bool
) -> None:
    """Attack a panel, and see what a text can win that its content does not earn.

    Score gain by class of attack, how many were flagged, and how many honest answers were. Exit
    code 1 where a limit is passed.
    """
    from evenhand.config.panels import named_panel
    from evenhand.judges import load_panel
    from evenhand.rubric import load_pack
    from evenhand.studies import redteam as study

    loaded = load_pack(pack)
    name, file = named_panel(panel)
    attacked = load_panel(loaded, name, panels=file, environ=os.environ)
    trials: list[study.Trial] = []
    with (
        closing(attacked),
        click.progressbar(
            study.run(
                loaded, attacked, study.load_phrases(phrases), each=each, seed=seed, most=most
            ),
            length=study.size(loaded, each, seed, most),
            label="attacking",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as bar,
    ):
        for found in bar:
            trials.extend(found)
        abstained = study.abstained_from(loaded, attacked) if most is None else None
        flagged = study.false_flags(loaded, attacked)
    report = study.report_on(trials, flagged, abstained=abstained)
    say(report.as_dict(), report.lines(), as_json=as_json)
    raise SystemExit(0 if report.passed else 1)

"""The command line: `evenhand`.

Each command imports what it needs when it runs, so that `evenhand ledger verify` works where no
database, no model and no web framework is set up.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from evenhand import __version__
from evenhand.config import accounts
from evenhand.config.attacking import redteam
from evenhand.config.auditing import ledger, replay
from evenhand.config.commands import (
    AS_JSON,
    CONFIDENCE,
    EXISTING_FILE,
    EXISTING_FOLDER,
    LEVEL,
    NEW_FILE,
    Within,
    example,
    say,
    write_whole,
)
from evenhand.config.keeping import keys
from evenhand.config.saving import backup, restore
from evenhand.config.studying import study


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Structured interviews, scored with intervals whose coverage is measured."""


cli.add_command(redteam)
cli.add_command(replay)
cli.add_command(ledger)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(keys)
cli.add_command(study)
for _command in accounts.COMMANDS:
    cli.add_command(_command)


@cli.command()
@click.argument("answers", type=EXISTING_FILE)
@click.option("--pack", required=True, type=EXISTING_FOLDER, help="Folder of the pack.")
@click.option("--panel", default="embedded", show_default=True, help="Name of the panel.")
@click.option("--out", type=NEW_FILE, help="File to write; without it, the scores are printed.")
@CONFIDENCE
@example("evenhand score answers.jsonl --pack packs/production-ml-engineer --out scores.jsonl")
def score(answers: Path, pack: Path, panel: str, out: Path | None, confidence: float) -> None:
    """Score written answers.

    ANSWERS is JSON Lines with {"id", "prompt", "text"} in each line. A line for each answer and
    dimension comes out, with level, interval, flags and every judge's verdict.
    """
    from evenhand.config.panels import panels_file
    from evenhand.judges import load_panel, read_answers, score_lines
    from evenhand.rubric import load_pack

    loaded = load_pack(pack)
    lines = read_answers(answers, loaded)
    if not lines:
        click.echo(f"{answers}: holds no answer, so there is nothing to score", err=True)
    judges = load_panel(loaded, panel, panels=panels_file(), environ=os.environ)
    if judges.provisional:
        names = ", ".join(judges.provisional)
        click.echo(f"panel {panel}: not calibrated on this pack, provisional: {names}", err=True)
    with (
        closing(judges),
        click.progressbar(
            score_lines(lines, loaded, judges, confidence=confidence),
            length=sum(len(loaded.prompt(line.prompt).dimensions) for line in lines),
            label="scoring",
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as bar,
    ):
        write_whole((json.dumps(row, ensure_ascii=False) + "\n" for row in bar), out)


@cli.command()
@click.argument("ratings", type=EXISTING_FILE)
@click.option("--out", required=True, type=NEW_FILE, help="File of estimates to write.")
@click.option("--bar", type=LEVEL, default=3.5, show_default=True, help="Level to compare with.")
@CONFIDENCE
@AS_JSON
@example("evenhand measure ratings.csv --out estimates.csv --bar 3.5")
def measure(ratings: Path, out: Path, bar: float, confidence: float, as_json: bool) -> None:
    """Turn ratings into estimates with intervals.

    RATINGS is a CSV with candidate, dimension, task, round, rater, rater_kind and level; the
    estimates have candidate, dimension, mean, sd, low, high and p_bar, `overall` included.
    """
    from evenhand.measure import (
        estimate,
        fit,
        read_ratings_csv,
        without_outliers,
        write_estimates_csv,
    )

    rows = read_ratings_csv(ratings)
    fitted = fit(rows)
    kept, outliers = without_outliers(rows, fitted.components)
    estimates = estimate(kept, fitted.components, bar=bar, confidence=confidence)
    write_estimates_csv(out, estimates)
    figures = {
        "ratings": len(rows),
        "candidates": len({row.candidate for row in rows}),
        "converged": fitted.converged,
        "provisional": fitted.components.provisional,
        "notes": list(fitted.notes),
        "left_out": [asdict(outlier) for outlier in outliers],
        "out": str(out),
    }
    lines = [
        f"{figures['ratings']} ratings of {figures['candidates']} candidates -> {out}",
        *fitted.notes,
        *(outlier.says() for outlier in outliers),
    ]
    say(figures, lines, as_json=as_json)


@cli.command()
@click.argument("ratings", type=EXISTING_FILE)
@click.option("--candidate", required=True, metavar="ID", help="Whom the plan is for.")
@click.option(
    "--minutes",
    type=Within(0, min_open=True),
    default=60,
    show_default=True,
    help="The time there is.",
)
@click.option("--bar", type=LEVEL, help="Ask until it is clear on which side of this level.")
@click.option(
    "--sure",
    type=Within(0.5, 1, min_open=True, max_open=True),
    default=0.85,
    show_default=True,
    help="With --bar: how sure is clear enough.",
)
@click.option(
    "--target-sd",
    type=Within(0, min_open=True),
    help="Ask until every dimension is known to this standard deviation, in levels.",
)
@click.option("--pack", type=EXISTING_FOLDER, help="Folder of the pack to take questions from.")
@AS_JSON
@example("evenhand focus ratings.csv --candidate ana --minutes 60 --bar 3.5")
def focus(
    ratings: Path,
    candidate: str,
    minutes: float,
    bar: float | None,
    sure: float,
    target_sd: float | None,
    pack: Path | None,
    as_json: bool,
) -> None:
    """Plan what to ask a candidate next.

    RATINGS is the CSV that `evenhand measure` reads. With a pack, its live prompts and probes are
    planned, those asked of everyone first; without one, the tasks of the file that the candidate
    was not asked, or further questions, taken to last 7 minutes each.
    """
    from evenhand.config.asking import plan_from_file

    figures, lines = plan_from_file(
        ratings,
        candidate=candidate,
        minutes=minutes,
        bar=bar,
        sure=sure,
        target_sd=target_sd,
        pack=pack,
    )
    say(figures, lines, as_json=as_json)


@cli.command()
@click.option("--pack", required=True, type=EXISTING_FOLDER, help="Folder of the pack.")
@click.option("--panel", required=True, help="Name of the panel to try.")
@click.option("--against", default="", help="Name of a panel to compare with: who would flip.")
@AS_JSON
@example("evenhand gate --pack packs/production-ml-engineer --panel embedded")
def gate(pack: Path, panel: str, against: str, as_json: bool) -> None:
    """Hold a panel against the golden answers before it is used.

    Exit code 1 says that a figure misses its limit.
    """
    from evenhand.config.gating import try_panel

    result, lines = try_panel(pack, panel, against)
    say(result.as_dict(), lines, as_json=as_json)
    raise SystemExit(0 if result.passed else 1)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-worker", is_flag=True, help="Start no worker; run `evenhand work` beside it.")
@click.option(
    "--example", "with_example", is_flag=True, help="Set up and show the example opening."
)
@example("evenhand serve --port 8000")
def serve(host: str, port: int, no_worker: bool, with_example: bool) -> None:
    """Start the web server, with one worker beside it."""
    from evenhand.config.serving import run_server

    run_server(host, port, worker=not no_worker, example=with_example)


@cli.command()
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
@example("evenhand work")
def work(until_stdin_closes: bool) -> None:
    """Start a worker: it scores what was handed in, and looks after the ledger."""
    from evenhand.config.serving import run_work

    run_work(until_stdin_closes=until_stdin_closes)


@cli.command()
@click.option("--pack", default="", help="Hash of one pack version, or its first characters.")
@click.option("--use", default="", metavar="FIT", help="Use this fit, although it was held back.")
@AS_JSON
@example("evenhand refit")
def refit(pack: str, use: str, as_json: bool) -> None:
    """Fit the measurement to all ratings now, and not only at night.

    Estimates are made anew where the fit is put in use. Exit code 1 asks you to look at a fit.
    """
    from evenhand.config.serving import reopen

    reopen()
    from evenhand.config.refitting import refit_packs, use_fit

    outcomes = use_fit(use) if use else list(refit_packs(pack))
    lines = [line for one in outcomes for line in one.lines()]
    say(
        {"packs": [one.as_dict() for one in outcomes]},
        lines or ["nobody was scored yet, so there is nothing to fit"],
        as_json=as_json,
    )
    raise SystemExit(1 if any(one.alarm for one in outcomes) else 0)


@cli.command()
@AS_JSON
@example("evenhand doctor")
def doctor(as_json: bool) -> None:
    """Check this set-up, and say what to mend."""
    from evenhand.config.doctor import examine

    checks = examine()
    say(
        {"ok": all(c.ok for c in checks), "checks": [c.as_dict() for c in checks]},
        (c.line() for c in checks),
        as_json=as_json,
    )
    raise SystemExit(0 if all(c.ok for c in checks) else 1)


def main() -> None:
    """Run a command; an error is one line on stderr, with exit code 2 for bad use."""
    # What a command imports stays. By Python's default every 700 objects of it are a reason to look
    # through it for garbage, which is a quarter of the time that the import takes.
    gc.set_threshold(50_000, *gc.get_threshold()[1:])
    try:
        code = cli.main(prog_name="evenhand", standalone_mode=False)
    except click.Abort:
        click.echo("stopped", err=True)
        code = 130
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)  # a help text, and no error's one line
        code = 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        click.echo(
            f"{context.command_path if context else 'evenhand'}: {error.format_message()}", err=True
        )
        code = 2
    except BrokenPipeError:
        # Whoever read our output has had enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except (ValueError, OSError) as error:
        if os.environ.get("EVENHAND_DEBUG") == "1":
            raise
        click.echo(f"evenhand: {error}", err=True)
        code = 2
    except Exception as error:
        # A database that is away, say: neither bad use nor a failed check.
        if os.environ.get("EVENHAND_DEBUG") == "1":
            raise
        said = str(error).strip().split("\n")[0]
        click.echo(f"evenhand: {type(error).__name__}: {said} (try `evenhand doctor`)", err=True)
        code = 3
    sys.exit(code)

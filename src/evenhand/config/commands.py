"""What commands share: kinds of arguments, the example in the help, figures as lines or JSON."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
LEVEL = click.FloatRange(1, 5)
CONFIDENCE = click.option(
    "--confidence",
    type=click.FloatRange(0.5, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="Confidence of the intervals.",
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")


def example(text: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Add an example to a command's help."""

    def add(command: Callable[P, R]) -> Callable[P, R]:
        command.__doc__ = f"{inspect.getdoc(command)}\n\n\b\nExample:\n  {text}"
        return command

    return add


def say(figures: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print figures for a program, or the lines for a person."""
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)

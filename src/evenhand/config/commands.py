"""What commands share: kinds of arguments, the example in the help, figures as lines or JSON."""

from __future__ import annotations

import inspect
import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class NewFile(click.Path):
    """A file to write whole, looked at before the work whose outcome it is to hold.

    A link stands for the file that it leads to. A device or a pipe is refused: what appears once
    it is whole is moved into place, and would put a plain file where `/dev/null` was.
    """

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path, or refuse one at which no file can be put."""
        if not value:
            self.fail("no file is named", param, ctx)
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.is_symlink():
            path = Path(os.path.realpath(path))
        if path.exists() and not path.is_file():
            self.fail(f"{value} is no plain file; name one, or a new one", param, ctx)
        if not path.parent.is_dir():
            what = f"{value} cannot be written: {path.parent} is no folder that is there"
            self.fail(f"{what}; name a file in one", param, ctx)
        return path


class Within(click.FloatRange):
    """A number within bounds; `nan`, which every comparison lets by, is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or refuse what is none."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is no finite number", param, ctx)
        return number


NEW_FILE = NewFile()
LEVEL = Within(1, 5)
CONFIDENCE = click.option(
    "--confidence",
    type=Within(0.5, 1, min_open=True, max_open=True),
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


def write_whole(pieces: Iterable[str], out: Path | None) -> None:
    """Print pieces of text, or write them to a file that appears only once it is whole."""
    if out is None:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    part = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        opened = part.open("w", encoding="utf-8")
    except OSError as error:
        what = f"{error.strerror}; name a file in a folder that is there and can be written"
        raise click.FileError(str(out), hint=what) from error
    try:
        with opened as file:
            file.writelines(pieces)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)

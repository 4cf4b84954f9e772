"""The keys that answers are encrypted with, at an operator's word: `evenhand keys`."""

from __future__ import annotations

import sys

import click

from evenhand.config.commands import AS_JSON, example, say


@click.group()
def keys() -> None:
    """Rotate the keys that answers are encrypted with."""


@keys.command()
@AS_JSON
@example("evenhand keys rotate")
def rotate(as_json: bool) -> None:
    """Encrypt all answers and replies of judges with a new key, while the server runs.

    Cut off at any point, it goes on when it is called again. The former keys stay in the file:
    backups need them. `evenhand keys forget` takes them out.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.at_rest.services import rotate as seal_anew

    def tell(count: int) -> None:
        click.echo(f"\r{count} texts", err=True, nl=False)

    watched = sys.stderr.isatty()
    done = seal_anew(timezone.now(), tell if watched else lambda _: None)
    if watched:
        click.echo(err=True)
    line = f"{done.resealed} texts are sealed with the new key {done.key}"
    advice = "keep a copy of the file of keys: without it this database cannot be read"
    say(
        {"key": done.key, "former": list(done.former), "resealed": done.resealed},
        [line, advice],
        as_json=as_json,
    )


@keys.command()
@AS_JSON
@example("evenhand keys forget")
def forget(as_json: bool) -> None:
    """Take the keys out of the file that nothing in this database uses any more.

    Backups from before the last rotation cannot be read without them: keep a copy as long as those.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.at_rest.services import forget as take_out

    gone = take_out(timezone.now())
    say(
        {"forgotten": list(gone)},
        [f"taken out: {', '.join(gone)}" if gone else "there is one key, and it is in use"],
        as_json=as_json,
    )

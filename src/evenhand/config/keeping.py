"""The server's own keys, at an operator's word: `evenhand keys`."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from evenhand.config.commands import AS_JSON, example, say


@click.group()
def keys() -> None:
    """Rotate the keys that answers are encrypted with, or make up for a lost secret key."""


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


@keys.command("new-secret")
@click.option("--reason", required=True, help="One line; it stays in the ledger for good.")
@click.option("--by", required=True, metavar="EMAIL", help="Account of who makes the key.")
@AS_JSON
@example('evenhand keys new-secret --reason "disk lost, no copy" --by ann@company.example')
def new_secret(reason: str, by: str, as_json: bool) -> None:
    """Make a new secret key where the home's own is lost for good, and say what is lost with it.

    Candidates' links end, everybody signs in again, and authenticators, recovery codes and kept
    keys of models cannot be read any more. Look for a copy first. Stop the server before.
    """
    from evenhand.config import secret
    from evenhand.config.environment import HOME, SECRET_KEY, SettingError
    from evenhand.config.serving import reopen

    secret.stand_in()
    reopen()
    path = HOME.path() / secret.FILE
    if secret.is_kept(path.parent):
        where = f"in {path}" if path.exists() else f"given by {SECRET_KEY.name}"
        raise SettingError(f"nothing is lost: there is a secret key, {where}")
    from django.utils import timezone

    from evenhand.hiring.lost_secret import note_new_secret
    from evenhand.hiring.people.services import account

    lost = note_new_secret(reason=reason, by=account(by), now=timezone.now())
    secret.make_secret(path)
    line = f"{path} is new: keep a copy of it where you keep passwords"
    say({"out": str(path), **asdict(lost)}, [line, *lost.lines()], as_json=as_json)

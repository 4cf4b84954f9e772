"""Backing up and restoring at an operator's word: `evenhand backup` and `evenhand restore`."""

from __future__ import annotations

from pathlib import Path

import click

from evenhand.config.commands import AS_JSON, EXISTING_FILE, NEW_FILE, example, say


@click.command()
@click.argument("file", type=NEW_FILE)
@AS_JSON
@example("evenhand backup evenhand-monday.tar.gz")
def backup(file: Path, as_json: bool) -> None:
    """Write everything but the key files into FILE, while the server runs."""
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.config.backup import back_up

    done = back_up(file, timezone.now())
    line = f"{done.database}, {done.files} files, {done.ledger_entries} ledger entries -> {file}"
    say(done.as_dict(), [line, *done.advice], as_json=as_json)


@click.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--force", is_flag=True, help="Replace what is there; it is kept beside.")
@AS_JSON
@example("evenhand restore evenhand-monday.tar.gz")
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put the backup in FILE in place; stop the server first.

    Exit code 1 says that the backup is damaged, or that its ledger does not verify.
    """
    from evenhand.config.secret import stand_in
    from evenhand.config.serving import set_up

    stand_in()  # one made here would not be the backup's
    set_up()
    from django.utils import timezone

    from evenhand.config.backup import BackupDamaged
    from evenhand.config.backup import restore as put_in_place

    try:
        done = put_in_place(file, force=force, now=timezone.now())
    except BackupDamaged as error:
        click.echo(f"evenhand restore: {error}", err=True)
        raise SystemExit(1) from error
    line = f"{file}: {done.files} files restored, {done.ledger_entries} ledger entries verify"
    say(done.as_dict(), [line, *done.advice], as_json=as_json)

"""What an auditor runs: `evenhand ledger` and `evenhand replay`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from evenhand.config.commands import AS_JSON, EXISTING_FILE, NEW_FILE, example, say, write_whole


@click.command()
@click.argument("bundle", type=EXISTING_FILE)
@click.option("--key", type=EXISTING_FILE, help="File with the public key that you trust.")
@AS_JSON
@example("evenhand replay ledger.jsonl --key ledger.pub")
def replay(bundle: Path, key: Path | None, as_json: bool) -> None:
    """Recompute every estimate and every answer's score of a bundle, and compare.

    The bundle is verified first. Exit code 1 says that it does not verify, or what comes out
    otherwise than it is recorded; without --json, the first of these is printed.
    """
    from evenhand.ledger.command import check, read_key
    from evenhand.ledger.verify import verify_bundle
    from evenhand.studies.replaying import replay_bundle

    if not verify_bundle(bundle, None if key is None else read_key(key)).ok:
        raise SystemExit(check(bundle, key, as_json=as_json))
    found = replay_bundle(bundle)
    say(found.as_dict(), found.lines(), as_json=as_json)
    raise SystemExit(0 if found.ok else 1)


@click.group()
def ledger() -> None:
    """Hand out the record, or check one that was handed out."""


@ledger.command("export")
@click.argument("file", type=NEW_FILE)
@AS_JSON
@example("evenhand ledger export ledger.jsonl")
def ledger_export(file: Path, as_json: bool) -> None:
    """Write the whole ledger into FILE, as a bundle that verifies offline."""
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.record.services import export_ledger, signer

    entries, key = export_ledger(file, now=timezone.now()), signer().vkey
    say(
        {"entries": entries, "out": str(file), "key": key},
        [f"{entries} entries -> {file}", f"public key, to hand out by another way: {key}"],
        as_json=as_json,
    )


@ledger.command("verify")
@click.argument("file", type=EXISTING_FILE)
@click.option("--key", type=EXISTING_FILE, help="File with the public key that you trust.")
@click.option("--since", type=EXISTING_FILE, help="Earlier bundle or checkpoint to extend.")
@click.option("--witness", type=EXISTING_FILE, help="File with the key of a witness.")
@AS_JSON
@example("evenhand ledger verify ledger.jsonl --key ledger.pub")
def ledger_verify(
    file: Path, key: Path | None, since: Path | None, witness: Path | None, as_json: bool
) -> None:
    """Check a bundle: signatures, every entry, their order, and that none is missing."""
    from evenhand.ledger.command import check

    raise SystemExit(check(file, key, as_json=as_json, since=since, witness=witness))


@ledger.command("prove")
@click.argument("file", type=EXISTING_FILE)
@click.option("--entry", required=True, type=click.IntRange(0), help="The entry's seq.")
@click.option("--out", required=True, type=NEW_FILE, help="File to write.")
@example("evenhand ledger prove ledger.jsonl --entry 17 --out 17.tlog-proof")
def ledger_prove(file: Path, entry: int, out: Path) -> None:
    """Write a proof that one entry stands in the ledger, without showing the others."""
    from evenhand.ledger.command import prove

    write_whole([prove(file, entry)], out)
    click.echo(f"proof of entry {entry} -> {out}")


@ledger.command("witness")
@click.argument("file", type=EXISTING_FILE)
@click.option("--old", default=0, show_default=True, help="Size that the witness knows.")
@click.option("--out", required=True, type=NEW_FILE, help="File to write.")
@example("evenhand ledger witness ledger.jsonl --old 120 --out request.txt")
def ledger_witness(file: Path, old: int, out: Path) -> None:
    """Write what a witness is sent so that it cosigns the head of the ledger."""
    from evenhand.ledger.command import ask_witness

    write_whole([ask_witness(file, old)], out)
    click.echo(f"request to a witness -> {out}")


@ledger.command("cosign")
@click.argument("answer", type=EXISTING_FILE)
@click.option("--witness", required=True, type=EXISTING_FILE, help="File with the witness's key.")
@click.option("--size", required=True, type=click.IntRange(1), help="Size of the checkpoint.")
@example("evenhand ledger cosign answer.txt --witness witness.vkey --size 140")
def ledger_cosign(answer: Path, witness: Path, size: int) -> None:
    """Take a witness's cosignature in, so that every export carries it."""
    from evenhand.config.serving import reopen

    reopen()
    from evenhand.hiring.record.services import take_cosignature
    from evenhand.ledger import NoteError
    from evenhand.ledger.command import witness_key

    key = witness_key(witness)
    try:
        said = answer.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.FileError(str(answer), hint="not UTF-8 text, so no cosignature") from error
    try:
        take_cosignature(size, said, key.text)
    except NoteError as error:
        raise NoteError(f"{answer}: {error}") from error
    click.echo(f"the checkpoint of {size} entries bears the cosignature")


@ledger.command("new-key")
@click.option("--reason", required=True, help="One line; it stays in the ledger for good.")
@click.option("--by", required=True, metavar="EMAIL", help="Account of who changes the key.")
@click.option(
    "--former",
    type=EXISTING_FILE,
    help="Published key, or earlier export, where this database does not know the former key.",
)
@AS_JSON
@example('evenhand ledger new-key --reason "disk of the old server lost" --by ann@company.example')
def ledger_new_key(reason: str, by: str, former: Path | None, as_json: bool) -> None:
    """Let a new key sign the ledger, where the former one is lost or may have been seen.

    Everybody who checks with the former key is refused until they have the new one.
    """
    from evenhand.config.serving import reopen

    reopen()
    from django.utils import timezone

    from evenhand.hiring.people.services import account
    from evenhand.hiring.record.rekeying import change_key
    from evenhand.ledger.command import stated_key

    known = stated_key(former) if former else ""
    done = change_key(reason=reason, by=account(by), former=known, now=timezone.now())
    say(asdict(done), done.lines(), as_json=as_json)

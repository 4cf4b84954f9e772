"""The ledger's commands, shared by `python -m evenhand.ledger` and the `evenhand` command."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from evenhand.ledger.bundle import read_leaves
from evenhand.ledger.earlier import earlier_head
from evenhand.ledger.errors import BundleError, LedgerError, NoteError
from evenhand.ledger.proving import write_proof
from evenhand.ledger.verify import verify_bundle
from evenhand.ledger.witness import WitnessKey, cosigned_at, witness_request

OK, FAILED, BAD_USE = 0, 1, 2
_MAX_KEY_FILE = 10_000


def check(
    bundle: Path,
    key_file: Path | None,
    *,
    as_json: bool,
    since: Path | None = None,
    witness: Path | None = None,
) -> int:
    """Verify a bundle and print the result.

    Args:
        bundle: the file to verify.
        key_file: a file that holds the published verifier key, on one line.
        as_json: print one JSON object instead of lines for people.
        since: an earlier bundle or checkpoint of the same ledger, which this one must extend.
        witness: a file with a witness's published key, by which the last head must be cosigned.

    Returns:
        The exit code: 0 every check passed, 1 a check failed, 2 a file cannot be used.
    """
    at = key_file or bundle  # what a fault is of
    try:
        vkey = None if key_file is None else read_key(key_file)
        report = verify_bundle(bundle, vkey)
        extra: dict[str, object] = {}
        if since is not None and report.vkey is not None:
            at = since
            former = [str(change["former"]) for change in report.key_changes]
            earlier = earlier_head(since, report.vkey, former)
            report = verify_bundle(bundle, vkey, since=earlier)
            extra["extends"] = earlier.size
        if witness is not None and report.ok:
            at = witness
            extra["witnessed_at"] = _witnessed(bundle, WitnessKey.parse(read_key(witness)))
    except BundleError as error:
        return _say(f"FAILED: {error}", FAILED)
    except OSError as error:
        return _say(f"error: {error.filename or bundle}: cannot be read: {error.strerror}", BAD_USE)
    except LedgerError as error:
        return _say(f"error: {at}: {error}", BAD_USE)
    if as_json:
        print(json.dumps({**report.to_json(), **extra}, indent=2))
    else:
        print("\n".join([*report.lines(), *_lines(extra, ok=report.ok)]))
    return OK if report.ok else FAILED


def prove(bundle: Path, seq: int) -> str:
    """Return the proof that one entry stands in a bundle's ledger, as a file of its own."""
    leaves, note = _proven(bundle)
    return write_proof(leaves, seq, note)


def ask_witness(bundle: Path, old_size: int) -> str:
    """Return what a witness is sent so that it cosigns the head of a bundle."""
    leaves, note = _proven(bundle)
    return witness_request(leaves, note, old_size)


def read_key(path: Path) -> str:
    """Read a published key from its file."""
    with path.open("rb") as file:
        return file.read(_MAX_KEY_FILE).decode("utf-8", errors="replace").strip()


def witness_key(path: Path) -> WitnessKey:
    """Read the published key of a witness from its file.

    Raises:
        NoteError: it holds none; names the file.
    """
    try:
        return WitnessKey.parse(read_key(path))
    except NoteError as error:
        raise NoteError(f"{path}: {error}") from None


def stated_key(path: Path) -> str:
    """Return the key that a file of a published key holds, or the header of a bundle states."""
    with path.open("rb") as file:
        first = file.readline(_MAX_KEY_FILE).decode("utf-8", errors="replace").strip()
    try:
        return str(json.loads(first)["vkey"]) if first.startswith("{") else first
    except (ValueError, TypeError, KeyError):
        raise BundleError(f"{path}: neither a published key nor a bundle") from None


def _proven(bundle: Path) -> tuple[list[bytes], str]:
    report = verify_bundle(bundle)
    if not report.ok:
        raise BundleError(f"{bundle}: does not verify: {report.problems[0]}")
    return read_leaves(bundle)


def _witnessed(bundle: Path, key: WitnessKey) -> str:
    at = cosigned_at(read_leaves(bundle)[1], key)
    if at is None:
        raise BundleError(f"{bundle}: the last head is not cosigned by {key.name}")
    try:
        return datetime.fromtimestamp(at, UTC).isoformat()
    except (OverflowError, ValueError):
        raise NoteError(f"{key.name} cosigned at a moment that no calendar has") from None


def _lines(extra: dict[str, object], *, ok: bool) -> list[str]:
    if not ok:
        return []
    said = {"extends": "the {} entries of the earlier one are the same", "witnessed_at": "seen: {}"}
    return [said[name].format(value) for name, value in extra.items()]


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code

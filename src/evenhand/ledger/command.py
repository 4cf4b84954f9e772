"""The `verify` command, shared by `python -m evenhand.ledger` and the `evenhand` command."""

import json
import sys
from pathlib import Path

from evenhand.ledger.errors import LedgerError
from evenhand.ledger.verify import verify_bundle

OK, FAILED, BAD_USE = 0, 1, 2
_MAX_KEY_FILE = 10_000


def check(bundle: Path, key_file: Path | None, *, as_json: bool) -> int:
    """Verify a bundle and print the result.

    Args:
        bundle: the file to verify.
        key_file: a file that holds the published verifier key, on one line.
        as_json: print one JSON object instead of lines for people.

    Returns:
        The exit code: 0 every check passed, 1 a check failed, 2 a file cannot be used.
    """
    try:
        vkey = None if key_file is None else _read_key(key_file)
        report = verify_bundle(bundle, vkey)
    except OSError as error:
        return _bad_use(f"{error.filename or bundle}: cannot be read: {error.strerror}")
    except LedgerError as error:
        return _bad_use(f"{key_file}: {error}")
    if as_json:
        print(json.dumps(report.to_json(), indent=2))
    else:
        print("\n".join(report.lines()))
    return OK if report.ok else FAILED


def _read_key(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MAX_KEY_FILE).decode("utf-8", errors="replace").strip()


def _bad_use(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return BAD_USE

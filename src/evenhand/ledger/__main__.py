"""`python -m evenhand.ledger verify FILE`: check a bundle with nothing but this room."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evenhand.ledger.command import check


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evenhand.ledger")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify",
        help="verify a ledger bundle offline",
        epilog="example: python -m evenhand.ledger verify ledger.jsonl --key ledger.vkey",
    )
    verify.add_argument("file", type=Path, help="the bundle")
    verify.add_argument("--key", type=Path, help="file with the published verifier key")
    verify.add_argument("--since", type=Path, help="an earlier bundle or checkpoint to extend")
    verify.add_argument("--witness", type=Path, help="file with the key of a witness")
    verify.add_argument("--json", action="store_true", help="print the report as JSON")
    chosen = parser.parse_args(arguments)
    return check(
        chosen.file,
        chosen.key,
        as_json=chosen.json,
        since=chosen.since,
        witness=chosen.witness,
    )


if __name__ == "__main__":
    sys.exit(main())

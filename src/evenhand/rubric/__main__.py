"""`python -m evenhand.rubric lint PACK`: check a pack, and name what may be read two ways."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evenhand.rubric.errors import PackError
from evenhand.rubric.lint import lint_pack
from evenhand.rubric.load import load_pack


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code: 2 for a pack with faults.

    What the linter finds is a reason to look, not a failed check, so the code is 0 with findings.
    """
    parser = argparse.ArgumentParser(prog="python -m evenhand.rubric")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lint = commands.add_parser(
        "lint",
        help="check a pack and its wording",
        epilog="example: python -m evenhand.rubric lint packs/production-ml-engineer",
    )
    lint.add_argument("pack", type=Path, help="folder of the pack")
    lint.add_argument("--json", action="store_true", help="print the findings as JSON")
    chosen = parser.parse_args(arguments)
    try:
        pack = load_pack(chosen.pack)
    except PackError as error:
        print(error, file=sys.stderr)
        return 2
    findings = lint_pack(pack)
    if chosen.json:
        print(json.dumps({"hash": pack.hash, "findings": [asdict(each) for each in findings]}))
        return 0
    for each in findings:
        print(f"{each.path}: {each.rule}: {each.message}")
    print(f"{pack.name} {pack.version} ({pack.hash[:12]}): no fault, {len(findings)} to look at")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m evenhand.judges calibrate PACK`: calibrate the embedded panel on a pack."""

import argparse
import sys
from pathlib import Path

from evenhand.judges.calibration import calibrate
from evenhand.judges.encoder import MiniLM
from evenhand.judges.errors import JudgeError
from evenhand.judges.storing import FOLDER, save
from evenhand.rubric import PackError, load_pack


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m evenhand.judges",
        epilog="example: python -m evenhand.judges calibrate packs/production-ml-engineer",
    )
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "calibrate", help="fit the embedded panel to a pack's golden answers"
    )
    command.add_argument("pack", type=Path, help="folder of the pack")
    command.add_argument("--threads", type=int, default=2, help="threads of a forward pass")
    chosen = parser.parse_args(arguments)
    try:
        pack = load_pack(chosen.pack)
        found = calibrate(pack, MiniLM(chosen.threads), lambda step: print(step, file=sys.stderr))
        save(found, pack.root)
    except (JudgeError, PackError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {pack.root / FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

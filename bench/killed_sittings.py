"""Two hundred sittings read by models while their worker is killed: what is repeated?

    PYTHONPATH=. python bench/killed_sittings.py [--sittings 200] [--kills 20] [--seed 1]

The worker is killed with SIGKILL at requests drawn at random, and started again. The models are
the tests' server, which counts what it is asked by content and turns one request in 25 away with
429. Asked for: every answer scored once, no request repeated that was not in flight. Exit 1 if not.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.faults.killing import MOST_IN_FLIGHT, Model, Place


def main() -> int:
    """Print what was asked, repeated and scored; return 1 where it was too much."""
    parser = argparse.ArgumentParser()
    for name, value in (("--sittings", 200), ("--kills", 20), ("--seed", 1)):
        parser.add_argument(name, type=int, default=value)
    options = parser.parse_args()
    random = Random(options.seed)  # noqa: S311 - when to kill, not a secret
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        place = Place(Path(folder), options.sittings)
        found = place.score_under_fire(Model(every=25), options.kills, random, patience=1800)
        place.check_once()
        seconds = time.perf_counter() - started
    most = options.kills * MOST_IN_FLIGHT
    print(
        f"{options.sittings} sittings, {options.kills} kills, seed {options.seed}, "
        f"{os.cpu_count()} cores, {seconds:.0f} s"
    )
    print("  every answer scored once: met")
    made, contents = sum(found.asked.values()), len(found.asked)
    print(f"  requests: {made}, of {contents} contents where {place.contents} were to be read")
    kept = found.repeated <= most and found.beyond <= options.kills
    verdict = "met" if kept else "MISSED"
    print(f"  repeated: {found.repeated}; at most {most} were in flight: {verdict}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

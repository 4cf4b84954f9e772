"""Two hundred rounds of SIGKILL under people at work: is anything lost, or there twice?

    PYTHONPATH=. python bench/killed_rounds.py [--rounds 200] [--seed 1] [--only SQLite]

Half of the rounds are on SQLite and half on PostgreSQL. In each, one of server, worker and database
is killed with all of its processes while candidates write and hand in, an interviewer fills in
scorecards and locks them, a decider leans and decides, and a recruiter invites and revokes. On
SQLite the database is the processes that have its file open. Asked for: every act that the server
confirmed is there, each state has exactly one entry in a ledger that verifies, every sitting that
was handed in is scored once, and the replay comes out. Exit 1 if not.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.faults.rounds import Found, run_rounds
from tests.faults.stricken import stricken

KINDS = ("SQLite", "PostgreSQL")
HANDED_IN = 25
PATIENCE = 300


def main() -> int:
    """Print kills, what was acknowledged, and what is wrong; return 1 where anything is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args()
    kinds = [options.only] if options.only else KINDS
    started, wrong = time.perf_counter(), 0
    for kind in kinds:
        random = Random(f"{kind} {options.seed}")  # noqa: S311 - when to kill, not a secret
        with (
            tempfile.TemporaryDirectory() as folder,
            stricken(Path(folder), kind) as site,
        ):
            rounds = options.rounds // len(kinds)
            found = run_rounds(site, rounds, random, handed_in=HANDED_IN, patience=PATIENCE)
        say(found)
        wrong += len(found.faults)
    seconds = time.perf_counter() - started
    print(f"seed {options.seed}, {os.cpu_count()} cores, {seconds:.0f} s: "
          f"{'met' if not wrong else 'MISSED'}")  # fmt: skip
    return 1 if wrong else 0


def say(found: Found) -> None:
    """Print what came of the rounds on one database."""
    kills = ", ".join(f"{name} {number}" for name, number in sorted(found.kills.items()))
    print(f"{found.kind}: {sum(found.kills.values())} rounds; killed: {kills}")
    acts = ", ".join(f"{kind} {number}" for kind, number in found.acknowledged.items())
    print(f"  acknowledged: {acts}")
    print(f"  lost {len(found.lost)}, twice or without entry {len(found.twice)}, "
          f"stuck or rated twice {len(found.stuck)}, broken {len(found.broken)}")  # fmt: skip
    for fault in found.faults[:20]:
        print(f"    {fault}")


if __name__ == "__main__":
    sys.exit(main())

"""Two thousand people who type at once: how long a save takes, and whether any is lost.

    scripts/bench-setup && PYTHONPATH=. python bench/typists.py [--people 2000] [--seconds 60]

Locust plays the people (`tests/load/typists.py` says how they type) against the server as
`evenhand serve` starts it, on SQLite and on PostgreSQL that syncs; it shares the cores. When the
run is over every text that was acknowledged must be in the database, or a later one of the same
person. Exit 1 where a save was refused or lost.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any

from tests.browser.place import free_port
from tests.load.site import Site, site


def play(place: Site, options: argparse.Namespace) -> dict[str, Any]:
    """Run locust to its end, and return what it wrote down."""
    found = place.home / "load-found.json"
    more = {
        "EVENHAND_LOAD_SEATS": str(place.home / "load-seats.json"),
        "EVENHAND_LOAD_FOUND": str(found),
        "EVENHAND_LOAD_SEED": str(options.seed),
    }
    command = [
        sys.executable, "-m", "locust", "--locustfile", "tests/load/typists.py", "--headless",
        "--only-summary", "--reset-stats", "--users", str(options.people), "--spawn-rate", "100",
        "--run-time", f"{options.seconds + options.people // 100}s", "--stop-timeout", "90",
        "--host", place.url, "--loglevel", "ERROR",
    ]  # fmt: skip
    subprocess.run(command, env=place.environment | more, stdout=subprocess.DEVNULL, check=False)
    told: dict[str, Any] = json.loads(found.read_text())
    return told


def lost(place: Site, acknowledged: dict[str, dict[str, Any]]) -> list[str]:
    """Return whose last acknowledged text is neither the answer nor older than it."""
    command = [sys.executable, "-m", "tests.load.kept"]
    done = subprocess.run(command, env=place.environment, stdout=subprocess.PIPE, check=True)
    kept = json.loads(done.stdout)
    nothing = {"text": "", "revision": 0}
    return [
        sitting
        for sitting, said in acknowledged.items()
        if not _is_kept(said, kept.get(sitting, nothing))
    ]


def _is_kept(said: dict[str, Any], kept: dict[str, Any]) -> bool:
    if kept["revision"] == said["revision"]:
        return bool(kept["text"] == said["text"])
    # The last one sent was written although its answer did not arrive.
    return bool(kept["revision"] == said["revision"] + 1 and kept["text"] == said["sent"])


def measure(kind: str, options: argparse.Namespace) -> bool:
    """Print one line; returns whether nothing was refused or lost."""
    with site(kind, free_port()) as place:
        (place.home / "load-seats.json").write_text(json.dumps(place.stage(options.people)))
        place.serve("evenhand")
        before = place.megabytes()
        told = play(place, options)
        after = place.megabytes()
        place.stop()
        gone = lost(place, told["acknowledged"])
    print(
        f"{kind}: {told['saves']} saves, {told['rate']:.0f} a second, p50 {told['p50']:.0f} ms, "
        f"p99 {told['p99']:.0f} ms, {told['failures']} refused, {len(gone)} of "
        f"{len(told['acknowledged'])} people lost one; server {before:.0f} to {after:.0f} MB",
        flush=True,
    )
    for error in told["errors"]:
        print(f"  {error}")
    return not gone and not told["failures"]


def main() -> int:
    """Measure on both databases; return 1 where something was refused or lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(
        f"{options.people} people for {options.seconds} s, seed {options.seed}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; locust shares them"
    )
    held = [measure(kind, options) for kind in ("sqlite", "postgresql")]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

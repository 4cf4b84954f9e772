"""How fast a save is, beside servers that do the same write and nothing else.

    PYTHONPATH=. python bench/autosave_rate.py [--connections 64] [--seconds 8] [--rounds 3]

Each of 64 connections sends the next save when the last one was answered. Ours as `evenhand
serve` starts it, one Django view without middleware and one ASGI handler without a framework take
turns on the same database, each with one process and with sittings of its own, since the bare ones
write plain text where ours reads none; on SQLite and on PostgreSQL that syncs. Asked for: at least
half the bare ASGI handler's rate, p99 of ours at most 150 ms. Exit 1 where missed. Beside other
work the processor time of a save tells more than the rate: that of all the server's processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from typing import Any

import numpy as np
from tests.browser.place import free_port
from tests.load.driver import SITTINGS
from tests.load.site import SERVERS, Site, site
from tests.load.stage import PROMPT

ASKED_RATIO, ASKED_P99 = 0.5, 150.0


def drive(place: Site, paths: dict[str, int], seconds: float, warm: float) -> dict[str, Any]:
    """Drive the server that runs now, from a process of its own."""
    command = [sys.executable, "-m", "tests.load.driver", str(place.port), str(seconds), str(warm)]
    done = subprocess.run(
        command, input=json.dumps(paths), text=True, stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    if found["wrong"]:
        print((place.home / "server.log").read_text()[-3000:], file=sys.stderr)
        raise SystemExit(
            f"{len(found['wrong'])} saves were refused, the first: {found['wrong'][0]}"
        )
    return found


def measure(kind: str, options: argparse.Namespace) -> bool:
    """Print one table; returns whether what is asked for was reached."""
    rates: dict[str, list[float]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    processor: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, float] = {}
    with site(kind, free_port()) as place:
        seats = place.stage(options.connections * len(SERVERS) * SITTINGS)
        revisions = {
            name: {path_of(name, seat): 0 for seat in seats[number :: len(SERVERS)]}
            for number, name in enumerate(SERVERS)
        }
        for _round in range(options.rounds):
            for name in SERVERS:
                place.serve(name)
                before, used = sum(revisions[name].values()), place.processor_seconds()
                found = drive(place, revisions[name], options.seconds, options.warm)
                saves = sum(found["revisions"].values()) - before
                processor[name].append((place.processor_seconds() - used) / saves * 1000)
                memory[name] = place.megabytes()
                place.stop()
                revisions[name] = found["revisions"]
                rates[name].append(len(found["milliseconds"]) / options.seconds)
                times[name] += found["milliseconds"]
    return table(kind, rates, times, processor, memory)


def path_of(server: str, seat: dict[str, str]) -> str:
    """Return where a server takes the saves of one sitting."""
    return seat["path"] if server == "evenhand" else f"/bare/{seat['sitting']}/{PROMPT}"


def table(
    kind: str,
    rates: dict[str, list[float]],
    times: dict[str, list[float]],
    processor: dict[str, list[float]],
    memory: dict[str, float],
) -> bool:
    """Print rates, ratios and quantiles."""
    best = np.median(rates["bare ASGI handler"])
    print(
        f"{kind}: saves a second (median of rounds), of the bare ASGI handler's, p50, p99, "
        "processor time of a save, memory"
    )
    for name in SERVERS:
        rate, (p50, p99) = np.median(rates[name]), np.quantile(times[name], (0.5, 0.99))
        print(
            f"  {name:18} {rate:7.0f} {rate / best:6.2f} {p50:7.1f} ms {p99:7.1f} ms "
            f"{np.median(processor[name]):6.2f} ms {memory[name]:6.0f} MB   "
            f"rounds {', '.join(f'{one:.0f}' for one in rates[name])}"
        )
    ratio = float(np.median(np.divide(rates["evenhand"], rates["bare ASGI handler"])))
    p99 = float(np.quantile(times["evenhand"], 0.99))
    print(f"  ratio of the rates {ratio:.2f}: {'met' if ratio >= ASKED_RATIO else 'MISSED'}")
    spent = float(np.median(np.divide(processor["bare ASGI handler"], processor["evenhand"])))
    print(f"  ratio of the processor times {spent:.2f}")
    print(f"  p99 {p99:.0f} ms: {'met' if p99 <= ASKED_P99 else 'MISSED'}", flush=True)
    return ratio >= ASKED_RATIO and p99 <= ASKED_P99


def main() -> int:
    """Measure on both databases; return 1 where something is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warm", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(
        f"{options.connections} connections, {options.rounds} rounds of {options.seconds:.0f} s, "
        f"{os.cpu_count()} cores, load {load:.1f} before; the driver shares them"
    )
    met = [measure(kind, options) for kind in ("sqlite", "postgresql")]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())

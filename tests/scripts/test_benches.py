"""Every bench runs at night, at its smallest or at its full size, so that none breaks unseen.

What one prints at its smallest means nothing: a figure that is missed there (exit code 1) is fine,
a bench that breaks or says nothing is not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACK = "packs/production-ml-engineer"
SMALLEST = {
    "autosave_rate": "--connections 2 --seconds 0.5 --warm 0.1 --rounds 1",
    "autosave_sealed": "--saves 5",
    "claims_left": PACK,
    "cohort_page": "--people 20 --rounds 1",
    "concordance_coverage": "--samples 2",
    "estimates_golden": PACK,
    "impact_alarms": "--draws 10",
    "judges_golden": "--development",
    "judges_llm_throughput": "--answers 5 --only evenhand",
    "judges_throughput": "--rounds 1 --answers 2",
    "judges_voices": PACK,
    "measure_outliers": "--worlds S1",
    "probe_choice": PACK,
    "report_pdf": "--runs 1",
    "rounds": "",
    "validity_coverage": "--samples 2",
}
APART = {
    "bids_writers": "learns for half an hour, with what make bench-setup installs",
    "end_to_end": "installs everything anew",
    "latency_server": "judges_llm_throughput starts it",
    "measure_mcmc": "needs what make bench-setup installs",
    "measure_mohler": "needs a data set from elsewhere",
    "measure_peers": "needs what make bench-setup installs",
    "typists": "needs what make bench-setup installs",
    "wizard_timing": "waits for judges to learn a pack, as killed workers do in tests",
}


def test_every_bench_runs_at_night_or_there_is_a_reason() -> None:
    in_full = set(re.findall(r"bench/(\w+)\.py", (ROOT / "scripts/nightly").read_text()))
    runs = {one.stem for one in (ROOT / "bench").glob("*.py") if "__main__" in one.read_text()}
    assert sorted([*in_full, *SMALLEST, *APART]) == sorted(runs)


@pytest.mark.skipif("EVENHAND_TEST_BENCHES" not in os.environ, reason="takes long: for the night")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", SMALLEST)
def test_a_bench_runs_at_its_smallest(name: str) -> None:
    command = [sys.executable, f"bench/{name}.py", *SMALLEST[name].split()]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout

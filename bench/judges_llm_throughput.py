"""How long a panel of three LLM judges takes for 1,000 answers, beside the best that can be.

The judges ask a server that takes 0.3 s for every reply and admits 50 at once, so that nothing is
faster than answers x judges x 0.3 / 50. inspect_ai and deepeval do the same work against the same
server in the same run, each in a process of its own; one that is not installed is left out with a
word. Every answer is rated on one dimension by three judges: 3,000 calls.

    python bench/judges_llm_throughput.py [--answers 1000] [--only evenhand] [--held] [--json]

Asked: wall time at most 1.1 times the ideal, and memory flat. What a process holds grows with the
pools of its allocators too, until they have the size that 150 requests in flight need: with
`--answers 4000` the growth of every thousand is told, and always what the C library gives back of
it when asked to. `--held` runs this project's panel once more with every allocation of a Python
object traced, slowly, and says by how much what is really held has grown from a quarter of the
answers to the last: results are dropped as they come.
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
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from evenhand.rubric import Pack, Prompt, load_pack, shipped_pack

LATENCY, AT_ONCE, JUDGES = 0.3, 50, 3
LONGEST = 900.0
"""Seconds after which one of them is given up."""
ASKED, FLAT = 1.1, 10.0
"""What is asked: times the ideal, and megabytes of growth in the second half that count as flat:
threads, connections and the allocator's pools have grown to their size by then."""


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
    held, good, traced = [], 0, [0.0]
    start, before = time.monotonic(), memory()
    for number, result in enumerate(panel.judge_all(answers(pack, count))):
        good += sum(not v.abstained for score in result.scores for v in score.verdicts)
        held.append(memory())
        if tracemalloc.is_tracing() and count // 4 <= number < count - 2 * AT_ONCE:
            # The last answers have none behind them that are asked about already.
            traced.append(tracemalloc.get_traced_memory()[0] / 1e6)
    wall = time.monotonic() - start
    panel.close()
    late = held[-1] - held[len(held) // 2]
    row: dict[str, Any] = {"wall": wall, "verdicts": good, "growth": held[-1] - before}
    row |= {"late": late, "given_back": given_back()}
    marks = held[::1000]
    row["thousands"] = [after - at for at, after in pairwise([*marks, held[-1]])]
    third = len(traced) // 3
    if third:
        early, last = traced[1 : third + 1], traced[-third:]
        row["held"] = sum(last) / third - sum(early) / third
    return row


def run_held(url: str, count: int) -> dict[str, Any]:
    """Rate as `run_evenhand` does, every allocation traced."""
    tracemalloc.start()
    return run_evenhand(url, count)


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
HELD = "evenhand, traced"


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
    held = f"; Python objects held: {row['held']:+.1f} MB" if "held" in row else ""
    return (
        f"{row['wall']:.1f} s, {row['wall'] / ideal:.2f} times the ideal; "
        f"{row['verdicts']} verdicts; {row['cpu']:.1f} s of processor time; "
        f"{row['growth']:+.0f} MB{late}{held}"
    )


def main() -> int:
    """Run the bench, or one part of it."""
    parser = argparse.ArgumentParser(epilog=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--only", choices=RUNS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--run", choices=[*RUNS, HELD], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        row = {**RUNS, HELD: run_held}[chosen.run](chosen.url, chosen.answers)
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
    for name in [chosen.only] if chosen.only else RUNS:
        if find_spec(name) is None:
            print(f"{name}: not installed, left out", file=sys.stderr)
            continue
        rows[name] = measure(name, chosen.answers)
        if not chosen.json:
            print(f"{name}: {_said(rows[name], ideal)}", flush=True)
    if chosen.held:
        rows[HELD] = measure(HELD, chosen.answers)
        if not chosen.json:
            print(f"{HELD}: {_said(rows[HELD], ideal)}", flush=True)
    if chosen.json:
        print(json.dumps({"machine": machine, "ideal": ideal, "rows": rows}, indent=1))
        return 0
    ours = rows.get("evenhand", {})
    if "wall" in ours:
        met = ours["wall"] <= ASKED * ideal and ours["late"] <= FLAT
        print(f"asked at most {ASKED} times, {FLAT:.0f} MB late: {'met' if met else 'missed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

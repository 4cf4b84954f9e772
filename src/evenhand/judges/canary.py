"""The canary: an answer known to be worth nothing, rated with every batch.

A judge that likes it is not to be trusted with the rest of the batch. It is fluent and
about something else, so that a judge is caught that rewards form; an empty text would catch none.

A batch is what is read within `LASTS`: then models are asked again, since a provider may have put
another one behind the same name. Every judge is asked, whatever routing says: to the embedded
judges the canary is a clear case, and routing would ask nobody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from evenhand.judges.llm.budget import Purse
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.routing import Stakes
from evenhand.judges.llm.values import Cause, Outcome
from evenhand.judges.loading import AnyPanel
from evenhand.judges.values import Flag, PanelResult
from evenhand.measure import Components, answer_level
from evenhand.rubric import Prompt

KNOWN_WORST = (
    "The weather has been mild this week and the garden is doing well. On Sunday we bought bread "
    "and two melons at the market, and in the afternoon my aunt came for tea. She told us about "
    "the new curtains in her kitchen, which are yellow and were not cheap at all."
)
HIGHEST = 1.3
"""Level that the canary must stay under, with every judge and with the panel."""
LASTS = timedelta(hours=6)
"""How long what models made of the canary holds. It costs a candidate's calls at most: so at most
those of four candidates a day, and what is read by a changed model meanwhile is a day's quarter."""
AGAIN = timedelta(minutes=1)
"""How soon a judge that could not be reached is asked again: as long as one rests that was given up
several times in a row."""
LOWEST = 1.0
PANEL = "the panel"
_AWAY = frozenset(
    (
        Outcome.LIMITED,
        Outcome.TIMEOUT,
        Outcome.UNREACHABLE,
        Outcome.SERVER_ERROR,
        Outcome.RESTING,
    )
)
"""How a call ends that says nothing of the judge, only that it could not be reached."""
_LIMITS = (Cause.SOFT_LIMIT, Cause.HARD_LIMIT)


@dataclass(frozen=True)
class CanaryFailure:
    """A judge gave the canary too much."""

    judge: str
    prompt: str
    dimension: str
    level: float

    def flag(self) -> Flag:
        """Return the flag for every answer of the batch to the same prompt."""
        seen = f"{self.judge} gave an answer known to be worthless {self.level:.1f}"
        return Flag("canary", f"{seen} on {self.dimension}")


@dataclass(frozen=True)
class CanaryRead:
    """The canary as a panel read it under a prompt; `result` has the calls that it took.

    Attributes:
        id: Its own name: whoever relies on a reading that is remembered relies on the same one,
            and so does a judge that is asked later, since the others were.
    """

    prompt: str
    result: PanelResult
    failures: tuple[CanaryFailure, ...]
    id: UUID = field(default_factory=uuid4)

    @property
    def complete(self) -> bool:
        """Say whether no limit kept a judge from being asked."""
        return all(one.cause not in _LIMITS for one in self.result.decisions) and all(
            call.outcome is not Outcome.BUDGET for call in self.result.calls
        )

    @property
    def heard(self) -> bool:
        """Say whether the calls of every judge that was asked came through."""
        return all(call.outcome not in _AWAY for call in self.result.calls)


@dataclass(frozen=True)
class _Seen:
    """A reading, with its period and the moment at which its judges were asked last."""

    period: str
    read: CanaryRead
    at: datetime


_SEEN: WeakKeyDictionary[AnyPanel, dict[str, _Seen]] = WeakKeyDictionary()
"""The last readings by panel and prompt."""


def check_canary(
    panel: AnyPanel, prompts: Iterable[Prompt], now: datetime
) -> tuple[CanaryFailure, ...]:
    """Have a panel rate the canary under each prompt; return what went wrong."""
    return tuple(
        failure for prompt in prompts for failure in read_canary(panel, prompt, now)[0].failures
    )


def period_of(panel: AnyPanel, now: datetime) -> str:
    """Name the period in which a panel's reading of the canary holds: the same for all processes.

    The embedded judges are deterministic: what they made of it holds for a loaded panel.
    """
    if not isinstance(panel, LLMPanel):
        return ""
    return f"canary-{int(now.timestamp() // LASTS.total_seconds())}"


def recall_canary(panel: AnyPanel, prompt: Prompt, now: datetime) -> CanaryRead | None:
    """Return the reading that holds now; None where judges are to be asked."""
    seen = _seen(panel, prompt, now)
    if seen is None or not seen.read.complete:
        return None
    return seen.read if seen.read.heard or abs(now - seen.at) < AGAIN else None


def _seen(panel: AnyPanel, prompt: Prompt, now: datetime) -> _Seen | None:
    """Return the reading of this period, with whichever judges it heard."""
    seen = _SEEN.get(panel, {}).get(prompt.id)
    return seen if seen is not None and seen.period == period_of(panel, now) else None


def read_canary(
    panel: AnyPanel, prompt: Prompt, now: datetime, purse: Purse | None = None
) -> tuple[CanaryRead, bool]:
    """Have a panel rate the canary under a prompt, and say whether a judge was asked just now.

    Where a limit kept a judge from being asked, or its calls did not come through, it is asked
    another time: the same reading goes on, and whoever has a cache is asked only for what is
    missing.

    Args:
        panel: Whose reading is remembered.
        prompt: What was asked.
        now: The moment.
        purse: What may be spent; None is without limit.
    """
    known = recall_canary(panel, prompt, now)
    if known is not None:
        return known, False
    period, begun = period_of(panel, now), _seen(panel, prompt, now)
    if isinstance(panel, LLMPanel):
        result = panel.judge(prompt, KNOWN_WORST, stakes=Stakes(purse=purse), period=period)
    else:
        result = panel.judge(prompt, KNOWN_WORST)
    read = CanaryRead(prompt.id, result, _failures(panel.components, prompt, result))
    if begun is not None:
        read = replace(read, id=begun.read.id)
    asked = read.complete or any(call.outcome is not Outcome.BUDGET for call in result.calls)
    if asked:
        _SEEN.setdefault(panel, {})[prompt.id] = _Seen(period, read, now)
    return read, asked


def forget_canary(panel: AnyPanel, prompt: Prompt) -> None:
    """Let the canary be read again the next time."""
    _SEEN.get(panel, {}).pop(prompt.id, None)


def _failures(
    components: Components, prompt: Prompt, result: PanelResult
) -> tuple[CanaryFailure, ...]:
    failures = []
    for score in result.scores:
        levels: dict[str, float | None] = {v.judge: v.level for v in score.verdicts}
        if _can_pass(components, score.dimension, levels):
            levels[PANEL] = score.level
        failures += [
            CanaryFailure(judge, prompt.id, score.dimension, level)
            for judge, level in levels.items()
            if level is not None and level >= HIGHEST
        ]
    return tuple(failures)


def _can_pass(components: Components, dimension: str, levels: Mapping[str, float | None]) -> bool:
    """Say whether the panel's level stays under the limit where every judge gives the lowest.

    One or two judges that nothing is known of are pulled towards the middle by the cold start: one
    that gives 1.0 makes 1.6. That is no liking of the canary, so there only the judges' own levels
    count.
    """
    lowest = {judge: LOWEST for judge, level in levels.items() if level is not None}
    return bool(lowest) and answer_level(lowest, dimension, components).level < HIGHEST

"""The canary: an answer known to be worth nothing, rated with every batch.

A judge that likes it is not to be trusted with the rest of the batch. It is fluent and
about something else, so that a judge is caught that rewards form; an empty text would catch none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

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
_SEEN: WeakKeyDictionary[AnyPanel, dict[str, "CanaryRead"]] = WeakKeyDictionary()
"""Readings by panel and prompt."""

Rate = Callable[[Prompt, str], PanelResult]
"""Rates a text as an answer to a prompt."""


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
        id: Its own name: whoever relies on a reading that is remembered relies on the same one.
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


def check_canary(panel: AnyPanel, prompts: Iterable[Prompt]) -> tuple[CanaryFailure, ...]:
    """Have a panel rate the canary under each prompt; return what went wrong.

    The embedded judges are deterministic, so each prompt is asked once of a loaded panel and the
    outcome is remembered.
    """
    return tuple(
        failure for prompt in prompts for failure in read_canary(panel, prompt)[0].failures
    )


def read_canary(
    panel: AnyPanel, prompt: Prompt, rate: Rate | None = None
) -> tuple[CanaryRead, bool]:
    """Have a panel rate the canary under a prompt, and say whether it was read just now.

    Where a limit kept a judge from being asked, or its calls did not come through, nothing is
    remembered: it is asked another time.

    Args:
        panel: Whose reading is remembered.
        prompt: What was asked.
        rate: How it rates, where that is not its `judge`.
    """
    seen = _SEEN.setdefault(panel, {})
    if prompt.id in seen:
        return seen[prompt.id], False
    result = (rate or panel.judge)(prompt, KNOWN_WORST)
    read = CanaryRead(prompt.id, result, _failures(panel.components, prompt, result))
    if not read.complete:
        return read, any(call.outcome is not Outcome.BUDGET for call in result.calls)
    if any(call.outcome in _AWAY for call in result.calls):
        return read, True
    seen[prompt.id] = read
    return read, True


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

"""The canary: an answer known to be worth nothing, rated with every batch.

A judge that likes it is not to be trusted with the rest of the batch. It is fluent and
about something else, so that a judge is caught that rewards form; an empty text would catch none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from evenhand.judges.loading import AnyPanel
from evenhand.judges.values import Flag
from evenhand.rubric import Prompt

KNOWN_WORST = (
    "The weather has been mild this week and the garden is doing well. On Sunday we bought bread "
    "and two melons at the market, and in the afternoon my aunt came for tea. She told us about "
    "the new curtains in her kitchen, which are yellow and were not cheap at all."
)
HIGHEST = 1.3
"""Level that the canary must stay under, with every judge and with the panel."""
PANEL = "the panel"
_SEEN: WeakKeyDictionary[AnyPanel, dict[str, tuple["CanaryFailure", ...]]] = WeakKeyDictionary()
"""Outcomes by panel and prompt."""


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


def check_canary(panel: AnyPanel, prompts: Iterable[Prompt]) -> tuple[CanaryFailure, ...]:
    """Have a panel rate the canary under each prompt; return what went wrong.

    The embedded judges are deterministic, so each prompt is asked once of a loaded panel and the
    outcome is remembered.
    """
    seen = _SEEN.setdefault(panel, {})
    found: list[CanaryFailure] = []
    for prompt in prompts:
        if prompt.id not in seen:
            seen[prompt.id] = _rate(panel, prompt)
        found += seen[prompt.id]
    return tuple(found)


def _rate(panel: AnyPanel, prompt: Prompt) -> tuple[CanaryFailure, ...]:
    failures = []
    for score in panel.judge(prompt, KNOWN_WORST).scores:
        levels = {PANEL: score.level, **{v.judge: v.level for v in score.verdicts}}
        failures += [
            CanaryFailure(judge, prompt.id, score.dimension, level)
            for judge, level in levels.items()
            if level is not None and level >= HIGHEST
        ]
    return tuple(failures)

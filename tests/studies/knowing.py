"""A panel that knows what the raters said of the golden answers, and errs as it is told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from hashlib import sha256

import numpy as np

from evenhand.judges import AnswerScore, Flag, PanelResult, Quote, Verdict
from evenhand.judges.llm.values import Call, Outcome
from evenhand.judges.values import Mark
from evenhand.measure import Components, default_components
from evenhand.rubric import GoldenAnswer, Pack, Prompt

JUDGES = ("one", "two", "three")
HALF = 0.43
"""Half the width of intervals that hold 90 % of what `nearly` says."""
Level = Callable[[GoldenAnswer, str, float], float | None]


def nearly(answer: GoldenAnswer, dimension: str, truth: float) -> float | None:
    """Within about half a level either way, the same each time."""
    digest = sha256(f"{answer.id} {dimension}".encode()).digest()
    return float(np.clip(truth + digest[0] / 255 - 0.5, 1, 5))


def _costing(micros: Decimal) -> Call:
    return Call("one", "model", "any", 1, 0, 1, micros, 0.0, 0, False, Outcome.OK)


class KnowingPanel:
    """Three judges of one mind; an answer that is not golden says nothing."""

    name = "knowing"
    judges: tuple[str, ...] = JUDGES
    sends_to: frozenset[tuple[str, str]] = frozenset()

    def __init__(
        self, pack: Pack, level: Level = nearly, *, half: float = 0.5, version: str = "a" * 64
    ) -> None:
        self.pack, self.level, self.half, self.version = pack, level, half, version
        self.components: Components = default_components((d.id for d in pack.dimensions), JUDGES)
        self.golden = {answer.text: answer for answer in pack.golden}
        self.quoting = True
        self.flags: tuple[Flag, ...] = ()
        self.calls = 0
        self.away: tuple[str, ...] = ()
        self.invents = 0
        self.cost: Decimal | None = None
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        self.calls += 1
        answer = self.golden.get(given)
        scores = tuple(self._score(prompt, name, answer, confidence) for name in prompt.dimensions)
        calls = () if self.cost is None else (_costing(self.cost),)
        return PanelResult(prompt.id, self.flags if answer else (), scores, calls)

    def _score(
        self, prompt: Prompt, dimension: str, answer: GoldenAnswer | None, confidence: float
    ) -> AnswerScore:
        indicators = self.pack.dimension(dimension).indicators
        marks: dict[str, Mark] = {i.id: 0 for i in indicators}
        level: float | None = 1.0
        quotes: tuple[Quote, ...] = ()
        if answer is not None:
            rated = [r for r in answer.ratings if r.dimension == dimension]
            level = self.level(answer, dimension, float(np.mean([r.level for r in rated])))
            marks = {name: round(np.mean([r.marks[name] for r in rated])) for name in marks}
            if self.quoting:
                quotes = tuple(Quote(n, answer.text[:20], 0, 20) for n, m in marks.items() if m)
        if level is None:
            none: dict[str, Mark] = dict.fromkeys(marks)
            silent = tuple(Verdict(j, dimension, None, None, none, (), "ill") for j in JUDGES)
            return AnswerScore(dimension, None, None, None, None, confidence, True, silent)
        claimed = sum(bool(mark) for mark in marks.values()) + self.invents
        verdicts = tuple(
            Verdict(j, dimension, None, None, {}, (), "away")
            if j in self.away
            else Verdict(j, dimension, level, None, marks, quotes, None, claimed, self.invents)
            for j in JUDGES
        )
        low, high = max(level - self.half, 1.0), min(level + self.half, 5.0)
        return AnswerScore(dimension, level, 0.3, low, high, confidence, False, verdicts)

"""A panel that is quick and always says the same, for tests of what is done with verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from evenhand.judges.canary import KNOWN_WORST
from evenhand.judges.values import AnswerScore, Flag, PanelResult, Quote, Verdict
from evenhand.measure import Components, default_components
from evenhand.rubric import Dimension, Pack, Prompt

JUDGES = ("first", "second", "third")


class PlainPanel:
    """Three judges whose levels follow from the text alone; an empty answer gets none."""

    name = "plain"
    version = "0" * 64
    judges = JUDGES
    sends_to: frozenset[tuple[str, str]] = frozenset()

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self.components: Components = default_components((d.id for d in pack.dimensions), JUDGES)
        self.calls: list[str] = []
        self.known: list[tuple[str, ...]] = []
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        if given != KNOWN_WORST:
            self.calls.append(prompt.id)
            self.known.append(tuple(known))
        dimensions = [self._pack.dimension(name) for name in prompt.dimensions]
        scores = tuple(_score(dimension, given, confidence) for dimension in dimensions)
        flags = () if given.strip() else (Flag("empty", "there is no text"),)
        return PanelResult(prompt.id, flags, scores)


def _score(dimension: Dimension, given: str, confidence: float) -> AnswerScore:
    verdicts = tuple(_verdict(judge, dimension, given) for judge in JUDGES)
    levels = [verdict.level for verdict in verdicts if verdict.level is not None]
    if not levels:
        return AnswerScore(dimension.id, None, None, None, None, confidence, True, verdicts)
    level = sum(levels) / len(levels)
    return AnswerScore(
        dimension.id, level, 0.5, level - 0.8, level + 0.8, confidence, False, verdicts
    )


def _verdict(judge: str, dimension: Dimension, given: str) -> Verdict:
    marks: dict[str, int | None] = {indicator.id: None for indicator in dimension.indicators}
    words = given.split()
    if not words:
        return Verdict(judge, dimension.id, None, None, marks, (), "there is no text")
    if given == KNOWN_WORST:
        level = 1.0
    else:
        level = 1 + 4 * sha256(f"{judge}{given}".encode()).digest()[0] / 255
    first = next(iter(marks))
    marks[first] = 1
    start = given.index(words[0])
    quote = Quote(first, words[0], start, start + len(words[0]))
    spread = (0.1, 0.2, 0.4, 0.2, 0.1)
    return Verdict(judge, dimension.id, level, spread, marks, (quote,), None, claimed=1)

"""A quick panel whose scores come from the measurement model, as those of the real panels do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.panels import PlainPanel

from evenhand.judges.values import PanelResult
from evenhand.measure import Components, answer_level
from evenhand.rubric import Pack, Prompt


class MeasuredPanel(PlainPanel):
    """The plain judges, but for two kinds of answers.

    One that holds `held out` is scored with other components; of one that holds `talked round` the
    first judge thinks far more than the others.
    """

    name = "measured"

    def __init__(self, pack: Pack, held_out: Components | None = None) -> None:
        super().__init__(pack)
        self.held_out = held_out or self.components

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        result = super().judge(prompt, given, confidence=confidence, known=known)
        components = self.held_out if "held out" in given else self.components
        scores = []
        for score in result.scores:
            if score.level is None:
                scores.append(score)
                continue
            verdicts = score.verdicts
            if "talked round" in given:
                verdicts = tuple(
                    replace(verdict, level=5.0 if verdict.judge == "first" else 1.2)
                    for verdict in verdicts
                )
            levels = {verdict.judge: verdict.level for verdict in verdicts}
            found = answer_level(levels, score.dimension, components, confidence=confidence)
            figures = {name: getattr(found, name) for name in ("level", "sd", "low", "high")}
            scores.append(replace(score, verdicts=verdicts, **figures))
        return replace(result, scores=tuple(scores), components=components)

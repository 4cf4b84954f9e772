"""What the template of the report is given: the report, and its charts beside the parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from evenhand.web.ui.figures import share

from . import words
from .pictures import judge_plot, judges_plot, levels_plot
from .shape import AnswerPart, DimensionLine, IndicatorLine, JudgeLine, Reading, Report


@dataclass(frozen=True)
class ReadingView:
    """One reading with its charts."""

    reading: Reading
    plot: SafeString
    judges: tuple[tuple[JudgeLine, SafeString], ...]
    indicators: tuple[tuple[IndicatorLine, str], ...]
    summary: str


@dataclass(frozen=True)
class AnswerView:
    """One answer with its readings."""

    answer: AnswerPart
    readings: tuple[ReadingView, ...]


def context(report: Report) -> dict[str, Any]:
    """Return the variables of `report/report.html`."""
    lines = report.dimensions
    made = report.made
    return {
        "report": report,
        "percent": share(report.confidence),
        "plot": levels_plot(report) if lines else "",
        "lines": [(line, words.percent(line.p_bar)) for line in _with_overall(report)],
        "rounds": lines[0].rounds if lines else (),
        "above": [line for line in lines if line.standing == "at_or_above"],
        "below": [line for line in lines if line.standing == "below"],
        "open": [line for line in lines if line.standing == "open"],
        "answers": [_answer(answer) for answer in report.answers],
        "estimand": words.estimand(),
        "answer_estimand": words.answer_estimand(),
        "fit": words.fit(made.components_version, made.components_at),
        "provisional": words.provisional_label(made.golden_label),
        "limits": words.limits(provisional=False, golden_label=made.golden_label),
    }


def _with_overall(report: Report) -> list[DimensionLine]:
    return ([report.overall] if report.overall else []) + list(report.dimensions)


def _answer(answer: AnswerPart) -> AnswerView:
    return AnswerView(
        answer,
        tuple(
            ReadingView(
                reading=reading,
                plot=judges_plot(answer, reading),
                judges=tuple((j, judge_plot(answer, reading, j)) for j in reading.judges),
                indicators=tuple((line, words.shown(line.shown)) for line in reading.indicators),
                summary=words.behaviours(reading.indicators),
            )
            for reading in answer.readings
        ),
    )

"""The charts of a report."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evenhand.web.ui.charts import DotRow, Strip, dot_plot, spread_of_levels, strip_plot

from .shape import AnswerPart, DimensionLine, JudgeLine, Reading, Report


def levels_plot(report: Report, *, width: int | None = None) -> SafeString:
    """Return the dimensions, and overall above them, as dots with intervals."""
    lines = ([report.overall] if report.overall else []) + list(report.dimensions)
    return dot_plot(
        [_row(line) for line in lines],
        bar=report.bar,
        name="levels",
        title=_("Estimated levels with their intervals"),
        width=width,
    )


def judges_plot(answer: AnswerPart, reading: Reading) -> SafeString:
    """Return the judges' levels of one answer on one dimension, and their joint level."""
    level = reading.level
    return strip_plot(
        [Strip(line.judge, line.level) for line in reading.judges],
        together=(level.mean, level.low, level.high) if level else None,
        name=f"judges-{answer.number}-{reading.dimension}",
        title=_("The judges' levels for answer %(number)s, %(dimension)s")
        % {"number": answer.number, "dimension": reading.name},
    )


def judge_plot(answer: AnswerPart, reading: Reading, judge: JudgeLine) -> SafeString:
    """Return one judge's distribution over the levels, or nothing where it gave none."""
    if judge.distribution is None:
        return SafeString("")
    return spread_of_levels(
        judge.distribution,
        name=f"spread-{answer.number}-{reading.dimension}-{judge.judge}",
        title=_("Distribution over levels 1 to 5 of %(judge)s") % {"judge": judge.judge},
    )


def _row(line: DimensionLine) -> DotRow:
    return DotRow(line.name, line.level.mean, line.level.low, line.level.high, line.asked)

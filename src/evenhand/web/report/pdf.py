"""The report on paper: A4, tagged, with its fonts inside.

The text of an answer reaches typst as JSON data and is only ever shown, so nothing in it can be
markup. The template is `report.typ`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evenhand.hiring.moments import in_words
from evenhand.web.ui.charts import number
from evenhand.web.ui.figures import share
from evenhand.web.ui.typeset import breakable, typeset

from . import words
from .pictures import levels_plot
from .shape import AnswerPart, Aside, DimensionLine, Reading, Report, RoundPart, Segment

_TEMPLATE: Final = Path(__file__).with_name("report.typ")
_WIDTH: Final = 700
"""Units across the chart, which is as wide as the text: its letters come out a little smaller, and
there is room for the table below it."""


def pdf(report: Report) -> bytes:
    """Return the report as a PDF file."""
    return printed(paper(report))


def printed(data: Mapping[str, Any]) -> bytes:
    """Set what `paper` returns, a decision added to it or not, as a PDF file."""
    return typeset(_TEMPLATE, data)


def paper(report: Report) -> dict[str, Any]:
    """Return what the template prints: words and numbers, ready to be set."""
    made = report.made
    lines = ([report.overall] if report.overall else []) + list(report.dimensions)
    return {
        "language": (get_language() or "en").split("-")[0],
        "title": f"{report.code} · {report.opening}",
        "withdrew": report.withdrew,
        "headline": report.headline,
        "upshot": report.upshot,
        "leaning": report.leaning,
        "example": _("Example data: this person does not exist.") if report.is_example else "",
        "provisional": words.provisional_label(made.golden_label) if made.provisional else "",
        "estimand": words.estimand(),
        "chart": levels_plot(report, width=_WIDTH) if lines else "",
        "chart_alt": "; ".join(_said(line) for line in lines),
        "lines": [_cells(line) for line in lines],
        "narrowed": [_narrowed(line) for line in lines if line.rounds],
        "narrowed_heads": [
            _("Dimension"),
            *(one.name for one in (lines[0].rounds if lines else ())),
            _("Narrower by"),
        ],
        "focus": [
            [f"{line.minutes:g}", line.round, line.question, line.reason] for line in report.focus
        ],
        "doubts": words.doubts(lines),
        "reads": _reads(report),
        "rounds": [_round(one) for one in report.rounds],
        "shares": _shares([line for line in lines if line.shares]),
        "answer_estimand": words.answer_estimand(),
        "answers": [_answer(answer) for answer in report.answers],
        "limits": words.limits(provisional=False, golden_label=made.golden_label),
        "made": _facts(report),
        "words": _words(report),
    }


def _words(report: Report) -> dict[str, Any]:
    return {
        "levels": _("Levels"),
        "legend": _(
            "A filled dot on a solid line: asked and read. A hollow square on a dashed line: not "
            "asked, inferred from the other dimensions."
        ),
        "heads": [
            _("Dimension"),
            _("Level"),
            _("Interval, %(share)s") % {"share": share(report.confidence)},
            _("At or above %(bar)s") % {"bar": number(report.bar)},
            _("Standing"),
        ],
        "narrowed": _("How the rounds narrowed it: the interval after each"),
        "focus": _("What to ask next"),
        "focus_heads": [_("Minutes"), _("Round"), _("Question"), _("Why")],
        "answers": _("Answers"),
        "indicators": [_("No."), _("Behaviour"), _("Mark")],
        "judges": [_("Judge"), _("Level"), _("Levels 1 to 5"), _("Remark")],
        "rounds": _("The rounds it rests on"),
        "rounds_heads": [_("Question"), _("Dimension"), _("Rated by"), _("Level")],
        "shares": _("What each rating adds"),
        "shares_heads": [_("From"), _("Rated by"), _("Level given")],
        "shares_says": _(
            "Each column adds up to the level of its dimension: the starting point is what is "
            "assumed of anyone, and each rating moves it by what stands in its row."
        ),
        "limits": _("What this report cannot say"),
        "made": _("How it was made"),
        "empty": _("(no text was given)"),
        "page": _("page"),
    }


def _said(line: DimensionLine) -> str:
    level = line.level
    return f"{line.name}: {number(level.mean)} ({number(level.low)}–{number(level.high)})"


def _cells(line: DimensionLine) -> list[str]:
    level = line.level
    between = f"{number(level.low)}–{number(level.high)}"
    return [line.name, number(level.mean), between, words.percent(line.p_bar), line.says]


def _narrowed(line: DimensionLine) -> list[str]:
    levels = [one.level for one in line.rounds]
    between = [f"{number(level.low)}–{number(level.high)}" for level in levels]
    return [line.name, *between, line.narrower]


def _answer(answer: AnswerPart) -> dict[str, Any]:
    return {
        "title": words.question(answer.number),
        "question": answer.question,
        "segments": _segments(answer.segments),
        "follow_up": _follow_up(answer),
        "redacted": answer.redacted,
        "flags": [f"{flag.lead} {flag.detail}" for flag in answer.flags],
        "aside": _aside(answer.aside),
        "readings": [_reading(reading) for reading in answer.readings],
    }


def _segments(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    return [
        {
            "text": breakable(segment.text),
            "marked": bool(segment.numbers),
            "numbers": ", ".join(map(str, segment.ends)),
        }
        for segment in segments
    ]


def _aside(kept: Sequence[Aside]) -> list[dict[str, str]]:
    return [
        {
            "title": _("Kept aside: %(why)s, %(time)s")
            % {"why": aside.why, "time": in_words(aside.kept_at, "DATETIME_FORMAT")},
            "text": breakable(aside.text),
        }
        for aside in kept
    ]


def _follow_up(answer: AnswerPart) -> dict[str, Any]:
    """Return the follow-up, or why none was asked: then there are no segments to show."""
    after = answer.follow_up
    return {
        "says": answer.follow_up_says,
        "asked": after is not None,
        "title": _("Follow-up"),
        "question": after.question if after else "",
        "segments": _segments(after.segments) if after else [],
        "aside": _aside(after.aside) if after else [],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    level = reading.level
    figures = (
        f"{number(level.mean)} ({number(level.low)}–{number(level.high)})"
        if level
        else _("no judge could give a level")
    )
    return {
        "title": f"{reading.name}: {figures}",
        "agreement": reading.agreement,
        "judges": [
            [
                line.judge,
                "–" if line.level is None else number(line.level),
                " · ".join(map(share, line.distribution or ())),
                line.left_out or line.reason,
            ]
            for line in reading.judges
        ],
        "indicators": [
            [
                str(line.number),
                _("Red flag: %(says)s") % {"says": line.says} if line.red_flag else line.says,
                words.shown(line.shown),
            ]
            for line in reading.indicators
        ],
    }


def _round(part: RoundPart) -> dict[str, Any]:
    return {
        "says": f"{part.name}: {part.says}",
        "ratings": [
            [rating.question, rating.name, rating.rater, number(rating.level)]
            for rating in part.ratings
        ],
    }


def _reads(report: Report) -> str:
    """Say what an interval is, and what it is to be open, to whoever is no statistician."""
    return _(
        "An interval of %(share)s is made so that for %(percent)d candidates of 100 the level "
        "lies inside it. Settled: the whole interval lies on one side of the bar. Open: it lies "
        "across, or nothing was asked on the dimension."
    ) % {"share": share(report.confidence), "percent": round(100 * report.confidence)}


def _shares(lines: Sequence[DimensionLine]) -> dict[str, Any]:
    """Return one table for all dimensions: a rating has a row, and a column for what each gets."""
    sources = {"prior": _("starting point"), "scale": _("kept on the scale of 1 to 5")}
    rows: dict[tuple[object, ...], list[str]] = {}
    for column, line in enumerate(lines):
        met = Counter[tuple[object, ...]]()
        for part in line.shares:
            key = (part.source, part.task, part.dimension, part.rater, part.round, part.level)
            met[key] += 1
            row = rows.setdefault(
                (*key, met[key]),
                [
                    f"{part.asked}, {part.dimension}" if part.task else sources[part.source],
                    part.who,
                    "" if part.level is None else f"{part.level:.2f}",
                    *("–" for _each in lines),
                ],
            )
            row[3 + column] = f"{round(part.share, 3) + 0.0:+.3f}"
    return {
        "heads": [line.name for line in lines],
        "rows": [rows[key] for key in sorted(rows, key=lambda key: key[0] == "scale")],
        "sums": [f"{line.level.mean:.2f}" for line in lines],
        "sum": _("Level"),
    }


def _facts(report: Report) -> list[list[str]]:
    made = report.made
    events = ", ".join(str(event.seq) for event in made.events)
    facts = [
        [_("Rubric pack"), f"{made.pack} {made.pack_version}, {made.pack_hash}"],
        [_("Panel"), f"{made.panel}, {made.panel_version}"],
        [_("Read by"), f"{made.read_by} {made.read_instead}".strip()],
        [
            _("Components"),
            f"{words.fit(made.components_version, made.components_at)}, {made.components_version}",
        ],
        # A report that is provisional has said so at its top.
        [_("Golden answers"), "" if made.provisional else made.golden_label],
        [_("Ledger entries"), events],
    ]
    return [fact for fact in facts if fact[1]]

"""Charts of levels: SVG made on the server, readable without colour and without a mouse.

Positions across are in percent of the picture's width, so that a chart fills its column while its
text keeps its size on a phone. Colours come from the style sheet by class; the few attributes given
here are what paper shows, where no style sheet is read.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .figures import share
from .svg import add, label, markup, picture

LOWEST: Final = 1.0
HIGHEST: Final = 5.0
_EDGE: Final = 3.0
_HEAD, _ROW, _FOOT = 26, 46, 26
_LANE: Final = 22


@dataclass(frozen=True)
class DotRow:
    """One line of a dot plot: a name, a level with its interval, and whether it was asked."""

    label: str
    mean: float
    low: float
    high: float
    asked: bool = True


@dataclass(frozen=True)
class Strip:
    """One rater's level in a strip plot; None is an abstention."""

    label: str
    level: float | None


def across(level: float) -> float:
    """Return where a level stands, in percent of the width; levels outside 1..5 stand at the end.

    Raises:
        ValueError: If the level is not a number.

    >>> across(1), across(3), across(5)
    (3.0, 50.0, 97.0)
    """
    if math.isnan(level):
        raise ValueError("chart: a level is not a number")
    inside = min(max(level, LOWEST), HIGHEST)
    share = (inside - LOWEST) / (HIGHEST - LOWEST)
    return round(_EDGE + (100 - 2 * _EDGE) * share, 3)


def number(level: float) -> str:
    """Return a level as the pages print it: one decimal.

    >>> number(3.449)
    '3.4'
    """
    return f"{level:.1f}"


def dot_plot(
    rows: Sequence[DotRow], *, bar: float, name: str, title: str, width: int | None = None
) -> SafeString:
    """Return a plot: one dot and interval a row, ticks at 1 to 5, the bar as a labelled line.

    A filled dot on a solid line was asked; a hollow square on a dashed line was not.

    Args:
        rows: From top to bottom.
        bar: The level that the vertical line marks.
        name: Unique on the page.
        title: What is plotted.
        width: Fixed width in points, for paper; without it the plot is as wide as its column.
    """
    height = _HEAD + _ROW * len(rows) + _FOOT
    root = picture(name, title=title, desc=_described(rows, bar), kind="plot", height=str(height))
    root.set("width", "100%" if width is None else str(width))
    if width is not None:
        root.set("viewBox", f"0 0 {width} {height}")
    chart = add(root, "g", class_="chart", fill="currentColor", font_size=13)
    at = f"{across(bar)}%"
    add(chart, "line", x1=at, x2=at, y1=_HEAD - 8, y2=_HEAD, class_="bar", stroke="currentColor")
    _bar_name(chart, bar, bottom=_HEAD - 12)
    _tick_names(chart, top=height - _FOOT)
    for index, row in enumerate(rows):
        _dot_row(chart, row, bar=bar, top=_HEAD + index * _ROW)
    return markup(root)


def strip_plot(
    strips: Sequence[Strip],
    *,
    together: tuple[float, float, float] | None,
    name: str,
    title: str,
) -> SafeString:
    """Return each rater's level in a lane of its own, and the joint level with its interval below.

    Args:
        strips: One a rater; an abstention leaves its lane empty, with a dash at its name.
        together: Level, low and high of all raters together; None where all abstained.
        name: Unique on the page.
        title: What is plotted.
    """
    lanes = len(strips) + 1
    height = lanes * _LANE + _FOOT
    said = [f"{s.label}: {_('no level') if s.level is None else number(s.level)}" for s in strips]
    root = picture(name, title=title, desc="; ".join(said), kind="plot strip", height=str(height))
    root.set("width", "100%")
    chart = add(root, "g", class_="chart", fill="currentColor", font_size=12)
    _grid(chart, top=0, bottom=lanes * _LANE)
    _tick_names(chart, top=lanes * _LANE)
    for index, strip in enumerate(strips):
        middle = index * _LANE + _LANE / 2
        if strip.level is None:
            label(chart, "–", x="50%", y=middle + 4, class_="soft middle", text_anchor="middle")
            continue
        at = f"{across(strip.level)}%"
        add(
            chart,
            "circle",
            cx=at,
            cy=middle,
            r=8,
            class_="judge",
            fill="none",
            stroke="currentColor",
        )
        label(chart, str(index + 1), x=at, y=middle + 4, class_="soft middle", text_anchor="middle")
    if together is not None:
        level, low, high = together
        middle = len(strips) * _LANE + _LANE / 2
        _interval(chart, low, high, middle, asked=True)
        add(chart, "circle", cx=f"{across(level)}%", cy=middle, r=6, class_="dot")
    return markup(root)


def mini_interval(mean: float, low: float, high: float, *, bar: float, name: str) -> SafeString:
    """Return a small dot and interval with the bar as a tick, for a cell of a table."""
    words = _("%(mean)s, between %(low)s and %(high)s; the bar is %(bar)s") % {
        "mean": number(mean),
        "low": number(low),
        "high": number(high),
        "bar": number(bar),
    }
    root = picture(
        name, title=_("Overall level"), desc=words, kind="mini", viewBox="0 0 120 24",
        width="120", height="24",
    )  # fmt: skip
    chart = add(root, "g", class_="chart", fill="currentColor")
    add(chart, "line", x1="3%", x2="97%", y1=12, y2=12, class_="grid", stroke="#bbb")
    _interval(chart, low, high, 12, asked=True)
    at = f"{across(bar)}%"
    add(chart, "line", x1=at, x2=at, y1=2, y2=22, class_="bar", stroke="currentColor")
    add(chart, "circle", cx=f"{across(mean)}%", cy=12, r=5, class_="dot")
    return markup(root)


def spread_of_levels(shares: Sequence[float], *, name: str, title: str) -> SafeString:
    """Return five small columns: the share that a rater gives each of the levels 1 to 5."""
    said = ", ".join(f"{level}: {share(part)}" for level, part in enumerate(shares, start=1))
    root = picture(
        name, title=title, desc=said, kind="mini", viewBox="0 0 70 24", width="70", height="24"
    )
    chart = add(root, "g", class_="chart", fill="currentColor")
    add(chart, "line", x1=0, x2=70, y1=23, y2=23, class_="axis", stroke="currentColor")
    for index, part in enumerate(shares):
        tall = round(22 * min(max(part, 0.0), 1.0), 2)
        add(chart, "rect", x=index * 14 + 1, y=23 - tall, width=12, height=tall, class_="column")
    return markup(root)


def _described(rows: Sequence[DotRow], bar: float) -> str:
    said = [
        _("%(label)s: %(mean)s, between %(low)s and %(high)s, %(asked)s")
        % {
            "label": row.label,
            "mean": number(row.mean),
            "low": number(row.low),
            "high": number(row.high),
            "asked": _("asked") if row.asked else _("not asked"),
        }
        for row in rows
    ]
    return "; ".join([*said, _("the bar is %(bar)s") % {"bar": number(bar)}])


def _tick_names(chart: Element, *, top: float) -> None:
    for level in range(int(LOWEST), int(HIGHEST) + 1):
        at = f"{across(level)}%"
        label(chart, str(level), x=at, y=top + 18, class_="soft middle", text_anchor="middle")


def _grid(chart: Element, *, top: float, bottom: float) -> None:
    for level in range(int(LOWEST), int(HIGHEST) + 1):
        at = f"{across(level)}%"
        add(chart, "line", x1=at, x2=at, y1=top, y2=bottom, class_="grid", stroke="#ccc")


def _bar_name(chart: Element, bar: float, *, bottom: float) -> None:
    at = across(bar)
    anchor = "end" if at > 85 else "start" if at < 15 else "middle"
    label(
        chart, _("bar %(bar)s") % {"bar": number(bar)}, x=f"{at}%", y=bottom,
        class_=f"bar {anchor}", text_anchor=anchor,
    )  # fmt: skip


def _dot_row(chart: Element, row: DotRow, *, bar: float, top: float) -> None:
    line = add(chart, "g", class_="row")
    # The lines of the scale stop at each row's words, so that nothing is struck through.
    _grid(line, top=top + 21, bottom=top + 42)
    across_bar = f"{across(bar)}%"
    add(
        line, "line", x1=across_bar, x2=across_bar, y1=top + 21, y2=top + 42, class_="bar",
        stroke="currentColor", stroke_width=1.5, stroke_dasharray="6 3",
    )  # fmt: skip
    label(line, row.label, x=0, y=top + 15)
    value = label(line, number(row.mean), x="100%", y=top + 15, class_="end", text_anchor="end")
    # On a phone the style sheet leaves the interval out of the words: it is drawn below them.
    between = add(value, "tspan", class_="between")
    # A space that does not collapse: the typesetter of the PDF drops a plain one here.
    between.text = f"\N{NO-BREAK SPACE}({number(row.low)}–{number(row.high)})"
    middle = top + 31
    _interval(line, row.low, row.high, middle, asked=row.asked)
    at = f"{across(row.mean)}%"
    if row.asked:
        add(line, "circle", cx=at, cy=middle, r=7, class_="dot")
    else:
        # A transform moves by points, so that the square stays centred where x is in percent.
        add(
            line, "rect", x=at, y=middle - 6, width=12, height=12, transform="translate(-6 0)",
            class_="dot open", fill="#fff", stroke="currentColor", stroke_width=1.5,
        )  # fmt: skip


def _interval(chart: Element, low: float, high: float, middle: float, *, asked: bool) -> None:
    line = add(
        chart, "line", x1=f"{across(low)}%", x2=f"{across(high)}%", y1=middle, y2=middle,
        class_="interval" if asked else "interval open",
        stroke="#777" if asked else "currentColor", stroke_width=5 if asked else 2,
    )  # fmt: skip
    if not asked:
        line.set("stroke-dasharray", "5 4")

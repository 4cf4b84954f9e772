"""The picture of one level: five ticks, a shaded range, a dot."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evenhand.web.ui.charts import across, number
from evenhand.web.ui.svg import add, label, markup, picture

from .shape import Level

_TALL: Final = 56
_MIDDLE: Final = 16


def level_picture(
    level: Level, *, name: str, title: str, earlier: Level | None = None, width: int | None = None
) -> SafeString:
    """Return a level on the scale of 1 to 5 with its range shaded.

    Args:
        level: What is drawn: a dot on a thick line.
        name: Unique on the page.
        title: Whose level it is.
        earlier: The level before it moved: a hollow square on a dashed line above.
        width: Fixed width in points, for paper; without it the picture is as wide as its column.
    """
    said = level.says if earlier is None else _("Before: %(a)s Now: %(b)s") % {
        "a": earlier.says, "b": level.says,
    }  # fmt: skip
    down = 0 if earlier is None else 18
    root = picture(name, title=title, desc=said, kind="plot", height=str(_TALL + down))
    root.set("width", "100%" if width is None else str(width))
    if width is not None:
        root.set("viewBox", f"0 0 {width} {_TALL + down}")
    chart = add(root, "g", class_="chart", fill="currentColor", font_size=13)
    for tick in range(1, 6):
        at = f"{across(tick)}%"
        add(chart, "line", x1=at, x2=at, y1=4, y2=28 + down, class_="grid", stroke="#ccc")
        label(chart, str(tick), x=at, y=46 + down, class_="soft middle", text_anchor="middle")
    if earlier is not None:
        _range(chart, earlier, _MIDDLE, before=True)
    _range(chart, level, _MIDDLE + down, before=False)
    return markup(root)


def _range(chart: Element, level: Level, middle: float, *, before: bool) -> None:
    low, high = f"{across(level.low)}%", f"{across(level.high)}%"
    line = add(
        chart, "line", x1=low, x2=high, y1=middle, y2=middle,
        class_="interval open" if before else "interval",
        stroke="currentColor" if before else "#777", stroke_width=2 if before else 6,
    )  # fmt: skip
    at = f"{across(level.mean)}%"
    if before:
        line.set("stroke-dasharray", "5 4")
        add(
            chart, "rect", x=at, y=middle - 6, width=12, height=12, transform="translate(-6 0)",
            class_="dot open", fill="#fff", stroke="currentColor", stroke_width=1.5,
        )  # fmt: skip
    else:
        add(chart, "circle", cx=at, cy=middle, r=7, class_="dot")


def title_of(name: str) -> str:
    """Return what a picture of a level shows."""
    return _("Level: %(name)s") % {"name": name}


def said(name: str, level: Level) -> str:
    """Return a level in one line, for the text beside a picture on paper."""
    return f"{name}: {number(level.mean)} ({number(level.low)}–{number(level.high)})"

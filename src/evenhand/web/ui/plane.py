"""Plots of one figure against another, as SVG: curves, points with intervals, lines to compare.

Lines are told apart by their dashes and a name at their end, never by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree.ElementTree import Element

from django.utils.formats import number_format
from django.utils.safestring import SafeString

from .svg import add, label, markup, picture

_WIDE: Final = 360
_TALL: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 12, 44
Kind = Literal["main", "second", "even"]


@dataclass(frozen=True)
class Curve:
    """A line through points, from left to right.

    Attributes:
        kind: `main` solid, `second` dashed, `even` dotted, for what would be no better than chance.
        name: written beside `at`; empty for none.
        at: the point that the name stands at.
    """

    points: Sequence[tuple[float, float]]
    kind: Kind = "main"
    name: str = ""
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Dot:
    """A point with an interval up and down."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """What is plotted along one side: its name, its ends and where its figures stand."""

    name: str
    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0)

    def share(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1; what is outside stands at an end."""
        inside = min(max(value, self.low), self.high)
        return (inside - self.low) / (self.high - self.low)


def plane(
    curves: Sequence[Curve],
    dots: Sequence[Dot] = (),
    *,
    x: Axis,
    y: Axis,
    name: str,
    title: str,
    desc: str,
) -> SafeString:
    """Return a plot.

    Args:
        curves: drawn in order, the last on top.
        dots: drawn above them.
        x: across.
        y: up.
        name: unique on the page.
        title: what is plotted.
        desc: what is to be seen, in words.
    """
    root = picture(
        name, title=title, desc=desc, kind="plane", viewBox=f"0 0 {_WIDE} {_TALL}",
        width=str(_WIDE), height=str(_TALL),
    )  # fmt: skip
    chart = add(root, "g", class_="chart", fill="currentColor", font_size=13)
    _axes(chart, x, y)
    for curve in curves:
        points = " ".join(f"{_across(x, a)},{_up(y, b)}" for a, b in curve.points)
        add(
            chart, "polyline", points=points, class_=f"curve {curve.kind}", fill="none",
            stroke="currentColor",
        )  # fmt: skip
        if curve.name and curve.at is not None:
            at, above = _across(x, curve.at[0]), _up(y, curve.at[1])
            label(chart, curve.name, x=at, y=above, class_="soft", text_anchor="start")
    for dot in dots:
        at = _across(x, dot.x)
        add(
            chart, "line", x1=at, x2=at, y1=_up(y, dot.low), y2=_up(y, dot.high), class_="reach",
            stroke="currentColor",
        )  # fmt: skip
        add(chart, "circle", cx=at, cy=_up(y, dot.y), r=5, class_="dot")
    return markup(root)


def _axes(chart: Element, x: Axis, y: Axis) -> None:
    left, right, top, bottom = _LEFT, _WIDE - _RIGHT, _TOP, _TALL - _BOTTOM
    for tick in x.ticks:
        at = _across(x, tick)
        add(chart, "line", x1=at, x2=at, y1=top, y2=bottom, class_="grid", stroke="#ccc")
        label(chart, _figure(tick), x=at, y=bottom + 16, class_="soft middle", text_anchor="middle")
    for tick in y.ticks:
        at = _up(y, tick)
        add(chart, "line", x1=left, x2=right, y1=at, y2=at, class_="grid", stroke="#ccc")
        label(chart, _figure(tick), x=left - 6, y=at + 4, class_="soft end", text_anchor="end")
    middle = (left + right) / 2
    label(chart, x.name, x=middle, y=_TALL - 8, class_="middle", text_anchor="middle")
    turned = (top + bottom) / 2
    label(
        chart, y.name, x=12, y=turned, class_="middle", text_anchor="middle",
        transform=f"rotate(-90 12 {turned:g})",
    )  # fmt: skip


def _across(axis: Axis, value: float) -> float:
    return round(_LEFT + axis.share(value) * (_WIDE - _LEFT - _RIGHT), 1)


def _up(axis: Axis, value: float) -> float:
    return round(_TALL - _BOTTOM - axis.share(value) * (_TALL - _TOP - _BOTTOM), 1)


def _figure(value: float) -> str:
    return number_format(f"{value:g}")

"""A control chart as SVG: a line between two limits. Its figures stand in the table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .svg import add, markup, picture

_WIDE: Final = 240
_TALL: Final = 56
_EDGE: Final = 3
LONGEST: Final = 240
"""Points drawn, the latest: one for each point of the picture's width."""


def control_chart(
    mean: Sequence[float],
    half: float,
    centre: float,
    *,
    alarm: bool,
    name: str,
    title: str,
) -> SafeString:
    """Return the weighted mean as a line, its centre, and its limits as dashed lines.

    A chart in alarm ends in a filled square instead of a ring, so that colour is not needed.

    Args:
        mean: (n,) of at least one value, in order.
        half: half the width of the limits.
        centre: what the limits lie round.
        alarm: whether the last value is beyond them.
        name: Unique on the page.
        title: What is plotted.
    """
    mean = mean[-LONGEST:]
    reach = max(max(abs(m - centre) for m in mean), half) or 1.0

    def up(value: float) -> float:
        return round(_TALL / 2 - (value - centre) / reach * (_TALL / 2 - _EDGE), 1)

    step = (_WIDE - 2 * _EDGE) / max(len(mean) - 1, 1)
    across = [round(_EDGE + step * k, 1) for k in range(len(mean))]
    said = _("beyond its limits") if alarm else _("within its limits")
    root = picture(
        name, title=title, desc=said, kind="control", viewBox=f"0 0 {_WIDE} {_TALL}",
        width=str(_WIDE), height=str(_TALL),
    )  # fmt: skip
    chart = add(root, "g", class_="chart", fill="none", stroke="currentColor")
    add(chart, "line", x1=_EDGE, x2=_WIDE - _EDGE, y1=up(centre), y2=up(centre), class_="grid")
    for side in (1, -1):
        y = up(centre + side * half)
        add(chart, "line", x1=_EDGE, x2=_WIDE - _EDGE, y1=y, y2=y, class_="bar limit")
    line = [(x, up(m)) for x, m in zip(across, mean, strict=True)]
    add(chart, "polyline", points=" ".join(f"{x},{y}" for x, y in line), class_="series")
    x, y = line[-1]
    if alarm:
        add(chart, "rect", x=x - 4, y=y - 4, width=8, height=8, class_="beyond")
    else:
        add(chart, "circle", cx=x, cy=y, r=3, class_="judge")
    return markup(root)

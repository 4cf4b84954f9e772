"""Shares in percent: the one place that puts them so."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def share(value: float | Decimal | None, digits: int = 0) -> str:
    """Return a share in percent, which no line is broken before; a dash where there is none.

    Args:
        value: of the whole, which is 1.
        digits: after the point.
    """
    if value is None:
        return "–"
    # Django cuts digits off, so a figure is rounded first; adding 0 makes -0 plain.
    return f"{number_format(round(100 * float(value), digits) + 0.0, digits)}\u00a0%"

"""Figures in words for a terminal."""

from __future__ import annotations

import math

from evenhand.studies.concordance.values import (
    FEWEST,
    FEWEST_EACH,
    FEWEST_EACH_SLOPE,
    FEWEST_GAP,
    FEWEST_LEVEL,
    NO_SPREAD,
    SEPARATED,
    TOO_FEW,
    Figure,
)

REASONS = {
    TOO_FEW: "too few to say",
    NO_SPREAD: "not defined: all are the same",
    SEPARATED: "without bound: one P parts all yeses from all noes",
}
NEEDS = (
    f"A figure is told from {FEWEST} candidates on with {FEWEST_EACH} decisions of each kind, the "
    f"calibration slope from {FEWEST_EACH_SLOPE} of each, its intercept from {FEWEST_LEVEL} "
    f"candidates on, the panel less people from {FEWEST_GAP} judged by two."
)


def told(figure: Figure, form: str = ".2f") -> str:
    """Return a figure with its interval, or why there is none.

    >>> told(Figure(0.5, 0.4, 0.6)), told(Figure(None, why=TOO_FEW))
    ('0.50 (0.40 to 0.60)', 'too few to say')
    """
    if figure.value is None:
        return REASONS[figure.why]
    if figure.low is None or figure.high is None:
        reason = f" ({REASONS[figure.why]} how far off)" if figure.why else ""
        return format(figure.value, form) + reason
    low, high = (_end(end, form) for end in (figure.low, figure.high))
    return f"{figure.value:{form}} ({low} to {high})"


def _end(value: float, form: str) -> str:
    return format(value, form) if math.isfinite(value) else "no bound"

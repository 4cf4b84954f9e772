"""Feedback as JSON, format `evenhand-feedback/1`; docs/candidate.md describes it.

The fields are those of `shape.Feedback`, by the same names. What is added to the format later gets
a new name; what is taken away or changes its meaning raises the number.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evenhand.web.report.words import estimand

from . import words
from .shape import Feedback

FORMAT = "evenhand-feedback/1"


def plain(feedback: Feedback) -> dict[str, Any]:
    """Return the feedback as values that `json` and Django's encoder can write."""
    return {
        "format": FORMAT,
        "estimand": estimand(),
        "is_not": words.is_not(),
        **asdict(feedback),
    }

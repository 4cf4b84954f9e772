"""The report as JSON, format `evenhand-report/1`; docs/decider.md describes every field.

The fields are those of `shape.Report`, by the same names. What is added to the format later gets
a new name; what is taken away or changes its meaning raises the number.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import JsonResponse

from . import words
from .shape import Report

FORMAT = "evenhand-report/1"


def plain(report: Report) -> dict[str, Any]:
    """Return the report as values that `json` and Django's encoder can write.

    Segments are left out: they are the text cut at the quotes, and the quotes are there.
    """
    fields = asdict(report)
    for answer in fields["answers"]:
        del answer["segments"]
        if answer["follow_up"]:
            del answer["follow_up"]["segments"]
    return {
        "format": FORMAT,
        "estimand": words.estimand(),
        "answer_estimand": words.answer_estimand(),
        "limits": words.limits(
            provisional=report.made.provisional, golden_label=report.made.golden_label
        ),
        **fields,
    }


def answer_with(report: Report) -> JsonResponse:
    """Return the report as the answer to a request, on its page and in the API alike."""
    return JsonResponse(plain(report), json_dumps_params={"ensure_ascii": False})

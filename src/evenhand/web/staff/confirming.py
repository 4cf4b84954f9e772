"""The page before an act that cannot be taken back: what goes, one button, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def confirm(
    request: HttpRequest,
    *,
    heading: str,
    lines: Sequence[str],
    button: str,
    back: str,
    name: str = "sure",
    hindered: str = "",
) -> HttpResponse:
    """Ask whether an act is meant; its button posts to the address that was asked for.

    Args:
        request: What was asked for.
        heading: The question.
        lines: What goes and what stays.
        button: The act.
        back: The address of the page to leave for.
        name: Of the button, where the address does several things.
        hindered: Why it cannot be done; there is no button then.
    """
    shown = {
        "heading": heading, "lines": lines, "button": button, "back": back, "name": name,
        "hindered": hindered,
    }  # fmt: skip
    return render(request, "staff/confirm.html", shown, status=409 if hindered else 200)

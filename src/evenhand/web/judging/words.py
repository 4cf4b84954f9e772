"""The gate's figures in the language of the page; the core names them by code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from evenhand.hiring.judging.standing import WhyNot

CHECKS = {
    "r": gettext_lazy("Correlation with the raters' mean"),
    "rmse": gettext_lazy("Root mean squared error, levels"),
    "kappa": gettext_lazy("Quadratic-weighted kappa"),
    "dimension_r": gettext_lazy("Lowest correlation of a dimension"),
    "r_filled": gettext_lazy("Correlation, what was abstained from taken as the raters' mean"),
    "rmse_filled": gettext_lazy("Error, what was abstained from taken as the raters' mean"),
    "coverage": gettext_lazy("Coverage of the 90\u00a0% interval"),
    "length": gettext_lazy("Correlation with length, the raters' mean held"),
    "nothing": gettext_lazy("Highest level of a text that says nothing"),
    "false_flags": gettext_lazy("Share of golden answers flagged"),
    "unsupported": gettext_lazy("Marks above 0 without a quote"),
    "repeat": gettext_lazy("Standard deviation of a second run, levels"),
    "repeat_flips": gettext_lazy("Share of levels that one of two runs gives, the other not"),
    "abstained": gettext_lazy("Share of levels abstained from"),
    "dimension_abstained": gettext_lazy(
        "Share of levels abstained from in one dimension, the highest"
    ),
    "band_abstained": gettext_lazy(
        "Share of levels abstained from in one band of the raters' mean, the highest"
    ),
    "judge_abstained": gettext_lazy("Share of levels that one judge abstained from, the highest"),
    "seconds": gettext_lazy("Seconds an answer, 99th percentile"),
    "cost": gettext_lazy("Cost an answer"),
}
BANDS = {
    "low": gettext_lazy("low (below 2.5)"),
    "middle": gettext_lazy("middle (2.5 to 3.5)"),
    "high": gettext_lazy("high (3.5 and above)"),
}

WHY_NOT: dict[WhyNot, str] = {
    "gone": gettext_noop(
        "The panel “%(name)s” is active, but it is not described on this installation any more: "
        "the embedded judges read in its place."
    ),
    "broken": gettext_noop(
        "The panel “%(name)s” is active, but it cannot be loaded as it is described: "
        "the embedded judges read in its place."
    ),
    "changed": gettext_noop(
        "The panel “%(name)s” is active, but it is no longer what went through its gate: "
        "the embedded judges read in its place until it went through another one and is made "
        "active again."
    ),
}

_KIND = re.compile(r"^[A-Z]\w*(\.\w+)*: (?=\S)")
"""What a stored fault begins with, such as `JudgeConfigError: `."""
_FOLDER = re.compile(r"(?<![\w:/.])/(?:[^/\s:'\"]+/)*")
"""Folders of a path that begins at the root; an address of a model has a host before its own."""


def stands_in(panel: str, why_not: WhyNot) -> str:
    """Return why an active panel does not read, and what does."""
    return _(WHY_NOT[why_not]) % {"name": panel} if why_not else ""


def plain_fault(error: str) -> str:
    """Return why a gate was broken off without what only a server's files tell: kind and folder."""
    return _FOLDER.sub("", _KIND.sub("", error))


def check_words(check: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return what a check is called on a page, and in which dimensions or bands it was missed.

    Args:
        check: as a run keeps it; one of an earlier release does not say where.
        names: of the dimensions, by id.
    """
    called = check_name(check["code"])
    where = ", ".join(str(BANDS.get(one, names.get(one, one))) for one in check.get("where", ()))
    if not where:
        return called
    if check["got"] is None:
        return _("%(figure)s; too few levels: %(where)s") % {"figure": called, "where": where}
    return _("%(figure)s; missed: %(where)s") % {"figure": called, "where": where}


def check_name(code: str) -> str:
    """Return what a check is called on a page."""
    if code.startswith("bias:"):
        return _("Mean error, group %(name)s") % {
            "name": code.removeprefix("bias:").replace("_", " ")
        }
    return str(CHECKS.get(code, code))


def asked(check: dict[str, Any]) -> str:
    """Return a check's limit in words."""
    least, most = check["least"], check["most"]
    if least is None:
        return _("at most %(most)s") % {"most": plain(most)}
    if most is None:
        return _("at least %(least)s") % {"least": plain(least)}
    return _("%(least)s to %(most)s") % {"least": plain(least), "most": plain(most)}


def between(low: str, high: str) -> str:
    """Return two figures as a range; a dash between them would read as a sign."""
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def plain(value: float) -> str:
    """Return a limit with the digits that it was given with."""
    return number_format(f"{value:g}")


def figure(value: float | None, digits: int = 2) -> str:
    """Return a figure with so many digits; a dash where it is not defined."""
    # Django cuts digits off, so a figure is rounded first; adding 0 makes -0.00 plain.
    return "–" if value is None else number_format(round(value, digits) + 0.0, digits)


def money(micros: Decimal | None) -> str:
    """Return millionths of the currency as money, rounded to a millionth; a dash for none."""
    return "–" if micros is None else figure(float(micros) / 1_000_000, 6)

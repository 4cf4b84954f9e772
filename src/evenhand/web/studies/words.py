"""Figures of a study in the language of the page, and what each says in plain words."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from evenhand.studies.concordance import (
    NO_SPREAD,
    SEPARATED,
    TOO_FEW,
    Concordance,
    Figure,
)
from evenhand.web.judging.words import figure
from evenhand.web.ui.figures import share


def told(one: Figure, digits: int = 2) -> str:
    """Return a figure with its interval, or why there is none."""
    if one.value is None:
        return reason(one.why)
    if one.low is None or one.high is None:
        return figure(one.value, digits)
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": figure(one.value, digits),
        "low": _end(one.low, digits),
        "high": _end(one.high, digits),
    }


def reason(why: str) -> str:
    """Return why a figure is not told."""
    return {
        TOO_FEW: _("too few to say"),
        NO_SPREAD: _("not defined: all are the same"),
        SEPARATED: _("without bound: one value parts all yeses from all noes"),
    }[why]


def share_between(r: Figure) -> str:
    """Return how much of the variance goes with a predictor, by its correlation."""
    value, low, high = (one or 0.0 for one in (r.value, r.low, r.high))
    ends = (low * low, high * high)
    return _("%(value)s of the variance (%(low)s to %(high)s)") % {
        "value": share(value * value),
        "low": share(0.0 if low < 0 < high else min(ends)),
        "high": share(max(ends)),
    }


def figure_lines(result: Concordance) -> list[tuple[str, str, str]]:
    """Return name, figure and meaning of each figure."""
    lines = [
        (_("Cohen's kappa"), told(result.kappa), _kappa_says(result)),
        (
            _("Kappa when sides are drawn by P"),
            told(result.expected_kappa),
            _(
                "What kappa would be if each candidate were on the upper side with their own "
                "probability: estimates are not certain, and this is how far kappa could move."
            ),
        ),
        (_("AUC"), told(result.auc), _auc_says(result)),
        (
            _("Kendall's tau-b"),
            told(result.tau_b),
            _("The same order of candidates, with ties counted: 0 is none, 1 the most there is."),
        ),
    ]
    return [*lines, *_part_lines(result)]


def _part_lines(result: Concordance) -> list[tuple[str, str, str]]:
    if result.parts is None:
        return []
    score, line = result.parts.brier, result.parts.line
    return [
        (
            _("Brier score"),
            told(score.score, 3),
            _(
                "Mean squared distance of P from what people decided. Always saying the share that "
                "was advanced would give %(null)s. Of it, %(mis)s would go if P were recalibrated, "
                "and %(dis)s is won by telling candidates apart."
            )
            % {
                "null": figure(score.null, 3),
                "mis": figure(score.miscalibration, 3),
                "dis": figure(score.discrimination, 3),
            },
        ),
        (
            _("Brier skill"),
            told(score.skill),
            _("The share of that no-knowledge score that is won: 0 is nothing, 1 is all of it."),
        ),
        (
            _("Calibration intercept"),
            told(line.intercept),
            _("Above 0, people advance more often than P says; below 0, less often."),
        ),
        (
            _("Calibration slope"),
            told(line.slope),
            _("Below 1, P is too sure of itself as a forecast of people; above 1, too shy."),
        ),
    ]


def _kappa_says(result: Concordance) -> str:
    if result.kappa.value is None:
        return _("Agreement beyond chance.")
    return _(
        "People and panel are on the same side in %(same)s of decisions. 0 is what chance would "
        "give, 1 is always; at equal shares of yes and no it would be %(pabak)s (PABAK)."
    ) % {"same": share(result.table.agreement), "pabak": figure(result.table.pabak)}


def _auc_says(result: Concordance) -> str:
    if result.auc.value is None:
        return _("How often whom people would advance scores higher than whom they would not.")
    return _(
        "Of two candidates, one whom people would advance and one whom they would not, the first "
        "has the higher score in %(share)s of cases; a coin would give 50\u00a0%%."
    ) % {"share": share(result.auc.value)}


def ceiling_lines(result: Concordance) -> list[tuple[str, str, str]]:
    """Return name, figure and meaning of what people agree among themselves."""
    one = result.ceiling
    if one is None:
        return []
    reaches = "" if one.share is None else " " + _(
        "The panel reaches %(share)s of people's own agreement."
    ) % {"share": share(one.share)}  # fmt: skip
    return [
        (
            _("Kappa between two people"),
            told(one.kappa),
            _("What can be expected of anybody: people do not agree with one another either."),
        ),
        (
            _("AUC of one person for another"),
            told(one.auc),
            _("From how sure they were, where they said so."),
        ),
        (
            _("Kappa of the panel with the same people"),
            told(one.panel),
            _("On the same candidates, so that the two can be compared.") + reaches,
        ),
        (
            _("Panel less people"),
            told(one.gap),
            _("From 0 up, the panel agrees with people as well as people do."),
        ),
    ]


def _end(value: float, digits: int) -> str:
    return figure(value, digits) if math.isfinite(value) else _("no bound")

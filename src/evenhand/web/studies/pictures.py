"""The plots of a concordance study."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from evenhand.studies.concordance import Concordance
from evenhand.studies.concordance.study import Parts
from evenhand.web.ui.plane import Axis, Curve, Dot, plane

from .words import told

DIAGONAL = ((0.0, 0.0), (1.0, 1.0))


def roc_plot(result: Concordance, parts: Parts) -> SafeString:
    """Return the ROC curve."""
    return plane(
        [
            Curve(DIAGONAL, "even", _("a coin"), (0.62, 0.5)),
            Curve([(x, y) for _cut, x, y in parts.roc]),
        ],
        x=Axis(_("Share of the others above the cut")),
        y=Axis(_("Share of those to advance")),
        name="roc",
        title=_("ROC curve"),
        desc=_("The area below the curve is %(auc)s.") % {"auc": told(result.auc)},
    )


def calibration_plot(parts: Parts) -> SafeString:
    """Return what was said against what people decided, by groups of like P."""
    said = "; ".join(
        _("said %(said)s, decided %(happened)s")
        % {"said": f"{one.said:.2f}", "happened": f"{one.happened:.2f}"}
        for one in parts.groups
    )
    return plane(
        [Curve(DIAGONAL, "even", _("as said"), (0.62, 0.5))],
        [Dot(one.said, one.happened, one.low, one.high) for one in parts.groups],
        x=Axis(_("P(at or above the bar), mean of the group")),
        y=Axis(_("Share people would advance")),
        name="calibration",
        title=_("Calibration"),
        desc=said,
    )


def curve_plot(parts: Parts) -> SafeString:
    """Return net benefit over thresholds, of the score, of advancing all, of advancing nobody."""
    curve = parts.curve
    top = max(max(one.net for one in curve), curve[0].everyone, 0.05)
    high = round(top + 0.05, 1) + 0.1
    shown = [one for one in curve if one.everyone >= -0.1]
    return plane(
        [
            Curve([(0, 0), (1, 0)], "even"),
            Curve([(one.threshold, one.everyone) for one in shown], "second"),
            Curve([(one.threshold, one.net) for one in curve]),
        ],
        x=Axis(_("Threshold: P from which to advance")),
        y=Axis(_("Net benefit"), low=-0.1, high=high, ticks=(-0.1, 0.0, round(high / 2, 2), high)),
        name="decision-curve",
        title=_("Decision curve"),
        desc=_(
            "At a threshold of a half, going by the score is worth %(net)s, advancing all %(all)s."
        )
        % {"net": f"{curve[9].net:.2f}", "all": f"{curve[9].everyone:.2f}"},
    )

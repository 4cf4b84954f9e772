"""What the figures speak for, the costs and the lean, as sentences that decide nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from evenhand.hiring.decisions.advising import side_of
from evenhand.hiring.decisions.models import Advice, Lean
from evenhand.hiring.decisions.recommending import HOUR, THIN, Costs, Recommendation
from evenhand.hiring.models import EstimateRow
from evenhand.web.report.words import percent
from evenhand.web.ui.charts import number
from evenhand.web.ui.figures import share

_SAME = 0.005
"""Ratios of costs within this of each other read the same."""


@dataclass(frozen=True)
class CostLine:
    """One act with what it is expected to cost."""

    act: str
    cost: str
    why: str
    cheapest: bool


def costs(of: Costs) -> str:
    """Return what the two errors cost, as a comparison.

    >>> costs(Costs(3, 1))
    'Advancing somebody below the bar costs 3 times as much as turning away somebody above it.'
    """
    ratio = of.false_advance / of.false_reject
    if abs(ratio - 1) < _SAME:
        return _(
            "Both errors are taken to cost the same: advancing somebody below the bar, and turning "
            "away somebody above it."
        )
    if ratio > 1:
        return _(
            "Advancing somebody below the bar costs %(times)s times as much as turning away "
            "somebody above it."
        ) % {"times": f"{ratio:.3g}"}
    return _(
        "Turning away somebody above the bar costs %(times)s times as much as advancing somebody "
        "below it."
    ) % {"times": f"{1 / ratio:.3g}"}


def advice(says: Recommendation) -> str:
    """Return what the figures speak for, in a heading.

    Always as something that they speak for, never as something that is done.
    """
    return _("The figures speak for: %(act)s") % {"act": Advice(says.advises).label}


def why(says: Recommendation, estimate: EstimateRow, bar: float) -> str:
    """Return the reason for the recommendation, with the figures it rests on."""
    if says.because == "thin":
        return _(
            "Little is known yet: the answers have removed %(share)s of the doubt there was before "
            "any answer, which is less than %(thin)s, and the interval does not lie on one side of "
            "the bar in a way that would settle it. So the costs of the errors decide nothing yet."
        ) % {"share": percent(estimate.reliability), "thin": percent(THIN)}
    if says.because == "tie":
        return _("Advancing and not advancing are expected to cost exactly the same.")
    figures = {
        "chance": percent(estimate.p_bar),
        "bar": number(bar),
        "threshold": percent(says.threshold),
    }
    said = _(
        "This person is %(chance)s likely to be at or above the bar of %(bar)s. With these costs, "
        "advancing is the cheaper error from %(threshold)s up."
    )
    if says.advises == "look_closer":
        said += " " + _(
            "It is close enough for another interview to be worth its minutes: what it may show "
            "weighs more than what it takes."
        )
    elif side_of(estimate, bar) == "open":
        said += " " + _("The interval lies across the bar, so either choice may be wrong.")
    return said % figures


def cost_lines(says: Recommendation) -> list[CostLine]:
    """Return each act with its expected cost, in wrong decisions."""
    lines = [
        ("advance", says.advance, _("if the person is below the bar")),
        ("not_advance", says.not_advance, _("if the person is at or above the bar")),
    ]
    if says.look_closer is not None:
        after = _("what is left after %(minutes)d more minutes, and the minutes themselves")
        lines.insert(1, ("look_closer", says.look_closer, after % {"minutes": says.minutes}))
    least = min(cost for _act, cost, _why in lines)
    near = any(cost > least and f"{cost:.2f}" == f"{least:.2f}" for _act, cost, _why in lines)
    shown = "{:.3f}" if near else "{:.2f}"
    return [
        CostLine(
            act=str(Advice(act).label),
            cost=shown.format(cost),
            why=about,
            cheapest=shown.format(cost) == shown.format(least),
        )
        for act, cost, about in lines
    ]


def hour() -> str:
    """Return the convention by which minutes are weighed against errors."""
    return _(
        "1 is a wrong decision, on average over its two kinds. An hour of an interviewer is taken "
        "to weigh %(hour)s of one: a convention, not a finding."
    ) % {"hour": f"{HOUR:g}"}


def after_figures() -> str:
    """Return the mark of a decision whose maker had seen figures before stating a lean."""
    return _("had seen figures before stating a lean")


def card_after_figures() -> str:
    """Return the mark of a scorecard whose writer had seen figures before it was theirs to give."""
    return _("Its writer had seen figures before they were to interview.")


def lean_beside(lean: Lean, p_bar: float, *, after_figures: bool) -> str:
    """Return the lean beside the panel's figure, without a lesson in it."""
    figures = {
        "lean": lean.get_lean_display(),
        "chance": share(lean.chance / 100),
        "panel": percent(p_bar),
    }
    if after_figures:
        return (
            _(
                "You leaned to “%(lean)s” and gave %(chance)s to this person being at or above "
                "the bar; the panel says %(panel)s. By the record of views you had seen figures "
                "before that."
            )
            % figures
        )
    said = _(
        "Before you saw any figure you leaned to “%(lean)s” and gave %(chance)s to this person "
        "being at or above the bar; the panel says %(panel)s."
    )
    if abs(lean.chance / 100 - p_bar) < 0.1:
        return said % figures + " " + _("The two lie close together.")
    return (
        said % figures
        + " "
        + _(
            "You read the evidence yourself, and the panel may be wrong. If your view moves, it is "
            "worth a thought which piece of evidence moved it. How far views move is recorded and "
            "shown to you and the auditors only."
        )
    )

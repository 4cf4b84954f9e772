"""What the figures of an application speak for, from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from evenhand.hiring.calibration.choosing import origin_of
from evenhand.hiring.decisions.recommending import Costs, Known, Look, Recommendation, recommend
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.openings.services import ROUND
from evenhand.hiring.scoring.estimates import ratings_of
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.measure import Components, Option, Rating, focus, without_outliers
from evenhand.measure.values import OVERALL
from evenhand.rubric import Pack, live_questions

_SURE: Final = 1 - 1e-9
"""The plan of another interview fills its minutes: it does not stop once the side is likely."""


@dataclass(frozen=True)
class Advised:
    """What the figures speak for, and the overall estimate that it was drawn from."""

    estimate: EstimateRow
    says: Recommendation


def advise(application: Application) -> Advised | None:
    """Return what the figures speak for; None where nothing is estimated.

    Args:
        application: with its opening.
    """
    overall = application.estimates.filter(dimension=OVERALL, superseded_at__isnull=True).first()
    if overall is None:
        return None
    opening = application.opening
    pack = pack_of(application.pack_id)
    version = overall.components_version
    components = origin_of(pack, version, opening.organisation_id).components
    look = None
    if components is not None:
        ratings, _left_out = without_outliers(ratings_of(application), components)
        look = another_interview(pack, ratings, components, bar=opening.bar)
    known = Known(overall.p_bar, side_of(overall, opening.bar), overall.reliability)
    return Advised(overall, recommend(known, costs_of(opening), look))


def costs_of(opening: Opening) -> Costs:
    """Return what the two errors cost in an opening."""
    return Costs(opening.cost_false_advance, opening.cost_false_reject)


def side_of(row: EstimateRow, bar: float) -> Literal["above", "below", "open"]:
    """Return the side of the bar on which the whole interval lies."""
    if row.low >= bar:
        return "above"
    return "below" if row.high < bar else "open"


def another_interview(
    pack: Pack, ratings: Sequence[Rating], components: Components, *, bar: float
) -> Look | None:
    """Return what the next interview would take and tell; None where nothing is left to ask.

    It is that of the first live round in which nobody has rated the person yet, or else of the
    first one again with another interviewer. Of its questions those are foreseen that tell most of
    the side of the bar.
    """
    live = [one for one in pack.rounds if one.id != ROUND]
    met = {rating.round for rating in ratings}
    fresh = [one for one in live if one.id not in met] or live
    if not fresh:
        return None
    round_ = fresh[0]
    options = [
        Option(q.task, q.dimensions, q.minutes, q.round)
        for q in live_questions(pack)
        if q.round == round_.id and not q.follows
    ]
    plan = focus(
        ratings, components, options, round_.minutes, bar=bar, sure=_SURE, weights=pack.weights
    )
    if not plan.steps or not plan.explained:
        return None
    return Look(float(round_.minutes), plan.explained)

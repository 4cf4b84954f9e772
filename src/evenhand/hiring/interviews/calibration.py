"""An interviewer's own measure, told to them kindly: how strict they are beside others.

It is calibration and no verdict: estimates take it into account, so that candidates neither gain
nor lose by whom they meet. Nobody else sees it but auditors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.calibration.models import StoredFit
from evenhand.hiring.interviews.models import CardLevel, Interview
from evenhand.hiring.openings.models import Membership, Role
from evenhand.hiring.people.models import User
from evenhand.measure import Components, MeasureError, SeverityGap, own_severity

MOST_FITS: Final = 5
"""Stored fits that are looked through, the latest first."""
FEWEST: Final = 5
"""Candidates one has rated before anything is said: with fewer it is mostly whom one met."""


@dataclass(frozen=True)
class OwnMeasure:
    """How strictly a person rates, in levels; above 0 is stricter than the average rater.

    Attributes:
        candidates: how many they have rated in locked scorecards.
        ratings: how many levels that was.
        mean, low, high: severity with its 90 % interval, in levels; None while too little is known.
        says: the sentence to show, whether anything is known or not.
    """

    candidates: int
    ratings: int
    mean: float | None
    low: float | None
    high: float | None
    says: str


def measure_shown_to(viewer: User, interviewer: User) -> OwnMeasure | None:
    """Return an interviewer's measure to themselves and to auditors of their openings.

    Returns:
        None for everybody else.
    """
    if viewer.pk == interviewer.pk or _audits(viewer, interviewer):
        return own_measure(interviewer)
    return None


def own_measure(interviewer: User) -> OwnMeasure:
    """Return what is known of a person's severity; ask `measure_shown_to` who may see it."""
    levels = CardLevel.objects.filter(
        scorecard__interview__interviewer=interviewer,
        scorecard__interview__state=Interview.State.LOCKED,
        replaced_at__isnull=True,
    )
    candidates = levels.values("scorecard__interview__application").distinct().count()
    ratings = levels.count()
    if candidates < FEWEST:
        more = FEWEST - candidates
        says = ngettext(
            "Too few interviews to say how strictly you rate; after %(n)d more candidate it can "
            "be told.",
            "Too few interviews to say how strictly you rate; after %(n)d more candidates it can "
            "be told.",
            more,
        ) % {"n": more}
        return OwnMeasure(candidates, ratings, None, None, None, says)
    found = _latest(interviewer)
    if found is None:
        says = _("How strictly you rate is told after the next time the measurement is fitted.")
        return OwnMeasure(candidates, ratings, None, None, None, says)
    return OwnMeasure(candidates, ratings, found.mean, found.low, found.high, _words(found))


def _latest(interviewer: User) -> SeverityGap | None:
    """Return the severity in the latest fit that met a person; fits of all packs are looked at."""
    packs = Interview.objects.filter(interviewer=interviewer).values("application__pack")
    mine = StoredFit.objects.filter(organisation=interviewer.organisation_id)
    fits = mine.filter(pack__in=packs, converged=True).order_by("-fitted_at")
    for stored in fits[:MOST_FITS]:
        try:
            components = Components.from_json(stored.components)
        except MeasureError:
            continue
        found = own_severity(components, f"user:{interviewer.pk}")
        if found is not None:
            return found
    return None


def _words(found: SeverityGap) -> str:
    figures = {
        "by": f"{abs(found.mean):.1f}",
        "low": f"{min(abs(found.low), abs(found.high)):.1f}",
        "high": f"{max(abs(found.low), abs(found.high)):.1f}",
    }
    if found.low <= 0 <= found.high:
        about = _(
            "Nothing says that you rate more strictly or more gently than others do. What is known "
            "so far leaves room for up to %(high)s of a level either way."
        )
    elif found.low > 0:
        about = _(
            "For the same answers your levels lie about %(by)s below those that others would give; "
            "between %(low)s and %(high)s is likely."
        )
    else:
        about = _(
            "For the same answers your levels lie about %(by)s above those that others would give; "
            "between %(low)s and %(high)s is likely."
        )
    kind = _(
        "That is neither good nor bad. Everybody has a measure of their own, and estimates take "
        "yours into account. Go on rating by the anchors as you read them."
    )
    return f"{about % figures} {kind}"


def _audits(viewer: User, interviewer: User) -> bool:
    openings = Interview.objects.filter(interviewer=interviewer).values("application__opening")
    return Membership.objects.filter(user=viewer, role=Role.AUDITOR, opening__in=openings).exists()

"""An interviewer's own measure, told to them kindly: how strict they are beside others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import ngettext

from evenhand.hiring.interviews.models import CardLevel, Interview
from evenhand.hiring.people.models import User

FEWEST: Final = 5
"""Candidates one has rated before anything is said."""


@dataclass(frozen=True)
class OwnMeasure:
    """How strictly a person rates, in levels; positive is stricter than the average of raters.

    Attributes:
        candidates: how many they have rated in locked scorecards.
        ratings: how many levels that was.
        mean, low, high: severity with its interval, in levels; None while too little is known.
        says: the sentence to show, whether anything is known or not.
    """

    candidates: int
    ratings: int
    mean: float | None
    low: float | None
    high: float | None
    says: str


def own_measure(interviewer: User) -> OwnMeasure:
    """Return what is known of a person's own severity; for themselves and auditors alone."""
    levels = CardLevel.objects.filter(
        scorecard__interview__interviewer=interviewer,
        scorecard__interview__state=Interview.State.LOCKED,
        replaced_at__isnull=True,
    )
    candidates = levels.values("scorecard__interview__application").distinct().count()
    more = max(FEWEST - candidates, 1)
    says = ngettext(
        "Too few interviews to say yet; after %(n)d more we can.",
        "Too few interviews to say yet; after %(n)d more we can.",
        more,
    ) % {"n": more}
    return OwnMeasure(candidates, levels.count(), None, None, None, says)

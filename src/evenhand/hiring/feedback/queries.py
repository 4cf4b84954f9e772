"""Who may be given feedback, who has it, and which contests wait for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from evenhand.hiring.anchors.blind import raters_for
from evenhand.hiring.anchors.models import RATERS, Anchor
from evenhand.hiring.decisions.models import FINAL, Decision
from evenhand.hiring.feedback.models import Contest, Feedback, FeedbackRule
from evenhand.hiring.openings.models import Application, Invitation, Opening
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.sittings.models import Sitting


def feedback_of(application: Application) -> Feedback | None:
    """Return the feedback that was released to a candidate, if it was."""
    return Feedback.objects.filter(application=application).first()


def whom_of(opening: Opening) -> str:
    """Return who gets feedback in an opening."""
    rule = FeedbackRule.objects.filter(opening=opening).first()
    return rule.whom if rule else FeedbackRule.Whom.EVERYBODY.value


def is_scored(application: Application) -> bool:
    """Return whether there is something to give feedback on."""
    return Application.objects.filter(_scored(), pk=application.pk).exists()


def scored_in(opening: Opening) -> QuerySet[Application]:
    """Return who was scored in an opening, in order."""
    return (
        Application.objects.filter(_scored(), opening=opening)
        .select_related("opening", "sitting", "candidate", "feedback")
        .order_by("number")
    )


def releasable(opening: Opening) -> QuerySet[Application]:
    """Return whom the opening's rule reaches: scored, without feedback, with a link to it.

    Who has withdrawn is sent nothing by a rule; their feedback is released one by one, if they ask.
    """
    live = Invitation.objects.filter(application=OuterRef("pk"), revoked_at__isnull=True)
    reached = scored_in(opening).filter(
        Exists(live), feedback__isnull=True, withdrawn_at__isnull=True
    )
    if whom_of(opening) != FeedbackRule.Whom.DECIDED:
        return reached
    return reached.filter(_decided())


def _scored() -> Q:
    """Say who has figures to be told of: answers that are scored, or estimates and a decision.

    Who was rated in live rounds alone waits for the decision: feedback tells what a good answer
    does, and until then the written round may still be to come.
    """
    current = EstimateRow.objects.filter(application=OuterRef("pk"), superseded_at__isnull=True)
    return Q(sitting__state=Sitting.State.SCORED) | (Q(Exists(current)) & _decided())


def _decided() -> Q:
    standing = Decision.objects.filter(
        application=OuterRef("pk"), replaced_at__isnull=True, outcome__in=FINAL
    )
    return Q(Exists(standing))


def contests_of(application: Application) -> list[Contest]:
    """Return a candidate's contests with what they are about and came to, the first one first."""
    return list(
        Contest.objects.filter(application=application).prefetch_related(
            "readings__answer", "readings__anchor", "moves"
        )
    )


def contests_in(opening: Opening) -> QuerySet[Contest]:
    """Return an opening's contests, those that wait first."""
    return (
        Contest.objects.filter(application__opening=opening)
        .select_related("application__opening", "application__sitting")
        .prefetch_related("readings__answer", "readings__anchor", "moves")
        .order_by("settled_at", "opened_at", "pk")
    )


def waiting_in(opening: Opening) -> int:
    """Return how many contests of an opening wait to be settled."""
    return (
        Contest.objects.filter(application__opening=opening)
        .exclude(state=Contest.State.SETTLED)
        .count()
    )


@dataclass(frozen=True)
class Lack:
    """How far a contest is, and what it lacks.

    Attributes:
        given: ratings locked, over all its answers.
        wanted: ratings it takes.
        missing: people whom the team lacks to rate it; 0 where it has enough.
    """

    given: int
    wanted: int
    missing: int


def lack_of(contest: Contest) -> Lack:
    """Return what a contest waits for."""
    anchors = _anchors_of(contest)
    waits = [one for one in anchors if one.locked < RATERS]
    missing = max((RATERS - one.locked - len(raters_for(one)) for one in waits), default=0)
    return Lack(sum(one.locked for one in anchors), RATERS * len(anchors), max(missing, 0))


def _anchors_of(contest: Contest) -> list[Anchor]:
    readings = Anchor.objects.filter(contested_in__contest=contest).distinct()
    return list(readings.select_related("answer__sitting__application__opening"))


def to_look_again(application: Application) -> list[Contest]:
    """Return the settled contests that moved an estimate of this candidate beyond chance."""
    return list(
        Contest.objects.filter(application=application, moves__beyond_chance=True)
        .distinct()
        .order_by("settled_at")
    )

"""From the rows of verdicts to ratings, and from estimates to the rows that pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from evenhand.hiring.anchors.models import RATERS, AnchorRating
from evenhand.hiring.calibration.choosing import Versioned
from evenhand.hiring.interviews.models import CardLevel, Interview
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.openings.services import ROUND
from evenhand.hiring.scoring.models import EstimateRow, VerdictRow
from evenhand.measure import Components, Estimate, Outlier, Rating, estimate, without_outliers

_BATCH = 500
"""Applications written at once: a database takes so many values in one statement."""


def ratings_of(application: Application) -> list[Rating]:
    """Return every level that an application was given, in all rounds, as rows of measurement."""
    return ratings_of_all(Application.objects.filter(pk=application.pk))


def ratings_of_all(applications: QuerySet[Application], *, contested: bool = True) -> list[Rating]:
    """Return the ratings of applications, in an order that depends on nothing but the ratings.

    Args:
        applications: whose.
        contested: whether those of contested answers are wanted: they count for their candidate,
            and being no random sample they would bias a fit.
    """
    return [*model_ratings_of_all(applications), *human_ratings_of_all(applications, contested)]


def human_ratings_of_all(
    applications: QuerySet[Application], contested: bool = True
) -> list[Rating]:
    """Return what people rated: drawn or contested answers, and what they heard in live rounds.

    A task that models rated too makes an anchor of them: the measurement goes by the people.
    """
    return [*_anchor_ratings(applications, contested), *card_ratings_of_all(applications)]


def card_ratings_of_all(applications: QuerySet[Application]) -> list[Rating]:
    """Return the levels of locked scorecards that count: what was corrected counts as corrected."""
    given = (
        CardLevel.objects.filter(
            scorecard__interview__application__in=applications,
            scorecard__interview__state=Interview.State.LOCKED,
            replaced_at__isnull=True,
        )
        .order_by(
            "scorecard__interview__application",
            "scorecard__interview__round",
            "scorecard__interview__interviewer",
            "dimension",
            "task",
        )
        .values_list(
            "scorecard__interview__application",
            "dimension",
            "task",
            "scorecard__interview__round",
            "scorecard__interview__interviewer",
            "level",
        )
    )
    return [
        Rating(str(application), dimension, task, met, f"user:{rater}", "human", level)
        for application, dimension, task, met, rater, level in given.iterator(chunk_size=5000)
    ]


def _anchor_ratings(applications: QuerySet[Application], contested: bool) -> list[Rating]:
    """Return the ratings of drawn and contested answers, once both of their raters are done."""
    given = (
        AnchorRating.objects.filter(
            anchor__answer__sitting__application__in=applications, anchor__locked=RATERS
        )
        .filter(anchor__contested__in={False, contested})
        .order_by(
            "anchor__answer__sitting__application", "anchor__answer__prompt", "dimension", "rater"
        )
        .values_list(
            "anchor__answer__sitting__application",
            "dimension",
            "anchor__answer__prompt",
            "rater",
            "level",
        )
    )
    return [
        Rating(str(application), dimension, prompt, ROUND, f"user:{rater}", "human", level)
        for application, dimension, prompt, rater, level in given.iterator(chunk_size=5000)
    ]


def model_ratings_of_all(applications: QuerySet[Application]) -> list[Rating]:
    """Return what judges rated of the written answers."""
    verdicts = (
        VerdictRow.objects.filter(
            answer__sitting__application__in=applications, level__isnull=False
        )
        .order_by("answer__sitting__application", "answer__prompt", "dimension", "judge")
        .values_list(
            "answer__sitting__application", "dimension", "answer__prompt", "judge", "level"
        )
    )
    return [
        Rating(str(application), dimension, prompt, ROUND, judge, "model", level)
        for application, dimension, prompt, judge, level in verdicts.iterator(chunk_size=5000)
        if level is not None
    ]


@dataclass(frozen=True)
class Estimated:
    """Estimates of some people of an opening, and what they rest on.

    Attributes:
        ratings: those that count.
        left_out: judges' ratings that do not, being far above the other judges'.
        estimates: of every candidate asked for.
    """

    ratings: Sequence[Rating]
    left_out: Sequence[Outlier]
    estimates: Sequence[Estimate]


def estimate_people(
    opening: Opening,
    ratings: Sequence[Rating],
    components: Components,
    *,
    weights: Mapping[str, float],
    candidates: Sequence[str],
) -> Estimated:
    """Estimate people at the bar and confidence of their opening."""
    kept, left_out = without_outliers(ratings, components)
    estimates = estimate(
        kept,
        components,
        bar=opening.bar,
        confidence=opening.confidence,
        weights=weights,
        candidates=candidates,
    )
    return Estimated(kept, left_out, estimates)


def by_candidate(estimates: Sequence[Estimate]) -> dict[str, list[Estimate]]:
    """Group estimates by candidate, in their order."""
    grouped: dict[str, list[Estimate]] = {}
    for one in estimates:
        grouped.setdefault(one.candidate, []).append(one)
    return grouped


def keep_estimates(
    opening: Opening, estimates: Sequence[Estimate], made_with: Versioned, now: datetime
) -> None:
    """Make these the estimates that count; those of an earlier time stay, marked as superseded.

    Args:
        opening: where all the candidates applied.
        estimates: named by the application's id.
        made_with: the components and their version.
        now: the moment of the estimates.
    """
    grouped = list(by_candidate(estimates).items())
    for first in range(0, len(grouped), _BATCH):
        part = dict(grouped[first : first + _BATCH])
        EstimateRow.objects.filter(application__in=list(part), superseded_at__isnull=True).update(
            superseded_at=now
        )
        EstimateRow.objects.bulk_create(
            EstimateRow(
                application_id=candidate,
                dimension=one.dimension,
                mean=one.mean,
                sd=one.sd,
                low=one.low,
                high=one.high,
                p_bar=one.p_bar,
                reliability=one.reliability,
                level_sd=one.level_sd,
                confidence=opening.confidence,
                components_version=made_with.version,
                provisional=made_with.components.provisional,
                estimated_at=now,
            )
            for candidate, rows in part.items()
            for one in rows
        )

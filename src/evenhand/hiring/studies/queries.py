"""What the studies are made of, and what waits for somebody's opinion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean

from django.db.models import Exists, OuterRef, QuerySet

from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.people.models import User
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.sittings.models import HANDED_IN
from evenhand.hiring.studies.models import AdvanceOpinion, Outcome
from evenhand.hiring.studies.written import written_estimates
from evenhand.measure.values import OVERALL
from evenhand.studies.concordance import Concordance, Decision, Score, study
from evenhand.studies.validity import Predictor

ADVANCE = "@advance"
"""The outcome that is made of opinions: the share of people who would advance somebody. No imported
one can be called so, for their names hold no @."""
WRITTEN = "written"
"""What the score is called where people's ratings are left out of it."""


def waiting_for(user: User, openings: QuerySet[Opening]) -> QuerySet[Application]:
    """Return the candidates of these openings on whom this person has no opinion yet.

    In the order of their ids, which is drawn by chance: neither the order of applying nor that of
    scores is to be seen in it.
    """
    return _handed_in(openings).filter(~_own(user)).order_by("pk")


def given_by(user: User, openings: QuerySet[Opening]) -> QuerySet[AdvanceOpinion]:
    """Return this person's opinions in these openings, the latest first."""
    given = AdvanceOpinion.objects.filter(judge=user, application__opening__in=openings)
    return given.select_related("application__opening").order_by("-at", "-pk")


def opinions_of(opening: Opening) -> QuerySet[AdvanceOpinion]:
    """Return every opinion on an opening's candidates."""
    return AdvanceOpinion.objects.filter(application__opening=opening).select_related("judge")


def judge_name(opinion: AdvanceOpinion) -> str:
    """Return what an opinion's giver is called on pages."""
    return str(opinion.judge) if opinion.judge else opinion.label


def concordance_of(opening: Opening, among: QuerySet[Application]) -> Concordance:
    """Hold what models made of the written answers against opinions that were given blindly.

    Candidates and judges are named by their ids.

    Args:
        opening: whose.
        among: those of its candidates whose figures may be shown; of few, the counts tell who
            stands on which side.
    """
    decisions = [
        Decision(
            str(one.application_id),
            f"user:{one.judge_id}" if one.judge_id else one.label,
            one.advance,
            None if one.sure is None else one.sure / 100,
        )
        for one in opinions_of(opening).filter(blind=True, application__in=among)
    ]
    scores = [Score(str(pk), one.p_bar) for pk, one in written_estimates(opening, among).items()]
    return study(scores, decisions, confidence=opening.confidence)


def score_of(opening: Opening, outcome: str) -> Predictor:
    """Return the overall levels of an opening's candidates, as a predictor of an outcome.

    Beside people's opinions these are of the written round, as models rated it.
    """
    if outcome == ADVANCE:
        written = written_estimates(opening, opening.applications.all())
        return Predictor("score", WRITTEN, {str(pk): one.mean for pk, one in written.items()})
    shown = EstimateRow.objects.filter(
        application__opening=opening, dimension=OVERALL, superseded_at__isnull=True
    ).values_list("application", "mean")
    return Predictor("score", OVERALL, {str(application): mean for application, mean in shown})


def outcomes_of(opening: Opening) -> dict[str, Mapping[str, float]]:
    """Return each outcome by name: the mean of its raters by candidate; opinions come first."""
    given: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in opinions_of(opening).filter(blind=True):
        given[ADVANCE][str(one.application_id)].append(float(one.advance))
    for each in Outcome.objects.filter(application__opening=opening):
        given[each.name][str(each.application_id)].append(each.value)
    return {
        name: {who: fmean(values) for who, values in by_candidate.items()}
        for name, by_candidate in given.items()
    }


def _handed_in(openings: QuerySet[Opening]) -> QuerySet[Application]:
    applications = Application.objects.filter(
        opening__in=openings, sitting__state__in=HANDED_IN, withdrawn_at__isnull=True
    )
    return applications.select_related("opening", "sitting")


def _own(user: User) -> Exists:
    return Exists(AdvanceOpinion.objects.filter(application=OuterRef("pk"), judge=user))

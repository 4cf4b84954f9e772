"""Overall estimates from what models made of the written answers, without what people gave.

People's opinions on the answers are held against these: the same people may have interviewed a
candidate, or rated an answer, and would else be found to agree with themselves.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from evenhand.hiring.calibration.choosing import origin_of
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring.estimates import (
    estimate_people,
    human_ratings_of_all,
    model_ratings_of_all,
)
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.measure import Estimate
from evenhand.measure.values import OVERALL


def written_estimates(
    opening: Opening, among: QuerySet[Application]
) -> dict[UUID, Estimate | EstimateRow]:
    """Return the overall estimate of each candidate of the written round, by application.

    Whom no person rated has it already. That of the others is made with the same components from
    the models' ratings alone; who has none, or whose components cannot be read any more, has none.

    Args:
        opening: whose candidates.
        among: those of them that are wanted.
    """
    rows = {
        row.application_id: row
        for row in EstimateRow.objects.filter(
            application__opening=opening,
            application__in=among,
            dimension=OVERALL,
            superseded_at__isnull=True,
        ).select_related("application")
    }
    people = opening.applications.filter(pk__in=among.values("pk"))
    by_people = {UUID(one.candidate) for one in human_ratings_of_all(people)}
    found: dict[UUID, Estimate | EstimateRow] = {}
    anew: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for pk, row in rows.items():
        if pk in by_people:
            anew[row.application.pack_id, row.components_version].append(pk)
        else:
            found[pk] = row
    for (pack, version), ids in anew.items():
        found |= _made_anew(opening, pack, version, ids)
    return found


def _made_anew(
    opening: Opening, pack_hash: str, version: str, ids: list[UUID]
) -> dict[UUID, Estimate | EstimateRow]:
    pack = pack_of(pack_hash)
    components = origin_of(pack, version, opening.organisation_id).components
    if components is None:
        return {}
    ratings = model_ratings_of_all(Application.objects.filter(pk__in=ids))
    read = sorted({one.candidate for one in ratings})
    made = estimate_people(opening, ratings, components, weights=pack.weights, candidates=read)
    return {UUID(one.candidate): one for one in made.estimates if one.dimension == OVERALL}

"""Ranks of a whole opening, worked out once for the estimates there are, and kept.

Ranking ten thousand people takes seconds, a page must not: up to `AT_ONCE` people it is done when
somebody looks, above that by the worker, and until then the page shows the ranks of before and says
of when they are.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum

from evenhand.hiring.decisions.models import Ranking, RankRow, TopRow
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.services import lock
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.measure.ranking import band, rank_intervals
from evenhand.measure.top import p_top
from evenhand.measure.values import OVERALL

AT_ONCE: Final = 300
"""Most people whose ranks are worked out while somebody waits for the page."""
_BATCH: Final = 2000


def version_of(opening: Opening) -> str:
    """Name the overall estimates that count in an opening now, without reading them all.

    A new estimate has a higher key than all before it, and one that goes changes count and sum, as
    it does where its person withdraws.
    """
    found = _counting(opening).aggregate(n=Count("pk"), last=Max("pk"), sum=Sum("pk"))
    return f"{found['n']}-{found['last'] or 0}-{found['sum'] or 0}-{opening.confidence}"


def people_in(version: str) -> int:
    """Return how many people a version of the estimates is of.

    >>> people_in("12-340-3000-0.9")
    12
    """
    return int(version.partition("-")[0])


def ranking_of(opening: Opening) -> Ranking | None:
    """Return the ranking that is kept of an opening, up to date or not."""
    return Ranking.objects.filter(opening=opening).first()


def has_top(ranking: Ranking, top: int) -> bool:
    """Return whether P(top k) is kept for this k."""
    return TopRow.objects.filter(ranking=ranking, top=top).exists()


def make_ranking(opening_id: uuid.UUID | str, top: int, now: datetime) -> None:
    """Rank the people of an opening by their overall estimates, and keep P(top k) for one k.

    It may run twice, or at the same time as another: what is kept belongs to one version of the
    estimates, and is written only where that version still counts.
    """
    opening = Opening.objects.get(pk=opening_id)
    version = version_of(opening)
    rows = list(
        _counting(opening)
        .order_by("application__number")
        .values_list("application", "mean", "sd", "level_sd")
    )
    if not rows:
        Ranking.objects.filter(opening=opening).delete()
        return
    mean = np.array([row[1] for row in rows])
    # How hard the loop is on the whole moves everybody alike, and nobody's rank.
    sd = np.sqrt(np.maximum([row[2] ** 2 - row[3] ** 2 for row in rows], 0.0))
    people = [row[0] for row in rows]
    kept = ranking_of(opening)
    if kept is None or kept.version != version:
        _expected, low, high = rank_intervals(mean, sd, opening.confidence)
        bands = band(mean, sd, opening.confidence)
        places = zip(low.tolist(), high.tolist(), bands.tolist(), strict=True)
        kept = _keep(opening, version, dict(zip(people, places, strict=True)), now)
    if kept is not None and not has_top(kept, top):
        chances = p_top(mean, sd, top).tolist()
        _keep_top(kept, top, dict(zip(people, chances, strict=True)))


def _keep(
    opening: Opening,
    version: str,
    places: dict[uuid.UUID, tuple[int, int, int]],
    now: datetime,
) -> Ranking | None:
    with transaction.atomic():
        lock(opening)
        if version_of(opening) != version:
            return None
        for one in Ranking.objects.filter(opening=opening):
            RankRow.objects.filter(ranking=one).delete()
            TopRow.objects.filter(ranking=one).delete()
            one.delete()
        ranking = Ranking.objects.create(
            opening=opening, version=version, people=len(places), made_at=now
        )
        RankRow.objects.bulk_create(
            (
                RankRow(ranking=ranking, application_id=one, low=low, high=high, band=number)
                for one, (low, high, number) in places.items()
            ),
            batch_size=_BATCH,
        )
    return ranking


def _keep_top(ranking: Ranking, top: int, chances: dict[uuid.UUID, float]) -> None:
    with transaction.atomic():
        lock(ranking.opening)
        # Another one may have kept the same meanwhile, or a newer ranking.
        if has_top(ranking, top) or not Ranking.objects.filter(pk=ranking.pk).exists():
            return
        TopRow.objects.bulk_create(
            (
                TopRow(ranking=ranking, application_id=one, top=top, chance=chance)
                for one, chance in chances.items()
            ),
            batch_size=_BATCH,
        )


def _counting(opening: Opening) -> QuerySet[EstimateRow]:
    """Return the estimates of who is to be chosen from: nobody competes with who has withdrawn."""
    return EstimateRow.objects.filter(
        application__opening=opening,
        application__withdrawn_at__isnull=True,
        dimension=OVERALL,
        superseded_at__isnull=True,
    )

"""Whether the ranks that are kept are of now; those of a small opening are made at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evenhand.hiring.decisions.queries import hidden_from
from evenhand.hiring.decisions.ranking import (
    AT_ONCE,
    has_top,
    make_ranking,
    people_in,
    ranking_of,
    version_of,
)
from evenhand.hiring.models import Opening, Ranking, User
from evenhand.measure.values import OVERALL
from evenhand.work.client import enqueue_ranking

FEWEST_HIDDEN: Final = 10
"""People whose figures are hidden from somebody, below which the places of the others would tell
where these stand: of two, one place says the other. What is left of a sum tells as much."""


@dataclass(frozen=True)
class Ranks:
    """The ranking that a page shows; None where there is none yet.

    Attributes:
        waiting: whether the worker has yet to rank by the estimates of now, or for this k.
        held: whether there is none for who looks, as it would tell of those hidden from them.
    """

    ranking: Ranking | None
    waiting: bool
    held: bool = False


def ranks_for(opening: Opening, user: User, top: int, now: datetime) -> Ranks:
    """Return the ranks to show, and have newer ones made where they are out of date."""
    hidden = hidden_from(user).filter(
        opening=opening,
        withdrawn_at__isnull=True,
        estimates__dimension=OVERALL,
        estimates__superseded_at__isnull=True,
    )
    if 0 < hidden.count() < FEWEST_HIDDEN:
        return Ranks(None, waiting=False, held=True)
    version, kept = version_of(opening), ranking_of(opening)
    if _is_up_to_date(kept, version, top):
        return Ranks(kept, waiting=False)
    people = people_in(version)
    if people <= AT_ONCE:
        make_ranking(opening.pk, top, now)
        return Ranks(ranking_of(opening), waiting=False)
    enqueue_ranking(str(opening.pk), version, top)
    return Ranks(kept, waiting=True)


def _is_up_to_date(kept: Ranking | None, version: str, top: int) -> bool:
    if kept is None:
        return people_in(version) == 0
    return kept.version == version and has_top(kept, top)

"""Whether the ranks that are kept are of now; those of a small opening are made at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from evenhand.hiring.decisions.ranking import (
    AT_ONCE,
    has_top,
    make_ranking,
    people_in,
    ranking_of,
    version_of,
)
from evenhand.hiring.models import Opening, Ranking
from evenhand.work.client import enqueue_ranking


@dataclass(frozen=True)
class Ranks:
    """The ranking that a page shows; None where there is none yet.

    Attributes:
        waiting: whether the worker has yet to rank by the estimates of now, or for this k.
    """

    ranking: Ranking | None
    waiting: bool


def ranks_for(opening: Opening, top: int, now: datetime) -> Ranks:
    """Return the ranks to show, and have newer ones made where they are out of date."""
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

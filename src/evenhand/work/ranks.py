"""The durable workflow that ranks the people of a large opening.

A worker that is killed ranks them once more: what is kept already is left alone.
"""

from __future__ import annotations

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.decisions.ranking import make_ranking
from evenhand.work.engine import RANK_PEOPLE
from evenhand.work.steps import step


@DBOS.workflow(name=RANK_PEOPLE)
def rank_people(opening_id: str, top: int) -> None:
    """Rank the people of one opening by the estimates that count now."""
    rank_once(opening_id, top)


@step
def rank_once(opening_id: str, top: int) -> None:
    """Work the ranks and P(top k) out, and keep them."""
    make_ranking(opening_id, top, timezone.now())

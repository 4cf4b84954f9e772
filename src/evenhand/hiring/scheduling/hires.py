"""How many people were decided on to advance, by opening and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from evenhand.hiring.decisions.models import Decision, Outcome
from evenhand.hiring.openings.models import Application, Opening


def hires_in(
    openings: Collection[Opening], hidden: QuerySet[Application]
) -> Counter[tuple[UUID, date]]:
    """Return the hires of each opening in each month, in the time zone of the pages.

    A hire is a decision to advance that was not replaced by a later one; it counts in the month in
    which it was made.

    Args:
        openings: whose.
        hidden: on whom what was decided is not to be told; of few, the count would.
    """
    made = (
        Decision.objects.filter(
            application__opening__in=openings, outcome=Outcome.ADVANCE, replaced_at__isnull=True
        )
        .exclude(application__in=hidden)
        .values_list("application__opening", "at")
    )
    return Counter((opening, timezone.localtime(at).date().replace(day=1)) for opening, at in made)

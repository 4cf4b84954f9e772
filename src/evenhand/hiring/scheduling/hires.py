"""How many people were decided on to advance, by opening and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from evenhand.hiring.openings.models import Opening


def hires_in(openings: Collection[Opening]) -> Counter[tuple[UUID, date]]:
    """Return the hires of each opening in each month, in the time zone of the pages.

    A hire is a decision to advance that was not replaced by a later one; it counts in the month in
    which it was made.
    """
    decisions = next((m for m in apps.get_models() if m._meta.label == "hiring.Decision"), None)
    if decisions is None:  # decisions are not made here: nobody was decided on
        return Counter()
    made = decisions._default_manager.filter(
        application__opening__in=openings, outcome="advance", replaced_at__isnull=True
    ).values_list("application__opening", "at")
    return Counter((opening, timezone.localtime(at).date().replace(day=1)) for opening, at in made)

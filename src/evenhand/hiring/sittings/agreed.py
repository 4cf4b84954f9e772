"""Whom a candidate agreed that their answers are sent to, and so who may read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.sittings.models import Sitting

Outside = tuple[str, str]
"""A host, and a model there."""
_BEGUN: Final = "sitting.begun"


def agreed_to(sittings: Iterable[Sitting]) -> dict[UUID, frozenset[Outside]]:
    """Return by sitting id what stood in the notice that was agreed to; nothing where none did."""
    subjects = {subject_of(sitting): sitting.pk for sitting in sittings}
    told = LedgerEntry.objects.filter(action=_BEGUN, subject__in=subjects)
    return {
        subjects[subject]: frozenset((host, model) for host, model in facts.get("sent_to", []))
        for subject, facts in told.values_list("subject", "facts")
    }


def may_be_sent(sitting: Sitting, outside: Iterable[Outside]) -> bool:
    """Return whether this person agreed to each of these models.

    The panel of an opening may change after somebody began; what they wrote is not sent to a model
    that they were not told of.
    """
    asked = frozenset(outside)
    return not asked or asked <= agreed_to([sitting]).get(sitting.pk, frozenset())

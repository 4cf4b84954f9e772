"""Components in the record, so that an exported ledger holds all that its estimates need."""

from __future__ import annotations

from datetime import datetime

from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import SYSTEM, record
from evenhand.measure import Components


def note_components(version: str, components: Components, now: datetime) -> None:
    """Record components the first time that something made with them is recorded.

    Call it in that transaction. A fit of one's own stands in `fit.stored` already. Two workers that
    note the same ones at the same time leave two entries, which say the same.

    Args:
        version: the one that the facts name.
        components: what it stands for.
        now: the moment.
    """
    named = (f"components:{version}", f"fit:{version}")
    if LedgerEntry.objects.filter(subject__in=named).exists():
        return
    facts = {"components": version, "components_json": components.to_json()}
    record("components.noted", named[0], actor=SYSTEM, facts=facts, now=now)

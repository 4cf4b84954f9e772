"""Views of a candidate's data, in the record: who saw what of whom, and no word of it.

The entry is written, and its transaction ended, before anything is shown: what is not recorded is
not seen, and nobody's saves wait while a page is built. A page that fails after that has its entry
all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction

from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import record, subject_of
from evenhand.ledger import utc_text

SAME_VIEW: Final = timedelta(minutes=1)
"""A second look by the same viewer, at the same thing, showing the same people, is within this time
the same view: lists fetch themselves anew every few seconds."""


def note_view(
    seen: models.Model,
    *,
    what: str,
    by: str,
    now: datetime,
    applications: Iterable[models.Model] | None = None,
    **particulars: str,
) -> None:
    """Record that somebody is about to be shown a candidate's data.

    Args:
        seen: the application; for a list, what the list belongs to.
        what: the form in which it is shown, such as `report.pdf`.
        by: `user:<pk>` or `candidate:<application id>`.
        now: the moment.
        applications: those in the list; an empty one shows nobody and is not recorded.
        particulars: identifiers of what exactly was shown.
    """
    facts: dict[str, object] = {"what": what, **particulars}
    if applications is not None:
        shown = sorted(str(one.pk) for one in applications)
        if not shown:
            return
        facts["applications"] = shown
    subject = subject_of(seen)
    action = f"{seen._meta.model_name}.viewed"
    lately = LedgerEntry.objects.filter(
        subject=subject,
        action=action,
        actor=by,
        at__gt=utc_text(now - SAME_VIEW),
        # One that seems yet to come is from before the clock was set back: it is no recent view.
        at__lte=utc_text(now),
    )
    if facts in lately.values_list("facts", flat=True):
        return
    with transaction.atomic():
        record(action, subject, actor=by, facts=facts, now=now)

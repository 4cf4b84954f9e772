"""Whom a candidate agreed that their answers are sent to, and so who may read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.sittings.models import Sitting

Outside = tuple[str, str]
"""A host, and a model there."""
BEGUN: Final = "sitting.begun"
AGREED: Final = "sitting.agreed_again"
DECLINED: Final = "sitting.declined_again"
ANSWERS: Final = (BEGUN, AGREED, DECLINED)
"""What a candidate said to a notice: as they began, and to a later one."""
_AT_ONCE: Final = 5_000
"""Subjects asked for in one statement: SQLite takes 32,766 parameters."""


def agreed_to(sittings: Iterable[Sitting]) -> dict[UUID, frozenset[Outside]]:
    """Return by sitting id what stood in the notice that was agreed to last.

    Who says no to a notice takes back every agreement that covers what it names, and stands by the
    one before. A sitting without any agreement is not in the answer.
    """
    subjects = {subject_of(sitting): sitting.pk for sitting in sittings}
    standing: dict[UUID, list[frozenset[Outside]]] = defaultdict(list)
    for subject, action, facts in _said(list(subjects)):
        named, mine = sent_to(facts), subjects[subject]
        if action == DECLINED:
            standing[mine] = [one for one in standing[mine] if not named <= one]
        else:
            standing[mine].append(named)
    return {sitting: told[-1] for sitting, told in standing.items() if told}


def _said(subjects: list[str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    # All that one person said is in one part, and in its order.
    entries = LedgerEntry.objects.filter(action__in=ANSWERS).order_by("seq")
    for start in range(0, len(subjects), _AT_ONCE):
        part = entries.filter(subject__in=subjects[start : start + _AT_ONCE])
        yield from part.values_list("subject", "action", "facts")


def may_be_sent(sitting: Sitting, outside: Iterable[Outside]) -> bool:
    """Return whether this person agreed to each of these models.

    The panel of an opening may change after somebody began; what they wrote is not sent to a model
    that they were not told of.
    """
    asked = frozenset(outside)
    return not asked or asked <= agreed_to([sitting]).get(sitting.pk, frozenset())


def sent_to(facts: Mapping[str, Any]) -> frozenset[Outside]:
    """Return the hosts and models that a notice named, from what the record holds of it."""
    named = facts.get("sent_to", [])
    return frozenset((host, model) for host, model in named)

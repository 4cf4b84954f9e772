"""Which panel and judges read a person's answers, and why another one did not, by the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evenhand.hiring.judging.queries import DEFAULT
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.scoring.settling import ACTIVE, BEGUN_BY
from evenhand.hiring.sittings.models import Sitting

READ: Final = "answer.read"
UNKNOWN: Final = "unknown"
"""It is of a time from which the record does not hold the reason."""


@dataclass(frozen=True)
class Readers:
    """Who read.

    Attributes:
        panel: Its name; empty while nothing is read.
        instead_of: The panel that was active then, where another one read.
        why: Why that one did not: a code of `settling`, or `UNKNOWN`; empty where it did.
    """

    panel: str
    instead_of: str = ""
    why: str = ""


NOBODY: Final = Readers("")


def readers_of(sitting: Sitting, entries: Iterable[LedgerEntry] | None = None) -> Readers:
    """Return who read a sitting.

    Args:
        sitting: with its application and opening.
        entries: what the record says of it, where that was read already.
    """
    if entries is None:
        actions = (BEGUN_BY, READ)
        entries = LedgerEntry.objects.filter(subject=subject_of(sitting), action__in=actions)
    known = sorted(entries, key=lambda one: one.seq)
    begun = [one.facts for one in known if one.action == BEGUN_BY]
    if not begun:
        read = next((one for one in known if one.action == READ), None)
        return NOBODY if read is None else _before_it_was_kept(sitting, read)
    last = begun[-1]
    if last["why"] == ACTIVE:
        return Readers(last["panel"])
    return Readers(last["panel"], last["active"], last["why"])


def _before_it_was_kept(sitting: Sitting, read: LedgerEntry) -> Readers:
    """Return the same of a sitting that was read before reasons were kept, as far as it is known.

    The entries of its first reading and of activations say what was active; they do not say why it
    did not read.
    """
    panel = read.facts["panel"]
    if panel != DEFAULT:
        return Readers(panel)
    application = sitting.application
    mine = str(application.opening.organisation_id)
    activated = LedgerEntry.objects.filter(
        subject=f"pack:{application.pack_id}", action="panel.activated", seq__lt=read.seq
    ).order_by("-seq")
    active = next(
        (one.facts["panel"] for one in activated if one.facts["organisation"] == mine), panel
    )
    return Readers(panel) if active == panel else Readers(panel, active, UNKNOWN)

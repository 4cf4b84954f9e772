"""Which panel and judges read a person's answers, and why another one did not, by the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from evenhand.hiring.judging.queries import DEFAULT
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import subject_of
from evenhand.hiring.scoring.models import Reading
from evenhand.hiring.scoring.settling import ACTIVE, BEGUN_BY
from evenhand.hiring.sittings.models import Sitting

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
        entries = LedgerEntry.objects.filter(subject=subject_of(sitting), action=BEGUN_BY)
    begun = [one for one in entries if one.action == BEGUN_BY]
    if begun:
        facts = max(begun, key=lambda one: one.seq).facts
        if facts["why"] == ACTIVE:
            return Readers(facts["panel"])
        return Readers(facts["panel"], facts["active"], facts["why"])
    return _before_it_was_kept(sitting)


def _before_it_was_kept(sitting: Sitting) -> Readers:
    """Return the same of a sitting that was read before reasons were kept, as far as it is known.

    The entries of its readings and of activations say what was active; they do not say why not.
    """
    readings = Reading.objects.filter(answer__sitting=sitting).order_by("read_at", "pk")
    panel = readings.values_list("panel", flat=True).first()
    if panel is None:
        return NOBODY
    application = sitting.application
    activated = LedgerEntry.objects.filter(
        subject=f"pack:{application.pack_id}", action="panel.activated"
    ).order_by("-seq")
    mine = str(application.opening.organisation_id)
    read = LedgerEntry.objects.filter(subject=subject_of(sitting), action="answer.read")
    first = read.order_by("seq").values_list("seq", flat=True).first()
    if panel != DEFAULT or first is None:
        return Readers(panel)
    before = activated.filter(seq__lt=first)
    active = next((one.facts["panel"] for one in before if one.facts["organisation"] == mine), "")
    return Readers(panel, active, UNKNOWN) if active not in ("", panel) else Readers(panel)

"""The durable workflow that refits a pack's components, and takes every opening over to them.

A worker that is killed repeats the step it was in: a fit to the same ratings is found and not made
again, and an opening whose estimates are up to date is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.calibration.renewing import openings_behind, renew_estimates
from evenhand.hiring.calibration.services import (
    organisations_with_ratings,
    reads_beside,
    refit,
)
from evenhand.work.engine import REFIT_PACK
from evenhand.work.held import HELD
from evenhand.work.steps import step

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel


@DBOS.workflow(name=REFIT_PACK)
def refit_pack(pack_hash: str) -> None:
    """Refit one pack version, then make the estimates of its openings anew where that is due.

    Each organisation is fitted apart: with its own active panel, to its own ratings.
    """
    for organisation in list_organisations(pack_hash):
        refit_one(pack_hash, organisation)
        for opening_id in list_openings(pack_hash, organisation):
            renew_one(pack_hash, organisation, opening_id)


@step
def list_organisations(pack_hash: str) -> list[str]:
    """Return the ids of the organisations that scored somebody with this pack version."""
    return [str(one) for one in organisations_with_ratings(pack_hash)]


@step
def refit_one(pack_hash: str, organisation: str) -> None:
    """Fit, store, and put in use if it is sane; for each panel that read people of theirs."""
    for panel, beside in _panels(pack_hash, organisation):
        refit(pack_hash, panel, UUID(organisation), timezone.now(), beside=beside)


@step
def list_openings(pack_hash: str, organisation: str) -> list[str]:
    """Return the ids of an organisation's openings whose estimates stand on other components."""
    behind: set[str] = set()
    for panel, beside in _panels(pack_hash, organisation):
        behind |= set(openings_behind(pack_hash, panel, UUID(organisation), beside=beside))
    return sorted(behind)


@step
def renew_one(pack_hash: str, organisation: str, opening_id: str) -> None:
    """Take one opening over, all that a panel has read of it at once."""
    for panel, beside in _panels(pack_hash, organisation):
        renew_estimates(opening_id, pack_hash, panel, timezone.now(), beside=beside)


def _panels(pack_hash: str, organisation: str) -> Iterator[tuple[AnyPanel, bool]]:
    """Lend the active panel, and the embedded one where it read people in its place.

    Who did not agree that their answers go to the active panel's models was read by the embedded
    judges: their ratings belong to a fit of these, and to no other.
    """
    whose = pack_hash, UUID(organisation)
    with HELD.of(*whose) as panel:
        yield panel, False
        apart = reads_beside(*whose, panel)
    if apart:
        with HELD.of(*whose, embedded=True) as panel:
            yield panel, True

"""Refitting at an operator's word: what `evenhand refit` does for each pack version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from evenhand.hiring.calibration.services import Refit
    from evenhand.hiring.judging.queries import ActivePanel
    from evenhand.judges import AnyPanel


@dataclass(frozen=True)
class Outcome:
    """What came of one pack version.

    Attributes:
        pack: its hash.
        name: its name and version.
        candidates: people whose ratings went in.
        ratings: how many there were.
        fit: version of the fit; empty where none was made.
        used: whether estimates are made with that fit now.
        held_back: why it was not put in use by itself; empty where it was.
        alarm: whether somebody should look at that.
        renewed: people whose estimates were made anew.
        notes: what the fit says of itself.
    """

    pack: str
    name: str
    candidates: int
    ratings: int
    fit: str
    used: bool
    held_back: str
    alarm: bool
    renewed: int
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the outcome as lines for a person."""
        yield (
            f"{self.name} ({self.pack[:12]}): {self.ratings} ratings of "
            f"{self.candidates} candidates"
        )
        if not self.fit:
            yield "  no fit was stored"
        elif self.used:
            yield f"  fit {self.fit} is in use; estimates made anew: {self.renewed} candidates"
        else:
            yield f"  fit {self.fit} is not in use: {self.held_back}"
        if self.alarm:
            yield f"  look at it; to use it all the same: evenhand refit --use {self.fit[:12]}"
        for note in self.notes:
            yield f"  {note}"


def refit_packs(prefix: str = "") -> Iterator[Outcome]:
    """Refit pack versions one by one, and take their openings over.

    Args:
        prefix: what the pack's hash begins with; empty for every pack version with ratings.

    Raises:
        PackGone: a pack is missing from the store, or was changed there.
        ValueError: no pack version with ratings begins like that.
    """
    from django.utils import timezone

    from evenhand.hiring.calibration.services import packs_with_ratings, refit

    packs = [pack for pack in packs_with_ratings() if pack.startswith(prefix)]
    if prefix and not packs:
        raise ValueError(f"--pack {prefix}: nobody was scored with such a pack version")
    for pack in packs:
        for panel, organisations in _panels(pack):
            yield _outcome(refit(pack, panel, timezone.now()), panel, organisations)


def use_fit(version: str) -> Outcome:
    """Put a stored fit in use although it was held back, and take its openings over.

    Args:
        version: of the fit, or enough of its first characters to name it.

    Raises:
        FitError: no such fit, or one that cannot be used.
        PackGone: its pack is missing from the store, or was changed there.
    """
    from django.utils import timezone

    from evenhand.hiring.calibration.services import Refit, find_fit, put_in_use

    fit = find_fit(version)
    panels = _panels(fit.pack_id)
    panel, organisations = next((p for p in panels if p[0].version == fit.panel_version), panels[0])
    put_in_use(fit, panel, timezone.now())
    known = Refit(fit.pack_id, fit.candidates, fit.ratings, fit, tuple(fit.notes))
    return _outcome(known, panel, organisations)


def _outcome(result: Refit, panel: AnyPanel, organisations: Sequence[UUID]) -> Outcome:
    from django.utils import timezone

    from evenhand.hiring.calibration.renewing import openings_behind, renew_estimates
    from evenhand.hiring.calibration.services import is_used
    from evenhand.hiring.models import PackVersion

    openings = [
        opening for one in organisations for opening in openings_behind(result.pack, panel, one)
    ]
    renewed = sum(renew_estimates(one, result.pack, panel, timezone.now()) for one in openings)
    fit, used = result.fit, result.fit is not None and is_used(result.fit)
    return Outcome(
        pack=result.pack,
        name=str(PackVersion.objects.get(pk=result.pack)),
        candidates=result.candidates,
        ratings=result.ratings,
        fit=fit.version if fit else "",
        used=used,
        held_back=fit.held_back if fit else "",
        alarm=fit is not None and fit.alarm and not used,
        renewed=renewed,
        notes=result.notes,
    )


def _panels(pack_hash: str) -> list[tuple[AnyPanel, list[UUID]]]:
    """Return the panels that are active for a pack version, each with whose it is."""
    from django.conf import settings

    from evenhand.hiring.calibration.services import organisations_with_ratings
    from evenhand.hiring.judging.queries import active_panel, load_active

    whose: dict[ActivePanel, list[UUID]] = {}
    for one in organisations_with_ratings(pack_hash):
        whose.setdefault(active_panel(pack_hash, one), []).append(one)
    # Judges of one name and version are the same ones, whoever holds the key.
    return [
        (
            load_active(pack_hash, active, organisation=them[0], threads=settings.JUDGE_THREADS),
            them,
        )
        for active, them in whose.items()
    ]

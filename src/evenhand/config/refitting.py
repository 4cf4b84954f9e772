"""Refitting at an operator's word: what `evenhand refit` does, an organisation at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from evenhand.hiring.calibration.services import Refit
    from evenhand.judges import AnyPanel


@dataclass(frozen=True)
class Outcome:
    """What came of one pack version in one organisation.

    Attributes:
        organisation: its name.
        pack: the pack's hash.
        name: its name and version.
        panel: the panel that read them.
        candidates: people whose ratings went in.
        ratings: how many there were.
        fit: version of the fit; empty where none was made.
        used: whether estimates are made with that fit now.
        held_back: why it was not put in use by itself; empty where it was.
        alarm: whether somebody should look at that.
        renewed: people whose estimates were made anew.
        notes: what the fit says of itself.
    """

    organisation: str
    pack: str
    name: str
    panel: str
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
            f"{self.organisation}, {self.name} ({self.pack[:12]}), panel {self.panel}: "
            f"{self.ratings} ratings of {self.candidates} candidates"
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

    from evenhand.hiring.calibration.services import (
        organisations_with_ratings,
        packs_with_ratings,
        refit,
    )

    packs = [pack for pack in packs_with_ratings() if pack.startswith(prefix)]
    if prefix and not packs:
        raise ValueError(f"--pack {prefix}: nobody was scored with such a pack version")
    for pack in packs:
        for one in organisations_with_ratings(pack):
            for panel, beside in _panels(pack, one):
                result = refit(pack, panel, one, timezone.now(), beside=beside)
                yield _outcome(result, panel, one, beside)


def use_fit(version: str) -> list[Outcome]:
    """Put a stored fit in use although it was held back, and take its openings over.

    It is stored for one organisation, or, from the time before each had fits of its own, for
    several: then it is used for each whose judges are still those that it was made for.

    Args:
        version: of the fit, or enough of its first characters to name it.

    Raises:
        FitError: no such fit, or one that cannot be used for anybody.
        PackGone: its pack is missing from the store, or was changed there.
    """
    from django.utils import timezone

    from evenhand.hiring.calibration.services import Refit, find_fits, put_in_use
    from evenhand.hiring.errors import FitError

    outcomes: list[Outcome] = []
    refused: FitError | None = None
    for fit in find_fits(version):
        whose = fit.organisation_id
        for panel, beside in _panels(fit.pack_id, whose):
            try:
                put_in_use(fit, panel, timezone.now())
            except FitError as error:
                refused = error
                continue
            known = Refit(fit.pack_id, fit.candidates, fit.ratings, fit, tuple(fit.notes))
            outcomes.append(_outcome(known, panel, whose, beside))
    if refused is not None and not outcomes:
        raise refused
    return outcomes


def _outcome(result: Refit, panel: AnyPanel, organisation: UUID, beside: bool) -> Outcome:
    from django.utils import timezone

    from evenhand.hiring.calibration.renewing import openings_behind, renew_estimates
    from evenhand.hiring.calibration.services import is_used
    from evenhand.hiring.models import Organisation, PackVersion

    behind = openings_behind(result.pack, panel, organisation, beside=beside)
    renewed = sum(
        renew_estimates(one, result.pack, panel, timezone.now(), beside=beside) for one in behind
    )
    fit, used = result.fit, result.fit is not None and is_used(result.fit)
    return Outcome(
        organisation=str(Organisation.objects.get(pk=organisation)),
        pack=result.pack,
        name=str(PackVersion.objects.get(pk=result.pack)),
        panel=panel.name,
        candidates=result.candidates,
        ratings=result.ratings,
        fit=fit.version if fit else "",
        used=used,
        held_back=fit.held_back if fit else "",
        alarm=fit is not None and fit.alarm and not used,
        renewed=renewed,
        notes=result.notes,
    )


def _panels(pack_hash: str, organisation: UUID) -> Iterator[tuple[AnyPanel, bool]]:
    """Load the panel that reads a pack version for an organisation, then who read beside it.

    The embedded one reads who did not agree that their answers go to the active panel's models.
    """
    from django.conf import settings

    from evenhand.hiring.calibration.services import reads_beside
    from evenhand.hiring.judging.queries import DEFAULT, ActivePanel, active_panel, load_active

    def load(which: ActivePanel) -> AnyPanel:
        threads = settings.JUDGE_THREADS
        return load_active(pack_hash, which, organisation=organisation, threads=threads)

    with closing(load(active_panel(pack_hash, organisation))) as panel:
        yield panel, False
        apart = reads_beside(pack_hash, organisation, panel)
    if apart:
        with closing(load(ActivePanel(DEFAULT, ""))) as panel:
            yield panel, True

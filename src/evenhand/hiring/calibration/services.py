"""Refitting: components learnt from an organisation's ratings, and used where they are sane.

The start is always what the pack came with, never an earlier fit: so a fit depends on the ratings
alone, and not on how often it was made.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand import __version__
from evenhand.hiring.calibration.choosing import Versioned, in_use, rated_under
from evenhand.hiring.calibration.models import FitInUse, StoredFit
from evenhand.hiring.errors import FitError
from evenhand.hiring.judging.queries import DEFAULT
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.people.models import Organisation
from evenhand.hiring.record.services import SYSTEM, record
from evenhand.hiring.scoring.estimates import ratings_of_all
from evenhand.hiring.scoring.models import Reading
from evenhand.hiring.sittings.models import Sitting
from evenhand.measure import Components, Rating, fit

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

log = logging.getLogger(__name__)

FEWEST_CANDIDATES: Final = 20
"""A fit to fewer is stored and not used. The priors weigh as much as 10 candidates, so from here on
what is in use rests on the ratings by two parts in three."""
FARTHEST_JUMP: Final = 0.5
"""Levels. A judge whose severity moves further than this from the components in use holds a fit
back: that is the standard deviation of the prior on a severity, and half a level for everybody."""


@dataclass(frozen=True)
class Refit:
    """What came of a refit. Without a stored fit, `notes` say why there is none."""

    pack: str
    candidates: int
    ratings: int
    fit: StoredFit | None
    notes: tuple[str, ...]


def packs_with_ratings() -> list[str]:
    """Return the hashes of the pack versions that somebody was scored with, examples left out."""
    scored = PackVersion.objects.filter(
        applications__opening__is_example=False,
        applications__sitting__state=Sitting.State.SCORED,
    )
    return list(scored.order_by("hash").values_list("hash", flat=True).distinct())


def organisations_with_ratings(pack_hash: str) -> list[UUID]:
    """Return the ids of the organisations that scored somebody with a pack version."""
    scored = Organisation.objects.filter(
        openings__is_example=False,
        openings__applications__pack=pack_hash,
        openings__applications__sitting__state=Sitting.State.SCORED,
    )
    return list(scored.order_by("created_at", "pk").values_list("pk", flat=True).distinct())


def reads_beside(pack_hash: str, organisation: UUID, active: AnyPanel) -> bool:
    """Return whether the embedded judges read people of an organisation in the active one's place.

    They do where somebody did not agree that their answers go to the active panel's models.
    """
    read = Reading.objects.filter(
        panel=DEFAULT,
        answer__sitting__application__pack=pack_hash,
        answer__sitting__application__opening__organisation=organisation,
    )
    return active.name != DEFAULT and read.exists()


def refit(
    pack_hash: str, panel: AnyPanel, organisation: UUID, now: datetime, *, beside: bool = False
) -> Refit:
    """Fit components to an organisation's ratings of a pack version, and use the fit if it is sane.

    Fitted are the candidates whose every answer this version of the panel has read, and those whom
    only interviewers have rated. Examples are left out: their answers are those that the judges
    were calibrated on. What was erased is gone. The same ratings are not fitted twice. Estimates
    are not touched; see `renew_estimates`.

    Args:
        pack_hash: a pack version.
        panel: its judges.
        organisation: whose ratings, and whose estimates the fit is for.
        now: the moment of the fit, which is made outside any transaction.
        beside: whether another panel is the active one, see `rated_under`.
    """
    ratings = ratings_of_all(
        rated_under(panel, beside=beside).filter(
            pack_id=pack_hash, opening__organisation=organisation, opening__is_example=False
        ),
        contested=False,
    )
    candidates = len({rating.candidate for rating in ratings})
    if not ratings:
        return Refit(pack_hash, 0, 0, None, ("nobody was scored by this panel yet",))
    inputs = _digest(ratings, panel.components)
    known = StoredFit.objects.filter(
        organisation=organisation,
        pack_id=pack_hash,
        panel_version=panel.version,
        inputs_sha256=inputs,
    ).first()
    if known is not None:
        return Refit(pack_hash, candidates, len(ratings), known, tuple(known.notes))
    fitted = fit(ratings, start=panel.components)
    if fitted.components.version == panel.components.version:
        return Refit(pack_hash, candidates, len(ratings), None, fitted.notes)
    made = StoredFit(
        organisation_id=organisation,
        version=fitted.components.version,
        pack_id=pack_hash,
        panel=panel.name,
        panel_version=panel.version,
        components=fitted.components.to_json(),
        inputs_sha256=inputs,
        ratings=len(ratings),
        candidates=candidates,
        converged=fitted.converged,
        provisional=fitted.components.provisional,
        notes=list(fitted.notes),
        fitted_at=now,
    )
    stored = _store(made, fitted.components, panel, now)
    return Refit(pack_hash, candidates, len(ratings), stored, fitted.notes)


def find_fits(version: str) -> list[StoredFit]:
    """Return the stored fits of this version, or of the one version that begins like this.

    Returns:
        One, or as many as organisations that were given a fit of the time before each had its own.

    Raises:
        FitError: there is none, or there are several.
    """
    found = list(StoredFit.objects.filter(version__startswith=version).order_by("pk"))
    if not found:
        raise FitError(_("No fit has a version that begins with “%(v)s”.") % {"v": version})
    if len({one.version for one in found}) > 1:
        raise FitError(_("Several fits begin with “%(v)s”; give more of it.") % {"v": version})
    return found


def put_in_use(fit: StoredFit, panel: AnyPanel, now: datetime) -> None:
    """Use a stored fit that was held back, because somebody looked at it and wants it so.

    Args:
        fit: what is to count.
        panel: the judges that read the pack for its organisation now.
        now: the moment from which it counts.

    Raises:
        FitError: it had not settled, or is of judges that are no longer these.
    """
    if not fit.converged:
        raise FitError(_("Fit %(fit)s had not settled, so it cannot be used.") % {"fit": fit})
    if fit.panel_version != panel.version:
        raise FitError(
            _("Fit %(fit)s is of judges that were changed since, so it cannot be used.")
            % {"fit": fit}
        )
    with transaction.atomic():
        _use(fit, now)


def is_used(stored: StoredFit) -> bool:
    """Return whether estimates are made with this fit now."""
    return FitInUse.objects.filter(fit=stored).exists()


def alarms() -> list[StoredFit]:
    """Return each organisation's latest fit of a pack that is held back and wants a look."""
    latest: dict[tuple[UUID, str], StoredFit] = {}
    stored_fits = StoredFit.objects.select_related("organisation").defer("components")
    for stored in stored_fits.order_by("fitted_at"):
        latest[stored.organisation_id, stored.pack_id] = stored
    return [stored for stored in latest.values() if stored.alarm and not is_used(stored)]


def _digest(ratings: Sequence[Rating], start: Components) -> str:
    """Return a digest of all that decides how a fit comes out."""
    rows = [[r.candidate, r.dimension, r.task, r.round, r.rater, r.level] for r in ratings]
    inputs = json.dumps([__version__, start.version, rows], separators=(",", ":"))
    return sha256(inputs.encode()).hexdigest()


def _store(made: StoredFit, components: Components, panel: AnyPanel, now: datetime) -> StoredFit:
    """Store a fit with its entry, in use if nothing speaks against it."""
    with transaction.atomic():
        # Of two that fit the same ratings at the same time, the second one leaves it at that.
        known = StoredFit.objects.filter(
            organisation=made.organisation_id, version=made.version
        ).first()
        if known is not None:
            return known
        current = in_use(made.pack_id, panel, made.organisation_id)
        made.held_back, made.alarm = _held_back(made, components, current)
        made.save(force_insert=True)
        facts = _facts(made, started_from=panel.components.version)
        record("fit.stored", f"fit:{made.version}", actor=SYSTEM, facts=facts, now=now)
        if not made.held_back:
            _use(made, now)
    if made.alarm:
        log.warning("fit %s of pack %s is not used: %s", made, made.pack_id[:12], made.held_back)
    return made


def _held_back(made: StoredFit, components: Components, current: Versioned) -> tuple[str, bool]:
    """Return why a fit is not put in use, empty where it is, and whether somebody should look."""
    if not made.converged:
        return "it had not settled when it was stopped", True
    if made.candidates < FEWEST_CANDIDATES:
        return (
            f"it rests on {made.candidates} candidates; from {FEWEST_CANDIDATES} on a fit is used",
            False,
        )
    jumps = {
        name: judge.severity - current.components.judge(name).severity
        for name, judge in components.judges.items()
    }
    name = max(jumps, key=lambda judge: abs(jumps[judge]), default="")
    if name and abs(jumps[name]) > FARTHEST_JUMP:
        return (
            f"the severity of judge {name} would move by {jumps[name]:+.2f} levels, and more than "
            f"{FARTHEST_JUMP:g} is for a person to decide",
            True,
        )
    return "", False


def _use(chosen: StoredFit, now: datetime) -> None:
    """Let a fit count from now on; call it in a transaction. Putting it in use twice is once."""
    before = FitInUse.objects.filter(
        organisation=chosen.organisation_id,
        pack=chosen.pack_id,
        panel_version=chosen.panel_version,
    )
    instead_of = before.values_list("fit__version", flat=True).first()
    if instead_of == chosen.version:
        return
    FitInUse.objects.update_or_create(
        organisation_id=chosen.organisation_id,
        pack_id=chosen.pack_id,
        panel_version=chosen.panel_version,
        defaults={"fit": chosen, "since": now},
    )
    facts = {
        "organisation": str(chosen.organisation_id),
        "pack": chosen.pack_id,
        "panel_version": chosen.panel_version,
        "instead_of": instead_of,
        "held_back": chosen.held_back,
    }
    record("fit.put_in_use", f"fit:{chosen.version}", actor=SYSTEM, facts=facts, now=now)


def _facts(stored: StoredFit, *, started_from: str) -> dict[str, object]:
    """Return all that is known of a fit; who holds the entry can recompute what it was used for."""
    return {
        "organisation": str(stored.organisation_id),
        "pack": stored.pack_id,
        "panel": stored.panel,
        "panel_version": stored.panel_version,
        "started_from": started_from,
        "software": __version__,
        "inputs_sha256": stored.inputs_sha256,
        "ratings": stored.ratings,
        "candidates": stored.candidates,
        "converged": stored.converged,
        "provisional": stored.provisional,
        "notes": stored.notes,
        "held_back": stored.held_back,
        "components": stored.version,
        "components_json": stored.components,
    }

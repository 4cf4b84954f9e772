"""Which components count: for a panel, for an opening, and behind estimates of an earlier time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from evenhand.hiring.calibration.models import FitInUse, StoredFit
from evenhand.hiring.openings.models import Application
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.sittings.models import Sitting
from evenhand.measure import Components, MeasureError
from evenhand.rubric import Pack

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel


@dataclass(frozen=True)
class Versioned:
    """Components, and the version that estimates made with them carry.

    Attributes:
        version: the one they were stored under: a later release may write the same components in
            other words.
        components: the components.
    """

    version: str
    components: Components


@dataclass(frozen=True)
class Origin:
    """Where an estimate of an earlier time comes from.

    Attributes:
        components: what it was made with; None where they are gone or cannot be read any more.
        fitted_at: when they were fitted here; None for those that the pack came with.
    """

    components: Components | None
    fitted_at: datetime | None


def in_use(pack_hash: str, panel: AnyPanel, organisation: UUID) -> Versioned:
    """Return what an organisation's estimates are made with: its fit in use, or the shipped one.

    Raises:
        MeasureError: the stored components cannot be read by this release.
    """
    found = (
        FitInUse.objects.select_related("fit")
        .filter(organisation=organisation, pack_id=pack_hash, panel_version=panel.version)
        .first()
    )
    if found is None:
        return _shipped_with(panel)
    return _versioned(found.fit)


def used_for(application: Application, panel: AnyPanel) -> Versioned:
    """Return what the next estimate of a person is made with.

    It is what the estimates of the others stand on who sat the same pack version in the opening, so
    that nobody is compared across two fits; they go over to another fit together. Call it with the
    opening locked.

    Raises:
        MeasureError: the stored components cannot be read by this release.
    """
    shown = (
        EstimateRow.objects.filter(
            application__in=read_by(panel).filter(
                opening=application.opening_id, pack=application.pack_id
            ),
            superseded_at__isnull=True,
        )
        .order_by("-estimated_at")
        .values_list("components_version", flat=True)
        .first()
    )
    if shown == panel.components.version:
        return _shipped_with(panel)
    whose = application.opening.organisation_id
    fit = StoredFit.objects.filter(organisation=whose, version=shown).first()
    return _versioned(fit) if fit else in_use(application.pack_id, panel, whose)


def read_by(panel: AnyPanel) -> QuerySet[Application]:
    """Return the scored applications whose every answer was read by this version of the panel.

    Another version of a judge is another rater, whose severity is not that of the first.
    """
    return Application.objects.filter(
        sitting__state=Sitting.State.SCORED, sitting__panel_version=panel.version
    )


def rated_under(panel: AnyPanel, *, beside: bool = False) -> QuerySet[Application]:
    """Return the applications whose ratings are whole, and of these judges as far as of judges.

    They are those of `read_by`, and those that have handed nothing in: what interviewers made of
    them may count already. While answers are being read, some verdicts are still missing.

    Args:
        panel: the judges.
        beside: whether another panel is the active one, and these judges read some people in its
            place. Those who have handed nothing in are then left to that one.
    """
    if beside:
        return read_by(panel)
    theirs = Q(sitting__panel_version=panel.version) | ~Q(sitting__state=Sitting.State.SCORED)
    return Application.objects.filter(theirs).exclude(sitting__state=Sitting.State.SUBMITTED)


def standing_on(application: Application) -> Versioned | None:
    """Return the components that a person's next estimate is made with where no judge is at hand.

    They are those of the estimate that they have. Who has none yet stands on what the others do who
    sit the same pack version in the opening, or else on what is in use for it, or on what it came
    with. Call it with the opening locked.

    Returns:
        None where their components cannot be read any more.
    """
    pack, whose = pack_of(application.pack_id), application.opening.organisation_id
    others = Application.objects.filter(opening=application.opening_id, pack=application.pack_id)
    current = EstimateRow.objects.filter(superseded_at__isnull=True).order_by("-estimated_at")
    shown = (
        current.filter(application=application).first()
        or current.filter(application__in=others).first()
    )
    if shown is not None:
        components = origin_of(pack, shown.components_version, whose).components
        return None if components is None else Versioned(shown.components_version, components)
    used = FitInUse.objects.filter(organisation=whose, pack_id=application.pack_id)
    latest = used.select_related("fit").order_by("-since").first()
    if latest is not None:
        return _versioned(latest.fit)
    own = came_with(pack)
    return Versioned(own.version, own)


def origin_of(pack: Pack, version: str, organisation: UUID) -> Origin:
    """Return what is known of the components behind an organisation's estimate of a pack."""
    fit = StoredFit.objects.filter(organisation=organisation, version=version).first()
    if fit is not None:
        try:
            return Origin(Components.from_json(fit.components), fit.fitted_at)
        except MeasureError:
            return Origin(None, fit.fitted_at)
    own = came_with(pack)
    return Origin(own if own.version == version else None, None)


def came_with(pack: Pack) -> Components:
    """Return the components that a pack came with; those of the cold start where it came bare."""
    from evenhand.judges.unread import cold_start

    return shipped_components(pack.root) or cold_start(pack)


def fitted_at(versions: Iterable[str], organisation: UUID) -> dict[str, datetime]:
    """Return when an organisation fitted each of these; one that a pack came with is left out."""
    mine = StoredFit.objects.filter(organisation=organisation, version__in=set(versions))
    return dict(mine.values_list("version", "fitted_at"))


@lru_cache(maxsize=16)
def shipped_components(root: Path) -> Components | None:
    """Return the components that a pack of the pack store came with; None where this cannot be.

    It came with none, or with such as an earlier release wrote and this one cannot read.
    """
    # A folder of the pack store is named by its content, so what was read once stays true.
    file = root / "calibration" / "components.json"
    try:
        return Components.from_json(file.read_text("utf-8")) if file.exists() else None
    except MeasureError:
        return None


def _shipped_with(panel: AnyPanel) -> Versioned:
    return Versioned(panel.components.version, panel.components)


def _versioned(fit: StoredFit) -> Versioned:
    return Versioned(fit.version, Components.from_json(fit.components))

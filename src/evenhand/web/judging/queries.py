"""What the pages about the judges show, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from evenhand.hiring.decisions.queries import hidden_from
from evenhand.hiring.drafts.queries import versions_open_to
from evenhand.hiring.judging.accounts import tries_of
from evenhand.hiring.judging.canaries import CanaryLine, canary_lines
from evenhand.hiring.judging.outdated import is_left_to_people
from evenhand.hiring.judging.queries import ActivePanel, active_panel
from evenhand.hiring.judging.taking_up import versions_used
from evenhand.hiring.models import (
    Activation,
    Application,
    DriftAlarm,
    Duty,
    GateFlip,
    GateRun,
    JudgeCall,
    Opening,
    PackVersion,
    PanelVersion,
    Reading,
    Role,
    User,
)
from evenhand.hiring.openings.packs import offered_version
from evenhand.web.permissions import RULES
from evenhand.web.staff.access import may_call, openings_of

RUNS_SHOWN = 20


@dataclass(frozen=True)
class VersionLine:
    """One version of a panel: how much it has read, and how its latest gate came out.

    `gate` is None where it never went through one, as the panel that a pack came with.
    """

    name: str
    version: str
    read: int
    last_read: datetime | None
    gate: GateRun | None
    active: bool


@dataclass(frozen=True)
class FlipLine:
    """A candidate who would change sides, on one dimension."""

    flip: GateFlip
    dimension: str


READERS = (Role.RECRUITER, Role.AUDITOR)
"""Whose openings stand behind the figures of the judges."""


def packs_of(user: User, roles: Iterable[Role] = READERS) -> QuerySet[PackVersion]:
    """Return the pack versions of a user's openings, the one taken in last first."""
    own = openings_of(user, roles)
    takes = own.filter(pack=OuterRef("pk"))
    sits = Application.objects.filter(opening__in=own, pack=OuterRef("pk"))
    return PackVersion.objects.filter(Exists(takes) | Exists(sits)).order_by("-taken_in_at", "hash")


def packs_in_care_of(user: User) -> QuerySet[PackVersion]:
    """Return the pack versions whose judges are the user's to change: an auditor looks on."""
    return packs_of(user, READERS if user.duty == Duty.ADMIN else (Role.RECRUITER,))


def alarms_open(user: User) -> QuerySet[DriftAlarm]:
    """Return the alarms of the drift watch that stand open about the packs of a user's openings."""
    return _alarms(user, READERS).filter(closed_at__isnull=True)


def alarms_in_care_of(user: User) -> QuerySet[DriftAlarm]:
    """Return the alarms, open or closed, that are the user's to close: an auditor looks on."""
    return _alarms(user, READERS if user.duty == Duty.ADMIN else (Role.RECRUITER,))


def _alarms(user: User, roles: Iterable[Role]) -> QuerySet[DriftAlarm]:
    return DriftAlarm.objects.filter(
        chart__organisation=user.organisation_id,
        chart__pack__in=packs_of(user, roles).order_by(),
    ).select_related("chart")


def outdated_of(
    user: User, versions: Iterable[PackVersion]
) -> list[tuple[PackVersion, list[Opening]]]:
    """Return those versions whose judges are outdated, and the user's openings that take them."""
    own, mine = openings_of(user, READERS), user.organisation_id
    return [
        (one, list(own.filter(pack=one))) for one in versions if is_left_to_people(one.hash, mine)
    ]


def packs_untaken(user: User) -> QuerySet[PackVersion]:
    """Return the versions that no opening uses yet, for those who may open one: to be tried first.

    They are those that the user's organisation made, and the one that everybody is offered.
    """
    if user.duty not in (Duty.ADMIN, Duty.RECRUITER):
        return PackVersion.objects.none()
    offered = offered_version()
    known = versions_open_to(user.organisation, offered.hash if offered else "")
    used = versions_used(user.organisation_id)
    return known.exclude(pk__in=used.values("pk")).exclude(pk__in=packs_of(user).values("pk"))


def canaries_of(user: User, pack: PackVersion) -> list[CanaryLine]:
    """Return what the judges of a user's openings made of their canaries."""
    return canary_lines(openings_of(user, READERS), pack)


def runs_open_to(user: User) -> QuerySet[GateRun]:
    """Return the gates of a user's organisation, of the packs that the user may try panels on."""
    packs = Q(pack__in=packs_of(user)) | Q(pack__in=packs_untaken(user))
    mine = GateRun.objects.filter(packs, organisation=user.organisation_id)
    return mine.select_related("pack", "panel_version", "asked_by")


def runs_counted_for(user: User) -> QuerySet[GateRun]:
    """Return the gates whose golden answers stand among a user's costs: an admin's are all."""
    if user.duty == Duty.ADMIN:
        return GateRun.objects.filter(organisation=user.organisation_id)
    return runs_open_to(user)


def tries_counted_for(user: User) -> QuerySet[JudgeCall] | None:
    """Return the calls that tried the judges of a user's organisation, for who may try them."""
    return tries_of(user.organisation_id) if may_call(user, RULES["judge-try"]) else None


def version_lines(pack: PackVersion, active: ActivePanel, organisation: UUID) -> list[VersionLine]:
    """Return an organisation's versions: tried by a gate or having read, the active one first."""
    readings = (
        Reading.objects.filter(
            answer__sitting__application__pack=pack,
            answer__sitting__application__opening__organisation=organisation,
        )
        .order_by()
        .values_list("panel", "panel_version")
        .annotate(read=Count("pk"), last=Max("read_at"))
    )
    read = {(name, version): (count, last) for name, version, count, last in readings}
    gates: dict[tuple[str, str], GateRun | None] = dict.fromkeys(read)
    mine = GateRun.objects.filter(pack=pack, organisation=organisation)
    done = mine.filter(state=GateRun.State.DONE).order_by("ended_at")
    for run in done.select_related("panel_version"):
        if run.panel_version is not None:
            gates[run.panel_version.name, run.panel_version.version] = run
    lines = [
        VersionLine(
            name, version, *read.get((name, version), (0, None)), gate,
            active=(name, version) == (active.name, active.version),
        )
        for (name, version), gate in gates.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (not one.active, -one.read, one.name, one.version))


def latest_runs(pack: PackVersion, organisation: UUID) -> list[GateRun]:
    """Return an organisation's latest gates of a pack."""
    mine = GateRun.objects.filter(pack=pack, organisation=organisation)
    return list(mine.select_related("asked_by")[:RUNS_SHOWN])


def activations(pack: PackVersion, organisation: UUID) -> QuerySet[Activation]:
    """Return what an organisation made active for a pack, the latest first."""
    mine = Activation.objects.filter(pack=pack, organisation=organisation)
    return mine.select_related("panel_version", "by", "run", "ended_by")


@dataclass(frozen=True)
class OwnFlips:
    """Who would change sides of the bar, as a user may see it.

    Attributes:
        flips: those in the user's openings whose figures may be shown to them.
        others: how many people in others' openings; who is hidden from them is not counted.
        hides: whether anybody's figures are kept from them, would they change sides or not.
    """

    flips: QuerySet[GateFlip]
    others: int
    hides: bool


def own_flips(user: User, run: GateRun) -> OwnFlips:
    """Return who would change sides in a user's openings, and how many people in others'."""
    own, hidden = openings_of(user, READERS), hidden_from(user)
    told = run.flips.exclude(application__in=hidden)
    mine = told.filter(application__opening__in=own).select_related("application__opening")
    others = told.exclude(application__opening__in=own).values("application").distinct()
    return OwnFlips(mine, others.count(), hidden.filter(pack=run.pack_id).exists())


def is_active(version: PanelVersion | None, organisation: UUID) -> bool:
    """Return whether this version reads for its pack in an organisation now."""
    if version is None:
        return False
    now = active_panel(version.pack_id, organisation)
    return (now.name, now.version) == (version.name, version.version)

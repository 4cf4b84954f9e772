"""Which packs and drafts a page may show: those of one's organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from evenhand.hiring.drafts.models import OpeningDraft, PackDraft
from evenhand.hiring.drafts.queries import versions_open_to
from evenhand.hiring.judging.models import GateRun
from evenhand.hiring.judging.taking_up import EMBEDDED, is_tried
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import offered_version
from evenhand.web.staff.access import me


def own_versions(request: HttpRequest) -> QuerySet[PackVersion]:
    """Return the versions that the organisation of who is signed in uses, made or is offered."""
    offered = offered_version()
    return versions_open_to(me(request).organisation, offered.hash if offered else "")


def own_version(request: HttpRequest, pack_hash: str) -> PackVersion:
    """Return a version that this page may be called about, or answer that there is none."""
    return get_object_or_404(own_versions(request), pk=pack_hash)


def trial_of(version: PackVersion, organisation: UUID) -> dict[str, object]:
    """Return what `packs/untried.html` shows: whether a version may be taken up, and its gate.

    That is the gate of the embedded judges, which decides: the one that is being run, else the
    latest that came to its end, else what was broken off. A gate of another panel is not its own.

    Raises:
        PackGone: it is missing from the store, or was changed there.
    """
    gates = version.gate_runs.filter(organisation=organisation, panel=EMBEDDED)
    states = GateRun.State
    in_order = (
        gates.filter(state__in=(states.WAITING, states.RUNNING)).order_by("-asked_at"),
        gates.filter(state=states.DONE).order_by("-ended_at"),
        gates.order_by("-asked_at"),
    )
    return {
        "version": version,
        "untried": not is_tried(version, organisation),
        "gate": next((found for one in in_order if (found := one.first())), None),
    }


def own_pack_draft(request: HttpRequest, draft_id: UUID) -> PackDraft:
    """Return a draft of the organisation of who is signed in, or answer that there is none."""
    drafts = PackDraft.objects.select_related("base", "by", "version")
    return get_object_or_404(drafts, pk=draft_id, organisation=me(request).organisation_id)


def setup_of(draft: PackDraft) -> OpeningDraft | None:
    """Return the opening that is being set up with a draft."""
    return draft.opening_drafts.filter(opening__isnull=True).first()

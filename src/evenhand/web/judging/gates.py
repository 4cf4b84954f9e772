"""Panels and their gates: what reads, what was tried, and making a version active."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evenhand.hiring.errors import HiringError
from evenhand.hiring.judging.accounts import cost_of_run
from evenhand.hiring.judging.queries import DEFAULT, last_run
from evenhand.hiring.judging.services import activate, ask_for_gate, let_embedded_read
from evenhand.hiring.judging.standing import standing_of
from evenhand.hiring.judging.taking_up import is_tried
from evenhand.hiring.models import GateRun, PackVersion
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.panels.queries import panels_described
from evenhand.hiring.record.viewing import note_view
from evenhand.web.staff.access import actor, me, staff_page
from evenhand.web.ui.figures import share
from evenhand.work.client import enqueue_gate

from .forms import ActivateForm, EmbeddedForm, GateForm
from .queries import (
    activations,
    canaries_of,
    is_active,
    latest_runs,
    outdated_of,
    own_flips,
    packs_in_care_of,
    packs_of,
    packs_untaken,
    runs_open_to,
    version_lines,
)
from .words import (
    BANDS,
    asked,
    between,
    check_words,
    figure,
    money,
    plain_fault,
    stands_in,
)

ROOM = "gate"
BUSY = (GateRun.State.WAITING, GateRun.State.RUNNING)


@staff_page
@require_safe
@never_cache
def panels(request: HttpRequest) -> HttpResponse:
    """Show what reads for a pack, its versions and their gates."""
    packs, untaken = _packs(request)
    wanted = request.GET.get("pack", "")
    pack = next((one for one in packs if one.hash == wanted), packs[0] if packs else None)
    if pack is None:
        return render(request, "judging/panels.html", {"room": ROOM, "packs": []})
    page = _about(request, pack, GateForm(_known(request)), is_new=pack in untaken)
    page["outdated"] = outdated_of(me(request), packs)
    return render(request, "judging/panels.html", {"packs": packs, **page})


@staff_page
@require_POST
def ask(request: HttpRequest, pack_hash: str) -> HttpResponse:
    """Ask for a panel to be tried."""
    packs, untaken = _packs(request)
    pack = _changed(request, packs, pack_hash)
    form = GateForm(_known(request), request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                run = ask_for_gate(
                    pack=pack, **form.cleaned_data, by=me(request), now=timezone.now()
                )
                transaction.on_commit(lambda: enqueue_gate(str(run.pk)))
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The gate is asked for; this page shows how far it is."))
            return redirect(f"{reverse('judges')}?pack={pack.pk}")
    page = _about(request, pack, form, is_new=pack in untaken)
    return render(request, "judging/panels.html", {"packs": packs, **page}, status=422)


@staff_page
@require_safe
@never_cache
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show one gate: its figures, and who would change sides of the bar."""
    return _run_page(request, _own_run(request, run_id), ActivateForm())


@staff_page
@require_POST
def make_active(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Let the panel of this gate read from now on."""
    run = _own_run(request, run_id)
    if not _may_change(request, run.pack):
        raise Http404
    form = ActivateForm(request.POST)
    if form.is_valid():
        try:
            activate(run=run, **form.cleaned_data, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("It reads what is handed in from now on."))
            return redirect(f"{reverse('judges')}?pack={run.pack_id}")
    return _run_page(request, run, form, status=422)


@staff_page
@require_POST
def read_embedded(request: HttpRequest, pack_hash: str) -> HttpResponse:
    """End what is active for a pack: the embedded judges read again, at once."""
    packs, untaken = _packs(request)
    pack = _changed(request, packs, pack_hash)
    form = EmbeddedForm(request.POST)
    if form.is_valid():
        made = get_object_or_404(
            activations(pack, me(request).organisation_id), pk=form.cleaned_data["activation"]
        )
        reason = form.cleaned_data["reason"]
        try:
            let_embedded_read(activation=made, reason=reason, by=me(request), now=timezone.now())
        except HiringError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The embedded judges read what is handed in from now on."))
            return redirect(f"{reverse('judges')}?pack={pack.pk}")
    page = _about(
        request, pack, GateForm(_known(request)), is_new=pack in untaken, embedded_form=form
    )
    return render(request, "judging/panels.html", {"packs": packs, **page}, status=422)


def _known(request: HttpRequest) -> list[str]:
    """Return the names of the panels that may be tried."""
    return [DEFAULT, *sorted(panels_described(me(request).organisation_id))]


def _packs(request: HttpRequest) -> tuple[list[PackVersion], list[PackVersion]]:
    """Return the versions that panels may be tried on, and those of them that nobody uses yet."""
    untaken = list(packs_untaken(me(request)))
    return [*packs_of(me(request)), *untaken], untaken


def _may_change(request: HttpRequest, pack: PackVersion) -> bool:
    """Say whether panels of a version are who is signed in's to try and to make active."""
    user = me(request)
    return any(
        found.filter(pk=pack.pk).exists() for found in (packs_in_care_of(user), packs_untaken(user))
    )


def _changed(request: HttpRequest, packs: list[PackVersion], pack_hash: str) -> PackVersion:
    """Return the version that is to be changed, or answer that there is none."""
    pack = next((one for one in packs if one.hash == pack_hash), None)
    if pack is None or not _may_change(request, pack):
        raise Http404
    return pack


def _own_run(request: HttpRequest, run_id: UUID) -> GateRun:
    return get_object_or_404(runs_open_to(me(request)), pk=run_id)


def _about(
    request: HttpRequest,
    pack: PackVersion,
    form: GateForm,
    *,
    is_new: bool,
    embedded_form: EmbeddedForm | None = None,
) -> dict[str, Any]:
    mine = me(request).organisation_id
    standing, made = standing_of(pack.pk, mine), list(activations(pack, mine))
    active = standing.active
    runs = latest_runs(pack, mine)
    if embedded_form is None and active.name != DEFAULT:
        embedded_form = EmbeddedForm(initial={"activation": made[0].pk})
    return {
        "room": ROOM,
        "pack": pack,
        "form": form,
        "embedded_form": embedded_form,
        "may_change": _may_change(request, pack),
        "standing": standing,
        "stands_in": stands_in(active.name, standing.why_not),
        "untried": is_new and not is_tried(pack, mine),
        "lines": version_lines(pack, active, mine),
        "runs": runs,
        "canaries": canaries_of(me(request), pack),
        "activations": made,
        "busy": any(one.state in BUSY for one in runs),
        "progress": " ".join(f"{one.state}{one.readings_done}" for one in runs),
    }


def _run_page(
    request: HttpRequest, run: GateRun, form: ActivateForm, status: int = 200
) -> HttpResponse:
    mine = own_flips(me(request), run)
    people = {flip.application for flip in mine.flips}
    note_view(run, what="flips", by=actor(request), now=timezone.now(), applications=people)
    names = {one.id: one.name for one in pack_of(run.pack_id).dimensions}
    names["overall"] = _("overall")
    organisation = run.organisation_id
    latest = last_run(run.panel_version_id, organisation) if run.panel_version_id else None
    standing = standing_of(run.pack_id, organisation)
    cost = cost_of_run(run)
    context = {
        "room": ROOM,
        "run": run,
        "calls": cost.calls,
        "cost": money(cost.micros),
        "cost_people": money(cost.for_people),
        "form": form,
        "may_change": _may_change(request, run.pack),
        "busy": run.state in BUSY,
        "flips": [(flip, names.get(flip.dimension, flip.dimension)) for flip in mine.flips],
        "others": mine.others,
        "hides": mine.hides,
        "is_active": is_active(run.panel_version, organisation),
        "stands_in": stands_in(standing.active.name, standing.why_not),
        "fault": plain_fault(run.error),
        "is_latest": latest is not None and latest.pk == run.pk,
        **(_figures(run, names) if run.state == GateRun.State.DONE else {}),
    }
    return render(request, "judging/run.html", context, status=status)


def _figures(run: GateRun, names: dict[str, str]) -> dict[str, Any]:
    found = run.result
    further = found["figures"]
    says = {i.id: i.says for d in pack_of(run.pack_id).dimensions for i in d.indicators}
    return {
        "label": found["label"],
        "checks": [
            (
                check_words(one, names),
                asked(one),
                figure(one["got"]),
                "" if one["low"] is None else between(figure(one["low"]), figure(one["high"])),
                one["passed"],
            )
            for one in found["checks"]
        ],
        "bands": [
            (BANDS[band], figure(one["panel"]), figure(one["raters"]), share(one.get("abstained")))
            for band, one in found["bands"].items()
        ],
        "dimensions": [
            (
                names.get(name, name),
                figure(one["r"]),
                figure(one["bias"]),
                share(one.get("abstained")),
            )
            for name, one in found["dimensions"].items()
        ],
        "indicators": [
            (says.get(name, name), figure(one["kappa"]), share(one["told"]))
            for name, one in found["indicators"].items()
        ],
        # Runs of before judges were looked at one by one have none.
        "judges": [
            (
                name,
                figure(one["asked"], 0),
                share(one["abstained"]),
                figure(one["r"]),
                figure(one["bias"]),
                share(one["ungrounded"]),
            )
            for name, one in found.get("judges", {}).items()
        ],
        "p50": figure(further["seconds_p50"]),
        "p99": figure(further["seconds_p99"]),
        "cost_each": figure(further["cost_per_answer"], 5),
        "raters_r": figure(further["raters_r"]),
        "width": figure(further["width"]),
    }

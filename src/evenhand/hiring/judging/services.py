"""The gate before a panel becomes active: asking for it, making it, and activating by it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import GateError
from evenhand.hiring.judging.comparing import Compared, compare
from evenhand.hiring.judging.gate_calls import GateCalls
from evenhand.hiring.judging.models import Activation, GateFlip, GateRun, PanelVersion
from evenhand.hiring.judging.queries import active_panel, last_run
from evenhand.hiring.openings.models import PackVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.digests import digest_of

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel
    from evenhand.judges.llm.caching import ReplyCache
    from evenhand.rubric import Pack
    from evenhand.studies.gate import GateResult

MAX_REASON: Final = 2000
_EVERY: Final = 10
"""Progress is written each time so many answers were read."""
_OPEN: Final = (GateRun.State.WAITING, GateRun.State.RUNNING)


def ask_for_gate(*, pack: PackVersion, panel: str, by: User, now: datetime) -> GateRun:
    """Ask for a panel to be held against the golden answers of a pack.

    Whoever calls this enqueues the run on commit; a sweep finds what was missed.

    Raises:
        GateError: no panel is named, or this one is being tried already.
    """
    name = " ".join(panel.split())
    if not name or len(name) > PanelVersion._meta.get_field("name").max_length:  # type: ignore[operator]
        raise GateError(_("Name the panel, such as “embedded”."))
    mine = GateRun.objects.filter(organisation=by.organisation_id)
    with transaction.atomic():
        # The update takes the row's lock, so that of two people who ask at once one is told.
        PackVersion.objects.filter(pk=pack.pk).update(name=pack.name)
        if mine.filter(pack=pack, panel=name, state__in=_OPEN).exists():
            raise GateError(_("“%(panel)s” is being tried already.") % {"panel": name})
        run = mine.create(
            organisation_id=by.organisation_id, pack=pack, panel=name, asked_by=by, asked_at=now
        )
        facts = {"pack": pack.pk, "panel": name}
        record("gate.asked", subject_of(run), actor=f"user:{by.pk}", facts=facts, now=now)
    return run


def make_gate_run(
    run_id: uuid.UUID | str,
    load: Callable[[Pack, str, ReplyCache], AnyPanel],
    now: Callable[[], datetime],
) -> None:
    """Try the panel of a run, and keep the result or the reason why there is none.

    It may run twice, after a crash: a run that came to an end is left alone. What either try has
    paid for is in the account.

    Args:
        run_id: of a run that was asked for.
        load: gives a panel of a pack by its name, which puts its replies into a cache.
        now: the clock; the readings take minutes.
    """
    run = GateRun.objects.select_related("pack").get(pk=run_id)
    mine = GateRun.objects.filter(pk=run.pk, state__in=_OPEN)
    if not mine.update(state=GateRun.State.RUNNING, readings_done=0):
        return
    calls = GateCalls(run, now)
    # Of a try that was cut off.
    calls.settle()
    try:
        pack = pack_of(run.pack_id)
        panel = load(pack, run.panel, calls)
        with closing(panel):
            result, compared = _tried(run, pack, panel, calls)
    except Exception as error:  # whatever it is, whoever waits for the run is told
        calls.settle()
        _break_off(run, f"{type(error).__name__}: {error}", now())
        return
    _keep(run, panel, result, compared, now())


def activate(*, run: GateRun, reason: str, by: User, now: datetime) -> Activation:
    """Let the panel version of a gate read for its pack and organisation from now on.

    Raises:
        GateError: the gate is not done, is not the version's latest, or failed and no reason is
            given; or the version is active already.
    """
    said = storable(reason.strip())
    if len(said) > MAX_REASON:
        raise GateError(_("The reason may have %(n)s characters; shorten it.") % {"n": MAX_REASON})
    if run.state != GateRun.State.DONE or run.panel_version is None:
        raise GateError(_("A panel becomes active by a gate that is done; this one is not."))
    if not run.passed and not said:
        raise GateError(_("This panel misses a limit. Say why it is to be used all the same."))
    version = run.panel_version
    with transaction.atomic():
        PackVersion.objects.filter(pk=run.pack_id).update(name=run.pack.name)
        latest = last_run(version.pk, run.organisation_id)
        if latest is None or latest.pk != run.pk:
            raise GateError(_("This version went through a later gate; go by that one."))
        before = active_panel(run.pack_id, run.organisation_id)
        if (before.name, before.version) == (version.name, version.version):
            raise GateError(_("This version is active already."))
        made = Activation.objects.create(
            organisation_id=run.organisation_id, pack=run.pack, panel_version=version, run=run,
            passed=run.passed, reason=said, by=by, at=now,
        )  # fmt: skip
        facts = {
            "organisation": str(run.organisation_id),
            "pack": run.pack_id,
            "panel": version.name,
            "panel_version": version.version,
            "gate": str(run.pk),
            "passed": run.passed,
            "reason_sha256": digest_of(said, made.salt),
            "instead_of": [before.name, before.version],
        }
        actor = f"user:{by.pk}"
        record("panel.activated", f"pack:{run.pack_id}", actor=actor, facts=facts, now=now)
    return made


def let_embedded_read(*, activation: Activation, reason: str, by: User, now: datetime) -> None:
    """End what was made active: from now on the embedded judges read, as if nothing had been.

    They are the default and send nothing anywhere, so nobody has to wait for a gate to stop a panel
    that reads wrongly, costs too much or sends answers where they should not go.

    Args:
        activation: what whoever says so saw as active.
        reason: why; it is kept.
        by: who says so.
        now: the moment.

    Raises:
        GateError: no reason is given, it is too long, or this is not what is active any more.
    """
    said = storable(reason.strip())
    if not said:
        raise GateError(_("Say why the embedded judges are to read again."))
    if len(said) > MAX_REASON:
        raise GateError(_("The reason may have %(n)s characters; shorten it.") % {"n": MAX_REASON})
    pack, version = activation.pack, activation.panel_version
    with transaction.atomic():
        # The lock that `activate` takes, so that of two people one is told.
        PackVersion.objects.filter(pk=pack.pk).update(name=pack.name)
        mine = Activation.objects.filter(pack=pack, organisation=activation.organisation_id)
        latest = mine.values_list("pk", flat=True).first()
        ended = latest == activation.pk and mine.filter(
            pk=activation.pk, ended_at__isnull=True
        ).update(ended_at=now, ended_by=by, ended_reason=said)
        if not ended:
            raise GateError(_("Something else is active meanwhile; look at what reads now."))
        facts = {
            "organisation": str(activation.organisation_id),
            "pack": pack.pk,
            "panel": version.name,
            "panel_version": version.version,
            "reason_sha256": digest_of(said, activation.salt),
        }
        actor = f"user:{by.pk}"
        record("panel.ended", f"pack:{pack.pk}", actor=actor, facts=facts, now=now)


def _tried(
    run: GateRun, pack: Pack, panel: AnyPanel, calls: GateCalls
) -> tuple[GateResult, Compared]:
    from evenhand.studies.gate import run_gate

    def progress(done: int, of: int) -> None:
        if done % _EVERY == 0 or done == of:
            GateRun.objects.filter(pk=run.pk).update(readings_done=done, readings_of=of)

    result = run_gate(pack, panel, progress=progress, heard=calls.keep)
    return result, compare(
        run.pack_id,
        pack,
        panel,
        organisation=run.organisation_id,
        calls=calls,
        progress=progress,
    )


def _break_off(run: GateRun, why: str, now: datetime) -> None:
    said = " ".join(why.split())[:500]
    with transaction.atomic():
        taken = GateRun.objects.filter(pk=run.pk, state=GateRun.State.RUNNING).update(
            state=GateRun.State.FAILED, error=said, ended_at=now
        )
        if taken:
            facts = {"pack": run.pack_id, "panel": run.panel}
            record("gate.broken_off", subject_of(run), actor=SYSTEM, facts=facts, now=now)


def _keep(
    run: GateRun,
    panel: AnyPanel,
    result: GateResult,
    compared: Compared,
    now: datetime,
) -> None:
    with transaction.atomic():
        version, _is_new = PanelVersion.objects.get_or_create(
            pack=run.pack,
            name=panel.name,
            version=panel.version,
            defaults={"judges": list(panel.judges), "first_seen_at": now},
        )
        taken = GateRun.objects.filter(pk=run.pk, state=GateRun.State.RUNNING).update(
            state=GateRun.State.DONE,
            panel_version=version,
            passed=result.passed,
            result=result.as_dict(),
            compared=compared.people,
            left_out=compared.left_out,
            ended_at=now,
        )
        if not taken:
            return
        GateFlip.objects.bulk_create(
            [
                GateFlip(
                    run=run, application_id=flip.candidate, dimension=flip.dimension,
                    before=flip.before, after=flip.after,
                    p_before=flip.p_before, p_after=flip.p_after,
                )
                for flips in compared.flips.values()
                for flip in flips
            ],
            batch_size=500,
        )  # fmt: skip
        facts = {
            "pack": run.pack_id,
            "panel": panel.name,
            "panel_version": panel.version,
            "passed": result.passed,
            "checks": [[one.code, one.asked, one.got, one.passed] for one in result.checks],
            "compared": compared.people,
            "left_out": compared.left_out,
            "flips": [
                [flip.candidate, flip.dimension, flip.before, flip.after]
                for flips in compared.flips.values()
                for flip in flips
            ],
        }
        record("gate.done", subject_of(run), actor=SYSTEM, facts=facts, now=now)

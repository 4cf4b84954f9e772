"""Which panel reads a sitting: settled once, as reading begins, and kept with the reason.

Half of somebody's answers read by one panel and half by another could be estimated by neither's
components, so what is settled holds for all of them, whatever panel becomes active meanwhile.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from evenhand.hiring.judging.models import JudgeCall
from evenhand.hiring.judging.queries import DEFAULT, active_panel
from evenhand.hiring.judging.spending import drop_calls, keep_cut_off, note_limits
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.probes.reading import texts_that_open
from evenhand.hiring.record.models import LedgerEntry
from evenhand.hiring.record.services import SYSTEM, record, subject_of
from evenhand.hiring.scoring.models import AnswerScore, Reading, VerdictRow
from evenhand.hiring.sittings.agreed import AGREED, DECLINED, may_be_sent, sent_to
from evenhand.hiring.sittings.models import Sitting
from evenhand.judges.unread import NAME as PEOPLE
from evenhand.judges.unread import is_outdated

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

BEGUN_BY: Final = "sitting.reading_begun"
ACTIVE: Final = "active"
"""The active panel reads."""
UNAVAILABLE: Final = "unavailable"
"""It could not be loaded, or is no longer what went through the gate."""
NOT_TOLD: Final = "not_told"
"""They were not told of its models when they agreed."""
OUTDATED: Final = "outdated"
"""The embedded judges of the version are of an earlier release: people rate."""
DECLINED_IT: Final = "declined"
"""They were told of its models, and said no."""


def settle_panel(sitting: Sitting, panel: AnyPanel, instead_of: AnyPanel, now: datetime) -> bool:
    """Let a panel read all of a sitting that was handed in; True where it is settled that it does.

    Args:
        sitting: with its application and opening; it is brought up to date.
        panel: what is to read.
        instead_of: the panel that the organisation's choice led to: the same, where it may read.
        now: the moment.

    Returns:
        False where another panel was settled on already, or where what the person agreed to is not
        what `panel` was chosen by: look again, and choose again.
    """
    with transaction.atomic():
        # The row is held from here on, so nobody says yes or no to a notice meanwhile.
        taken = Sitting.objects.filter(
            pk=sitting.pk, state=Sitting.State.SUBMITTED, panel_version=""
        ).update(panel=panel.name, panel_version=panel.version)
        may = may_be_sent(sitting, instead_of.sends_to)
        if taken and may is not (panel.version == instead_of.version):
            transaction.set_rollback(True)
            taken = 0
        elif taken:
            facts = {
                "panel": panel.name,
                "panel_version": panel.version,
                **_reason(sitting, panel, instead_of, may=may),
            }
            record(BEGUN_BY, subject_of(sitting), actor=SYSTEM, facts=facts, now=now)
    sitting.refresh_from_db(fields=["state", "panel", "panel_version"])
    return bool(taken)


def begin_anew(sitting: Sitting, now: datetime) -> None:
    """Drop what a panel has read of a sitting so far, because it cannot read the rest any more.

    It was changed, or another one became active, while answers were being read. What was dropped
    stays in the record and its calls in the account; no estimate was made from it.
    """
    with transaction.atomic():
        version = sitting.panel_version
        gone = Sitting.objects.filter(
            pk=sitting.pk, state=Sitting.State.SUBMITTED, panel_version=version
        ).update(panel="", panel_version="")
        if gone:
            for model in (VerdictRow, AnswerScore, Reading):
                model._default_manager.filter(answer__sitting=sitting).delete()
            drop_calls(JudgeCall.objects.filter(answer__sitting=sitting))
            keep_cut_off(sitting.application, texts_that_open(sitting.application), now)
            # Before the record: the ledger's end is taken last.
            note_limits(sitting.application.opening, now)
            facts = {"panel": sitting.panel, "panel_version": version}
            subject = subject_of(sitting)
            record("sitting.reading_dropped", subject, actor=SYSTEM, facts=facts, now=now)
    sitting.refresh_from_db(fields=["state", "panel", "panel_version"])


def _reason(
    sitting: Sitting, panel: AnyPanel, instead_of: AnyPanel, *, may: bool
) -> dict[str, object]:
    """Return which panel was active, and why it reads or does not."""
    application = sitting.application
    active = active_panel(application.pack_id, application.opening.organisation_id)
    named = {"active": active.name, "active_version": active.version}
    if panel.name == PEOPLE and is_outdated(pack_of(application.pack_id)):
        return {**named, "why": OUTDATED}
    if active.name != DEFAULT and instead_of.name != active.name:
        return {**named, "why": UNAVAILABLE}
    if may:
        return {**named, "why": ACTIVE}
    said = LedgerEntry.objects.filter(
        subject=subject_of(sitting), action__in=(AGREED, DECLINED)
    ).order_by("-seq")
    asked = instead_of.sends_to
    last = next((one.action for one in said if sent_to(one.facts) == asked), "")
    why = DECLINED_IT if last == DECLINED else NOT_TOLD
    return {**named, "why": why, "sent_to": sorted([host, model] for host, model in asked)}

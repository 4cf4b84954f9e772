"""Removing judges and panels that were described on a page; what reads, or is asked, stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.judging.models import Activation
from evenhand.hiring.judging.queries import active_panel
from evenhand.hiring.panels.models import DescribedJudge, DescribedPanel
from evenhand.hiring.people.models import Organisation, User
from evenhand.hiring.record.services import record, subject_of


def check_judge_unused(judge: DescribedJudge) -> None:
    """Refuse to remove a judge that sits on a panel: without it no panel of the page would load.

    Raises:
        PanelError: names the panels.
    """
    panels = DescribedPanel.objects.filter(organisation=judge.organisation_id)
    names = [one.name for one in panels if judge.name in one.table["judges"]]
    if names:
        raise PanelError(
            _("“%(judge)s” sits on %(panels)s: take it off there first, or remove that panel.")
            % {"judge": judge.name, "panels": ", ".join(f"“{name}”" for name in names)}
        )


def check_panel_idle(panel: DescribedPanel) -> None:
    """Refuse to remove a panel that is active for any pack version.

    Raises:
        PanelError: says what to do.
    """
    organisation = panel.organisation_id
    packs = Activation.objects.filter(organisation=organisation).order_by("pack")
    for pack in packs.values_list("pack", flat=True).distinct():
        if active_panel(pack, organisation).name == panel.name:
            raise PanelError(
                _("“%(panel)s” is active: make another panel active on “Panels and gates” first.")
                % {"panel": panel.name}
            )


def remove_judge(*, judge: DescribedJudge, by: User, now: datetime) -> None:
    """Remove a judge, and with it the key that is kept for it.

    Raises:
        PanelError: it sits on a panel.
    """
    with transaction.atomic():
        # Whoever describes a panel holds the same row, so that none names a judge that goes.
        Organisation.objects.select_for_update(no_key=True).get(pk=judge.organisation_id)
        check_judge_unused(judge)
        facts = {"judge": judge.name, "key_kept": bool(judge.sealed_key)}
        actor = f"user:{by.pk}"
        record("judge.removed", subject_of(judge), actor=actor, facts=facts, now=now)
        judge.delete()


def remove_panel(*, panel: DescribedPanel, by: User, now: datetime) -> None:
    """Remove a panel; what it read, its gates and its judges stay.

    Raises:
        PanelError: it is active.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=panel.organisation_id)
        check_panel_idle(panel)
        actor, facts = f"user:{by.pk}", {"panel": panel.name}
        record("panel.removed", subject_of(panel), actor=actor, facts=facts, now=now)
        panel.delete()

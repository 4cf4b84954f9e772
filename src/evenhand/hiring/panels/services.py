"""Describing judges and panels on a page; what is valid is decided as for the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.panels.addresses import check_address
from evenhand.hiring.panels.models import DescribedJudge, DescribedPanel
from evenhand.hiring.panels.queries import (
    PAGE,
    config_of,
    environ_for,
    judge_tables,
    panels_of_file,
    variable_of,
)
from evenhand.hiring.panels.sealing import seal
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of

if TYPE_CHECKING:
    from evenhand.judges.llm.trying import Tried


def save_judge(
    *, name: str, table: Mapping[str, Any], key: str, drop_key: bool, by: User, now: datetime
) -> DescribedJudge:
    """Describe a judge of one's organisation, or change it.

    A kept key goes with the address it was given for: where that changes, it must be given again.
    So does a variable that was named while the page could.

    Args:
        name: Of a new judge, or of one that is changed.
        table: As `[judge.NAME]` of the file of panels, without `key_env`: the server's variables
            are its operator's, and whoever describes a judge says where a key is sent.
        key: To be kept sealed; empty leaves the one that is kept.
        drop_key: Whether the one that is kept is to go.
        by: who says so.
        now: the moment.

    Raises:
        PanelError: what is wrong, a line a fault, in the words of the file's faults.
    """
    from evenhand.judges import JudgeConfigError
    from evenhand.judges.llm.config import judge_from

    if "key_env" in table:
        raise PanelError(
            _("key_env: only the operator's file of panels names variables; type the key in here.")
        )
    try:
        config = judge_from(name, table, PAGE)
    except JudgeConfigError as error:
        raise PanelError(str(error)) from error
    check_address(config.base_url)
    with transaction.atomic():
        mine = DescribedJudge.objects.filter(organisation=by.organisation_id)
        known = mine.filter(name=name).first()
        stays = known if known and not drop_key else None
        if stays and stays.table["base_url"] != table["base_url"]:
            stays = None
        variable = variable_of(stays) if stays and not key else ""
        named = {"key_env": variable} if variable else {}
        made, _new = DescribedJudge.objects.update_or_create(
            organisation_id=by.organisation_id,
            name=name,
            defaults={
                "table": {**table, **named},
                "sealed_key": seal(key) if key else stays.sealed_key if stays else "",
                "changed_by": by,
                "changed_at": now,
            },
        )
        facts = {"judge": name, "config": config.hash, "key_kept": bool(made.sealed_key)}
        actor = f"user:{by.pk}"
        record("judge.described", subject_of(made), actor=actor, facts=facts, now=now)
    return made


def save_panel(*, name: str, table: Mapping[str, Any], by: User, now: datetime) -> DescribedPanel:
    """Describe a panel of one's organisation, or change it; it reads nothing before its gate.

    Raises:
        PanelError: what is wrong, a line a fault, in the words of the file's faults.
    """
    from evenhand.judges import JudgeConfigError
    from evenhand.judges.llm.config import panels_from

    try:
        taken = name in panels_of_file()
        judges = judge_tables(by.organisation_id)
        panels_from({"judge": judges, "panel": {name: table}}, PAGE)
    except JudgeConfigError as error:
        raise PanelError(str(error)) from error
    if taken:
        raise PanelError(_("The file of panels describes “%(name)s” already.") % {"name": name})
    with transaction.atomic():
        made, _new = DescribedPanel.objects.update_or_create(
            organisation_id=by.organisation_id,
            name=name,
            defaults={"table": dict(table), "changed_by": by, "changed_at": now},
        )
        facts = {"panel": name, "judges": list(table["judges"])}
        actor = f"user:{by.pk}"
        record("panel.described", subject_of(made), actor=actor, facts=facts, now=now)
    return made


def try_described(judge: DescribedJudge) -> Tried:
    """Make one call to a judge and say what came of it; nobody's answer is sent.

    Raises:
        PanelError: it cannot be called as it is described.
    """
    from evenhand.judges import JudgeError
    from evenhand.judges.llm.trying import try_judge

    try:
        return try_judge(config_of(judge), environ_for([judge]))
    except JudgeError as error:
        raise PanelError(str(error)) from error

"""Describing judges and panels on a page; what is valid is decided as for the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.judging.spending import keep_try
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
from evenhand.hiring.people.models import Organisation, User
from evenhand.hiring.record.services import record, subject_of

if TYPE_CHECKING:
    from evenhand.judges.llm.trying import Tried

_KEY: Final = re.compile(r"[!-~]+")
"""What can stand in the header that carries a key."""


def check_judge(name: str, table: Mapping[str, Any], key: str) -> None:
    """Look at a judge as it would be described, without keeping it.

    Raises:
        PanelError: with every fault, by key of the table, `address` or `key`.
    """
    from evenhand.judges import JudgeConfigError
    from evenhand.judges.llm.config import judge_from

    lines: list[str] = []
    try:
        judge_from(name, table, PAGE)
    except JudgeConfigError as error:
        lines.extend(error.faults)
    faults = [_fault(f"judge.{name}", line) for line in lines]
    more: list[tuple[str, str]] = []
    if not any(where == "base_url" for where, _what in faults):
        try:
            check_address(table["base_url"])
        except PanelError as error:
            more.append(("address", str(error)))
    if key and not _KEY.fullmatch(key):
        said = _("A key is made of letters, digits and signs of plain ASCII, with no space in it.")
        more.append(("key", said))
    if faults or more:
        raise PanelError("\n".join([*lines, *(what for _where, what in more)]), faults + more)


def check_panel(name: str, table: Mapping[str, Any], organisation: UUID) -> None:
    """Look at a panel as it would be described, without keeping it.

    Raises:
        PanelError: with every fault, by key of the table.
    """
    from evenhand.judges import JudgeConfigError
    from evenhand.judges.llm.config import panels_from

    try:
        taken = name in panels_of_file()
        judges = judge_tables(organisation)
        panels_from({"judge": judges, "panel": {name: table}}, PAGE)
    except JudgeConfigError as error:
        faults = [_fault(f"panel.{name}", line) for line in error.faults]
        raise PanelError(str(error), faults) from error
    if taken:
        said = _("The file of panels describes “%(name)s” already.") % {"name": name}
        raise PanelError(said, [("", said)])


def _fault(table: str, line: str) -> tuple[str, str]:
    """Part a line of the file's words; what another table is at fault for has no key here."""
    place = f"{PAGE}: {table}"
    if not line.startswith(place):
        return "other", line.removeprefix(f"{PAGE}: ")
    where, _colon, what = line.removeprefix(place).partition(": ")
    return where.removeprefix("."), what


def _taken(name: str) -> PanelError:
    said = _("“%(name)s” is there already: open it to change it, or take another name.")
    said %= {"name": name}
    return PanelError(said, [("taken", said)])


def save_judge(
    *,
    name: str,
    table: Mapping[str, Any],
    key: str,
    drop_key: bool,
    by: User,
    now: datetime,
    is_new: bool = False,
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
        is_new: whether one that is there already is to be refused, and not changed.

    Raises:
        PanelError: what is wrong, a line a fault, in the words of the file's faults.
    """
    from evenhand.judges.llm.config import judge_from

    if "key_env" in table:
        raise PanelError(
            _("key_env: only the operator's file of panels names variables; type the key in here.")
        )
    check_judge(name, table, key)
    config = judge_from(name, table, PAGE)
    with transaction.atomic():
        # Held, so that of two people who give a name at once one is told.
        Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
        mine = DescribedJudge.objects.filter(organisation=by.organisation_id)
        known = mine.filter(name=name).first()
        if known and is_new:
            raise _taken(name)
        stays = None if drop_key else known
        named, sealed = _key_for(stays, table, key)
        made, _new = DescribedJudge.objects.update_or_create(
            organisation_id=by.organisation_id,
            name=name,
            defaults={
                "table": {**table, **named},
                "sealed_key": sealed,
                "changed_by": by,
                "changed_at": now,
            },
        )
        facts = {"judge": name, "config": config.hash, "key_kept": bool(made.sealed_key)}
        actor = f"user:{by.pk}"
        record("judge.described", subject_of(made), actor=actor, facts=facts, now=now)
    return made


def _key_for(
    stays: DescribedJudge | None, table: Mapping[str, Any], key: str
) -> tuple[dict[str, str], str]:
    """Return the variable and the sealed key that a judge has from now on.

    Args:
        stays: as it was described, where its key may stay; it goes with another address.
        table: as it is described now.
        key: a new one; empty for none.
    """
    if key:
        return {}, seal(key)
    if stays is None or stays.table["base_url"] != table["base_url"]:
        return {}, ""
    variable = variable_of(stays)
    return {"key_env": variable} if variable else {}, stays.sealed_key


def save_panel(
    *, name: str, table: Mapping[str, Any], by: User, now: datetime, is_new: bool = False
) -> DescribedPanel:
    """Describe a panel of one's organisation, or change it; it reads nothing before its gate.

    Args:
        name: Of a new panel, or of one that is changed.
        table: As `[panel.NAME]` of the file of panels.
        by: who says so.
        now: the moment.
        is_new: whether one that is there already is to be refused, and not changed.

    Raises:
        PanelError: what is wrong, a line a fault, in the words of the file's faults.
    """
    with transaction.atomic():
        # Held against whoever removes one of its judges.
        Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
        check_panel(name, table, by.organisation_id)
        mine = DescribedPanel.objects.filter(organisation=by.organisation_id, name=name)
        if is_new and mine.exists():
            raise _taken(name)
        made, _new = DescribedPanel.objects.update_or_create(
            organisation_id=by.organisation_id,
            name=name,
            defaults={"table": dict(table), "changed_by": by, "changed_at": now},
        )
        facts = {"panel": name, "judges": list(table["judges"])}
        actor = f"user:{by.pk}"
        record("panel.described", subject_of(made), actor=actor, facts=facts, now=now)
    return made


def try_described(judge: DescribedJudge, now: datetime) -> Tried:
    """Make one call to a judge and say what came of it; nobody's answer is sent.

    What it took is in its organisation's account.

    Raises:
        PanelError: it cannot be called as it is described.
    """
    from evenhand.judges import JudgeError
    from evenhand.judges.llm.trying import try_judge

    try:
        tried = try_judge(config_of(judge), environ_for([judge]))
    except JudgeError as error:
        raise PanelError(str(error)) from error
    keep_try(tried.call, judge.organisation_id, now)
    return tried

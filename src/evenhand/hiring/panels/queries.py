"""Every panel there is: of the file and of the page, and the keys of the page's judges."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError
from evenhand.hiring.panels.addresses import check_address
from evenhand.hiring.panels.models import DescribedJudge, DescribedPanel
from evenhand.hiring.panels.sealing import unseal
from evenhand.hiring.people.models import Organisation
from evenhand.judges.errors import JudgeError

if TYPE_CHECKING:
    from evenhand.judges.llm.config import JudgeConfig, PanelConfig

PAGE: Final = "page"
"""What faults name in place of a file."""
VARIABLE: Final = "JUDGE_KEY_"
"""What the variables begin with that the page could name while a server had one organisation."""
_KEPT: Final = "EVENHAND_KEPT_KEY_"


def panels_of_file() -> dict[str, PanelConfig]:
    """Return the panels of the file, none where there is no file.

    Raises:
        JudgeConfigError: the file has faults.
    """
    from evenhand.judges.llm.config import read_panels

    path: Path = settings.PANELS_FILE
    return read_panels(path) if path.exists() else {}


def panels_of_page(organisation: UUID) -> dict[str, PanelConfig]:
    """Return the panels that an organisation described on the page; no other sees or uses them.

    Raises:
        JudgeConfigError: one was written by an earlier version and is not valid any more.
    """
    from evenhand.judges.llm.config import panels_from

    described = DescribedPanel.objects.filter(organisation=organisation)
    panels = {one.name: one.table for one in described}
    if not panels:
        return {}
    tables = {"judge": judge_tables(organisation), "panel": panels}
    return panels_from(tables, PAGE, settings.PANELS_FILE)


def panels_described(organisation: UUID) -> dict[str, PanelConfig]:
    """Return the panels that an organisation may use, those of the file before its own."""
    found: dict[str, PanelConfig] = {}
    for read in (partial(panels_of_page, organisation), panels_of_file):
        try:
            found |= read()
        except JudgeError:
            # A file with faults loads no panel, so nothing is sent by one.
            continue
    return found


def setup_of(organisation: UUID) -> str:
    """Name all that an organisation's panels are made from now, keys included: hex SHA-256.

    Whoever keeps a panel at hand compares it, so that what was edited or removed reads no more.
    """
    judges = DescribedJudge.objects.filter(organisation=organisation)
    panels = DescribedPanel.objects.filter(organisation=organisation)
    found = [
        list(judges.values_list("name", "table", "sealed_key")),
        list(panels.values_list("name", "table")),
        # With a second organisation, keys that are variables of the server are refused.
        Organisation.objects.count() > 1,
    ]
    digest = sha256(json.dumps(found, sort_keys=True).encode())
    with suppress(OSError):
        digest.update(settings.PANELS_FILE.read_bytes())
    return digest.hexdigest()


def judge_tables(organisation: UUID) -> dict[str, dict[str, Any]]:
    """Return an organisation's judges as tables; a kept key is a variable that is nobody else's."""
    described = DescribedJudge.objects.filter(organisation=organisation)
    return {one.name: table_of(one) for one in described}


def table_of(judge: DescribedJudge) -> dict[str, Any]:
    """Return a judge's table with the name of its key in it."""
    kept = {"key_env": f"{_KEPT}{judge.pk}"} if judge.sealed_key else {}
    return {**judge.table, **kept}


def variable_of(judge: DescribedJudge) -> str:
    """Return the server's variable that a judge's key is read from; empty for a kept key or none.

    New ones name none; this is of the time when the page could.
    """
    return "" if judge.sealed_key else str(judge.table.get("key_env", ""))


def config_of(judge: DescribedJudge) -> JudgeConfig:
    """Return a judge of the page, its address looked at anew.

    Raises:
        JudgeConfigError: it is not valid any more.
        PanelError: its address leads where none may, or its key is a variable of the server, whose
            organisations must not send each other's keys anywhere.
    """
    from evenhand.judges.llm.config import judge_from

    check_variable(judge)
    config = judge_from(judge.name, table_of(judge), PAGE)
    check_address(config.base_url)
    return config


def check_variable(judge: DescribedJudge) -> None:
    """Refuse a key that is a variable of the server where several organisations share one.

    Raises:
        PanelError: it is one.
    """
    variable = variable_of(judge)
    if variable and Organisation.objects.count() > 1:
        raise PanelError(
            _("The key of “%(judge)s” is the variable %(variable)s, which no page may use on a "
              "server of several organisations: type the key in under Judges, Models.")
            % {"judge": judge.name, "variable": variable}
        )  # fmt: skip


def environ_for(judges: list[DescribedJudge]) -> dict[str, str]:
    """Return the kept keys of these judges, and what their variables hold; nothing else of ours.

    Raises:
        PanelError: a key cannot be read any more.
    """
    kept = {f"{_KEPT}{j.pk}": unseal(j.sealed_key, j.name) for j in judges if j.sealed_key}
    named = {variable_of(judge) for judge in judges}
    return kept | {
        name: os.environ[name] for name in named if name.startswith(VARIABLE) and name in os.environ
    }

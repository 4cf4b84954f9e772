"""A panel that asks a model elsewhere, described and made active; no test sends anything to it."""

from __future__ import annotations

from datetime import datetime

from evenhand.hiring.judging.models import Activation, GateRun, PanelVersion
from evenhand.hiring.models import PackVersion, User
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.queries import panels_described
from evenhand.hiring.panels.services import save_judge, save_panel
from evenhand.judges.versioning import version_described

HOST = "models.example"
PRICE = {"input": 1, "cached": 0.1, "output": 10}


def activate_outside(
    pack: PackVersion, by: User, now: datetime, *, model: str = "mid-1", name: str = "careful"
) -> frozenset[tuple[str, str]]:
    """Let a panel of one model read for somebody's organisation; returns whom it asks."""
    table = {"kind": "openai", "base_url": f"https://{HOST}/v1", "model": model, "price": PRICE}
    judge = f"{name}-{model}"
    save_judge(name=judge, table=table, key="", drop_key=False, by=by, now=now)
    save_panel(name=name, table={"judges": [judge], "embedded": True}, by=by, now=now)
    version, _ = PanelVersion.objects.get_or_create(
        pack=pack, name=name, version=version_of(pack, name, by), defaults={"first_seen_at": now}
    )
    run = GateRun.objects.create(
        organisation=by.organisation, pack=pack, panel=name, panel_version=version,
        asked_by=by, asked_at=now,
    )  # fmt: skip
    Activation.objects.create(
        organisation=by.organisation, pack=pack, panel_version=version, run=run, passed=True,
        by=by, at=now,
    )  # fmt: skip
    return frozenset({(HOST, model)})


def version_of(pack: PackVersion, name: str, by: User) -> str:
    """Return the version that a described panel has once it is loaded."""
    config = panels_described(by.organisation_id)[name]
    return version_described(pack_of(pack.pk), config)

"""A version whose judges learnt it, and the gate that it waits for; nobody really learns."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from typing import cast

from tests.hiring.drafts.edits import reword

from evenhand.hiring.drafts.making import make_learnt
from evenhand.hiring.drafts.services import begin_draft, publish
from evenhand.hiring.models import GateRun, PackDraft, PackVersion, PanelVersion, User
from evenhand.rubric import Pack, shipped_pack


def _learn(pack: Pack, _progress: object) -> None:
    folder, shipped = pack.root / "calibration", shipped_pack() / "calibration"
    (folder / "embedded.json").write_text(json.dumps({"source_hash": pack.source_hash}))
    for name in ("embedded.npz", "components.json"):
        shutil.copy(shipped / name, folder)


def learnt_from(base: PackVersion, by: User, now: datetime) -> PackVersion:
    """Publish a version with another question, whose judges learnt it."""
    draft = begin_draft(base=base, by=by, now=now)
    draft = reword(draft, "eval_search", "How would you tell that search got better?", by, now)
    draft = publish(draft=draft, by=by, now=now)
    make_learnt(str(draft.pk), _learn, lambda: now)
    return cast(PackVersion, PackDraft.objects.get(pk=draft.pk).version)


def end_gate(
    version: PackVersion, now: datetime, *, passed: bool, panel: str = "embedded"
) -> GateRun:
    """Let the gate that was asked for come to its end."""
    made = PanelVersion.objects.create(
        pack=version, name=panel, version=panel[0] * 64, first_seen_at=now
    )
    run = GateRun.objects.get(pack=version, panel=panel)
    run.state, run.passed, run.panel_version, run.ended_at = "done", passed, made, now
    run.save()
    return run

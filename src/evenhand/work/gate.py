"""The durable workflow that holds a panel against the golden answers.

A worker that is killed reads them once more: a run that came to an end is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbos import DBOS
from django.conf import settings
from django.utils import timezone

from evenhand.hiring.judging.models import GateRun
from evenhand.hiring.judging.queries import load_named
from evenhand.hiring.judging.services import make_gate_run
from evenhand.work.engine import TRY_PANEL
from evenhand.work.steps import step

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel
    from evenhand.judges.llm.caching import ReplyCache
    from evenhand.rubric import Pack


@DBOS.workflow(name=TRY_PANEL)
def try_panel(run_id: str) -> None:
    """Make one gate run."""
    make_run(run_id)


@step
def make_run(run_id: str) -> None:
    """Try the panel as it is set up now, and keep what came of it."""
    organisation = GateRun.objects.values_list("organisation", flat=True).get(pk=run_id)

    def load(pack: Pack, name: str, cache: ReplyCache) -> AnyPanel:
        # Never the one that scoring keeps at hand: its settings may have changed since.
        threads = settings.JUDGE_THREADS
        return load_named(pack, name, organisation=organisation, threads=threads, cache=cache)

    make_gate_run(run_id, load, timezone.now)

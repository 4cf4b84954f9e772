"""The workflow that looks for drift: what it charts takes seconds, for which no round may wait.

A worker that is killed looks again: an alarm that is open is not raised twice.
"""

from __future__ import annotations

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.drift import alarms
from evenhand.work.engine import WATCH_DRIFT
from evenhand.work.steps import step


@DBOS.workflow(name=WATCH_DRIFT)
def watch_drift() -> None:
    """Look for drift in what was read since the last time."""
    look_for_drift()


@step
def look_for_drift() -> None:
    """Keep the starts that are complete, and raise alarms."""
    alarms.watch_drift(timezone.now())

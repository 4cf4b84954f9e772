"""The workflow that sends letters about interviews; who may send which is in the rows of `Letter`.

A worker that is killed repeats the round: what was claimed in the first one is not claimed again.
"""

from __future__ import annotations

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.scheduling.post import send_due
from evenhand.work.engine import POST_LETTERS
from evenhand.work.steps import step


@DBOS.workflow(name=POST_LETTERS)
def post_letters() -> int:
    """Send the letters that are due; returns how many were sent."""
    return send_letters()


@step
def send_letters() -> int:
    """Send one round of them."""
    return send_due(timezone.now()).sent
